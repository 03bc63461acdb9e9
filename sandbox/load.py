"""Loading: from a script's files to a namespace with its callbacks, or to the reasons why not."""

from collections.abc import Mapping
from typing import cast

from sandbox.facades import Inputs, load_script
from sandbox.limits import TEXT_CHARACTERS, Limits
from sandbox.policy import Fault, describe, read_literal
from sandbox.script.messages import Connect, GameSession, Message
from sandbox.script.player import Player
from sandbox.script.session import Session
from sandbox.script.side import Side
from sandbox.script.timers import Timer
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
    facts: tuple[str, str, str, int, int]


@value
class LoadedScript:
    """A script that is ready for its callbacks; ``warnings`` are faults as plain lists."""

    namespace: Mapping[str, object]
    sources: Mapping[str, str]
    game_session: GameSession
    configuration: dict[str, object]
    warnings: list[list[object]]


class Refused(Exception):
    """A script cannot be loaded, for these reasons."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults

    def as_plain(self) -> list[list[object]]:
        """Give the faults as lists: file, line, column, message, hint, source line."""
        return [fault_as_plain(fault) for fault in self.faults[:MAX_FAULTS]]


#: More faults than anybody mends before trying again.
MAX_FAULTS = 50


def fault_as_plain(fault: Fault) -> list[object]:
    """Give a fault as a list of its fields, with texts cut to their limit."""
    fields = [getattr(fault, field) for field in Fault.__match_args__]
    return [_short(field) if isinstance(field, str) else field for field in fields]


def load_order(plain: object) -> LoadOrder:
    """Decode, in the sandbox, what the relay sent; the relay is trusted there."""
    fields = cast(dict[str, object], plain)
    limits = Limits(*cast(tuple[object, ...], fields.pop("limits")))  # type: ignore[arg-type]
    return LoadOrder(limits=limits, **fields)  # type: ignore[arg-type]


def loaded(order: LoadOrder, side: Side) -> LoadedScript:
    """Load a script. Raises Refused."""
    sources = _decoded(order.files)
    game_session = GameSession(*order.facts)
    session = Session(side, game_session)
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
    except Exception as error:  # noqa: BLE001 - whatever a stranger's module raises refuses it
        raise Refused((_raised_while_loading(error, sources),)) from None
    if script.faults:
        raise Refused(script.faults)
    warnings = [fault_as_plain(fault) for fault in script.warnings[:MAX_FAULTS]]
    return LoadedScript(script.namespace, sources, game_session, configuration, warnings)


def _decoded(files: Mapping[str, bytes]) -> dict[str, str]:
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
    lines = source.splitlines()
    line = next((n for n, text in enumerate(lines, 1) if text.startswith("configuration")), 0)
    if not isinstance(literal, dict):
        raise Refused((Fault(file, line, 1, "configuration is a dict", 'as in {"max_players": 8}', lines[line - 1]),))
    _, faults = configured(literal)
    if faults:
        raise Refused(tuple(Fault(file, line, 1, fault, "", lines[line - 1]) for fault in faults))
    return literal


def _raised_while_loading(error: Exception, sources: Mapping[str, str]) -> Fault:
    raised = describe(error, sources)
    text = f"{raised.type_name}: {raised.text}" if raised.text else raised.type_name
    return Fault(raised.file, raised.line, 0, f"loading the script raised {text}", "", raised.source_line)


def _short(text: str) -> str:
    return text[:TEXT_CHARACTERS].encode("utf-8", "replace").decode()
