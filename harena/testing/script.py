"""A script in this process, loaded and asked as in a sandbox: the same rules, calls and frames."""

from collections.abc import Callable, Mapping

from harena.testing.records import LogLine
from harena.testing.seen import Seen, Words
from harena.testing.source import Source
from sandbox.batches import AnswerBatch, answers_untrusted
from sandbox.calls import Calls
from sandbox.errors import ScriptError, script_error
from sandbox.frames import Assembler, Kind, packets, unpack_untrusted
from sandbox.limits import BACKLOG_BYTES, DEFAULTS
from sandbox.load import LoadedScript, LoadOrder, decoded, loaded
from sandbox.policy import Fault
from sandbox.questions import ask_as_plain, ask_from_plain
from sandbox.script.side import Side
from sandbox.texts import sendable
from session.answers import Answer
from session.callbacks import GameSessionFacts
from session.effects import Ask
from session.values import value


@value
class World:
    """What a script takes for the world: the seed of its chance, the time of day when its game session begins, what is
    known of that, and secrets by their names."""

    seed: int
    unix_time: float
    facts: GameSessionFacts
    secrets: Mapping[str, str]


class Script:
    """A loaded script. What it logs and what leaves its callbacks is kept, all of it."""

    def __init__(self, source: Source, world: World) -> None:
        """Load it. Raises sandbox.load.Refused."""
        self.errors: Seen[ScriptError, str] = Seen(Words("script error", "callback"), lambda error: error.callback)
        self.log: Seen[LogLine, str] = Seen(Words("log line", "level"), lambda line: line.level)
        self._order = LoadOrder(
            source.files, source.launch, DEFAULTS, world.seed, world.unix_time, world.facts, world.secrets
        )
        self._sources = decoded(source.files)
        self._side, self._calls, script = self._loaded()
        self.configuration = script.configuration
        self.warnings = tuple(Fault(*warning) for warning in script.warnings)  # type: ignore[arg-type]  # plain lists
        self.callbacks = self._calls.callbacks

    def reload(self) -> None:
        """Load it once more, as into another sandbox; what it has logged and raised stays."""
        self._side, self._calls, _ = self._loaded()

    def answer(self, ask: Ask) -> Answer:
        """Run what a question asks for. Raises MemoryError, after which the script is not to be asked again."""
        question = ask_from_plain(_crossed(Kind.ASK, ask_as_plain(ask)))
        batch = AnswerBatch()
        batch.add(self._calls.answer(question))
        return answers_untrusted(_crossed(Kind.ANSWERS, batch.taken()), [ask])[0]

    def fail(self, callback: str, error: BaseException) -> None:
        """Keep what ended the script."""
        self._report(callback, None, error, "")

    def _loaded(self) -> tuple[Side, Calls, LoadedScript]:
        side = Side(DEFAULTS, self._order.unix_start, self._write_log)
        script = loaded(self._order, self._sources, side)
        side.restrict(DEFAULTS.lowered(script.configuration))
        return side, Calls(script.namespace, side, script.session, self._report), script

    def _report(
        self, callback: str, function: Callable[..., object] | None, error: BaseException, occasion: str
    ) -> None:
        self.errors.append(script_error(callback, function, error, occasion, self._sources))

    def _write_log(self, level: str, text: str) -> None:
        self.log.append(LogLine(self._side.now, level, sendable(text)))


def _crossed(kind: Kind, plain: object) -> object:
    """Give what of a value arrives on the other side of a sandbox's border."""
    assembler = Assembler(BACKLOG_BYTES)
    frames = [frame for packet in packets(kind, plain) if (frame := assembler.feed_untrusted(packet))]
    return unpack_untrusted(frames[0][1])
