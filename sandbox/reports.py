"""Reports: what a sandbox says besides its answers, and how it ended. Decoded by exact shape, or BadFrame."""

from collections.abc import Mapping

from sandbox.errors import ScriptError
from sandbox.faults import Fault
from sandbox.frames import BadFrame
from sandbox.limits import CPU_WINDOW_SECONDS
from sandbox.rulings import text_untrusted
from session.answers import Outcome
from session.callbacks import NAMES, WITHIN
from session.configuration import KEYS, Configuration, configured
from session.values import NO_ASK, AskId, value

#: A report names at most so many faults.
MAX_FAULTS = 50
LEVELS = ("debug", "info", "warning", "error", "critical")

#: What a sandbox may end by itself for, in words that take what it used and what is allowed.
LAST_WORDS: Mapping[str, str] = {
    Outcome.EXCEEDED_MEMORY.value: "it wanted more memory than the {1} MiB allowed",
    Outcome.EXCEEDED_CPU.value: "it used {0} of {1} ms of processor time",
    Outcome.EXCEEDED_CPU_SHARE.value: f"it used {{0}} of {{1}} ms of processor time in {CPU_WINDOW_SECONDS:g} s",
}

_CALLBACKS = frozenset({*NAMES.values(), *WITHIN})
#: Longer than any word that a configuration may hold.
_WORD_CHARACTERS = 32


@value
class Loaded:
    """A script is ready: the functions that it has, and its configuration."""

    callbacks: frozenset[str]
    configuration: Configuration
    warnings: tuple[Fault, ...]


@value
class LoadRefused:
    """A script cannot be loaded, for these reasons."""

    faults: tuple[Fault, ...]


@value
class LogLine:
    """A line for the game session's log; ``dropped`` lines before it were too many a second."""

    level: str
    text: str
    dropped: int = 0


@value
class Death:
    """How a sandbox came to its end, and where its script was then, as far as known; ``ask`` is 0 for no question."""

    outcome: Outcome
    callback: str
    file: str
    line: int
    source_line: str
    text: str
    ask: AskId = NO_ASK


def loaded_untrusted(plain: object) -> Loaded:
    """Decode the word that a script is ready."""
    match plain:
        case (tuple(callbacks), dict(literal), tuple(warnings)):
            names = frozenset(text_untrusted(name) for name in callbacks)
            if not names <= _CALLBACKS:
                raise BadFrame("callbacks that there are not")
            return Loaded(names, _configuration_untrusted(literal), _faults_untrusted(warnings))
    raise BadFrame("not a loaded script")


def refused_untrusted(plain: object) -> LoadRefused:
    """Decode the reasons why a script cannot be loaded."""
    if not isinstance(plain, tuple) or not plain:
        raise BadFrame("not a refusal")
    return LoadRefused(_faults_untrusted(plain))


def log_untrusted(plain: object) -> LogLine:
    """Decode a line for the log."""
    match plain:
        case (level, text, dropped) if level in LEVELS:
            return LogLine(text_untrusted(level), text_untrusted(text), _number_untrusted(dropped))
    raise BadFrame("not a log line")


def error_untrusted(plain: object) -> ScriptError:
    """Decode the report of an exception."""
    match plain:
        case (callback, file, line, source_line, text, occasion):
            texts = text_untrusted(source_line), text_untrusted(text), text_untrusted(occasion)
            return ScriptError(text_untrusted(callback), text_untrusted(file), _number_untrusted(line), *texts)
    raise BadFrame("not an error report")


def dying_untrusted(plain: object) -> Death:
    """Decode a sandbox's last word: which of its limits it has hit, and where."""
    match plain:
        case (str(outcome), file, line, source_line, used, allowed) if outcome in LAST_WORDS:
            where = text_untrusted(file), _number_untrusted(line), text_untrusted(source_line)
            numbers = _number_untrusted(used), _number_untrusted(allowed)
            return Death(Outcome(outcome), "", *where, LAST_WORDS[outcome].format(*numbers))
    raise BadFrame("not a last word")


def _faults_untrusted(plain: tuple[object, ...]) -> tuple[Fault, ...]:
    if len(plain) > MAX_FAULTS:
        raise BadFrame(f"over {MAX_FAULTS} faults")
    return tuple(_fault_untrusted(fault) for fault in plain)


def _fault_untrusted(plain: object) -> Fault:
    match plain:
        case (file, line, column, message, hint, source_line):
            texts = text_untrusted(message), text_untrusted(hint), text_untrusted(source_line)
            return Fault(text_untrusted(file), _number_untrusted(line), _number_untrusted(column), *texts)
    raise BadFrame("not a fault")


def _configuration_untrusted(literal: Mapping[object, object]) -> Configuration:
    # Before it is checked for its author: a hint for each of a million keys, or for a value without end, takes long.
    if not all(type(key) is str and key in KEYS and _setting_untrusted(given) for key, given in literal.items()):
        raise BadFrame("a configuration of other keys and values than there are")
    configuration, faults = configured({str(key): given for key, given in literal.items()})
    if faults:
        raise BadFrame("a configuration that no script may have")
    return configuration


def _setting_untrusted(given: object) -> bool:
    return type(given) in (bool, int, float) or (type(given) is str and len(given) <= _WORD_CHARACTERS)


def _number_untrusted(given: object) -> int:
    if type(given) is not int or not 0 <= given < 2**31:
        raise BadFrame("not a number of lines")
    return given
