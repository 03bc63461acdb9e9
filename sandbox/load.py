"""Loading: from a script's files to a namespace with its callbacks, or to the reasons why not."""

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import cast

from sandbox.facades import Inputs, Loaded, load_script
from sandbox.limits import Limits
from sandbox.lint import Linted, linted
from sandbox.policy import Fault, at_keys, describe, read_literal
from sandbox.questions import facts_from_plain
from sandbox.script.messages import Connect, GameSession, Message
from sandbox.script.player import Player
from sandbox.script.session import Session
from sandbox.script.side import Side
from sandbox.script.timers import Timer
from sandbox.texts import sendable
from session.callbacks import GameSessionFacts
from session.configuration import configured
from session.values import value


@value
class LoadOrder:
    """What the relay sends to a fresh child: the script, and everything that it is to take for the world."""

    files: Mapping[str, bytes]
    launch: str
    limits: Limits
    seed: int
    unix_start: float
    facts: GameSessionFacts
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: Whether to look for mistakes besides; one who has checked this content before need not.
    lint: bool = True

    @property
    def cpu_seconds(self) -> float:
        """The processor time that loading may take."""
        return self.limits.load_cpu_seconds(sum(map(len, self.files.values())))


@value
class LoadedScript:
    """A script that is ready for its callbacks; ``warnings`` are faults as plain lists."""

    namespace: Mapping[str, object]
    session: Session
    configuration: dict[str, object]
    warnings: list[list[object]]


#: No configuration, or no names: those of a script that has not been loaded.
NOTHING: Mapping[str, object] = MappingProxyType({})
#: More faults than anybody mends before trying again.
MAX_FAULTS = 50


class Refused(Exception):
    """A script cannot be loaded, for these reasons."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults

    def as_plain(self) -> list[list[object]]:
        """Give the faults as lists: file, line, column, message, hint, source line."""
        return [fault_as_plain(fault) for fault in self.faults[:MAX_FAULTS]]


def fault_as_plain(fault: Fault) -> list[object]:
    """Give a fault as a list of its fields, with texts cut to their limit."""
    fields = [getattr(fault, field) for field in Fault.__match_args__]
    return [sendable(field) if isinstance(field, str) else field for field in fields]


def load_order(plain: object) -> LoadOrder:
    """Decode, in the sandbox, what the relay sent; the relay is trusted there."""
    fields = cast(dict[str, object], plain)
    limits = Limits(*cast(tuple[object, ...], fields.pop("limits")))  # type: ignore[arg-type]
    facts = facts_from_plain(fields.pop("facts"))
    return LoadOrder(limits=limits, facts=facts, **fields)  # type: ignore[arg-type]


def loaded(order: LoadOrder, sources: Mapping[str, str], side: Side) -> LoadedScript:
    """Load a script whose files hold these texts. Raises Refused, or MemoryError."""
    if order.launch not in sources:
        raise Refused((Fault(order.launch, 0, 0, f"the script has no file {order.launch}", "", ""),))
    side.sources = sources
    session = Session(side, GameSession(order.facts), order.secrets)
    visible = {
        "session": session,
        "Player": Player,
        "Message": Message,
        "Connect": Connect,
        "GameSession": GameSession,
        "Timer": Timer,
    }
    inputs = Inputs(unix_time=side.unix_time, seed=order.seed)
    configuration = _configuration(sources[order.launch], order.launch)
    try:
        script = load_script(
            sources, order.launch, inputs, {"harena": visible}, lambda line: side.write_log("info", line)
        )
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a stranger's module raises refuses it
        raise Refused(_and_lints(_raised_while_loading(error, sources), order, sources)) from None
    if script.faults:
        raise Refused(_sorted((*script.faults, *_lints(order, sources).faults), order))
    warnings = _warnings(script, order, sources, configuration)[:MAX_FAULTS]
    return LoadedScript(script.namespace, session, configuration, [fault_as_plain(fault) for fault in warnings])


def decoded(files: Mapping[str, bytes]) -> dict[str, str]:
    """Read a script's files as text. Raises Refused."""
    sources: dict[str, str] = {}
    faults: list[Fault] = []
    for path, content in files.items():
        try:
            sources[path] = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            faults.append(Fault(path, line, 0, "this is not UTF-8 text", "save the file in the encoding UTF-8", ""))
    if faults:
        raise Refused(tuple(faults))
    return sources


def _configuration(source: str, file: str) -> dict[str, object]:
    """Read and check the configuration without running anything; {} where there is none."""
    literal = read_literal(source, "configuration", file)
    if isinstance(literal, Fault):
        raise Refused((literal,))
    if literal is None:
        return {}
    if faults := {key: fault for key, given in literal.items() for fault in _faults_of(key, given)}:
        raise Refused(at_keys(source, "configuration", file, faults))
    return literal


def _faults_of(key: str, given: object) -> list[str]:
    try:
        return configured({key: given})[1]
    except (ValueError, RecursionError):  # Neither numbers of thousands of digits nor lists a mile deep can be shown.
        return ["configuration holds a value that is too large to be one"]


def _warnings(
    script: Loaded, order: LoadOrder, sources: Mapping[str, str], given: Mapping[str, object]
) -> tuple[Fault, ...]:
    """Look for mistakes in a script that has been loaded. Raises Refused for those that no script can mean."""
    found = _lints(order, sources, given, script.namespace)
    if found.faults:
        raise Refused(found.faults)
    return _sorted((*script.warnings, *found.warnings), order)


def _and_lints(raised: Fault, order: LoadOrder, sources: Mapping[str, str]) -> tuple[Fault, ...]:
    """What else stands in the way; a lint that has a word on the same line says it better."""
    found = _lints(order, sources).faults
    explained = any((fault.file, fault.line) == (raised.file, raised.line) for fault in found)
    return _sorted(found if explained else (*found, raised), order)


def _lints(
    order: LoadOrder,
    sources: Mapping[str, str],
    given: Mapping[str, object] = NOTHING,
    namespace: Mapping[str, object] = NOTHING,
) -> Linted:
    return linted(sources, order.launch, given, namespace) if order.lint else Linted((), ())


def _sorted(faults: tuple[Fault, ...], order: LoadOrder) -> tuple[Fault, ...]:
    """In the order of the source, the launch file first."""
    return tuple(sorted(faults, key=lambda fault: (fault.file != order.launch, fault.file, fault.line, fault.column)))


def _raised_while_loading(error: BaseException, sources: Mapping[str, str]) -> Fault:
    raised = describe(error, sources)
    text = f"{raised.type_name}: {raised.text}" if raised.text else raised.type_name
    return Fault(raised.file, raised.line, 0, f"loading the script raised {text}", _hint(error), raised.source_line)


def _hint(error: BaseException) -> str:
    # A class of the script's own might answer with anything, so only Python's is asked.
    if type(error) is RuntimeError and str(error).startswith("session works inside callbacks"):
        return "put it into def on_start_game_session(game_session):, which runs before anybody can log in"
    if type(error) is NameError:
        return "a name has to be defined, or imported, above the line that is the first to run with it"
    return ""
