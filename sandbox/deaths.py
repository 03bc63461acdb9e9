"""Deaths: from a wait status and last words to what the script's author reads."""

import os
import re
import signal
from collections.abc import Mapping

from sandbox.reports import Death
from session.answers import Outcome
from session.values import AskId, value

#: How faulthandler writes a frame; the innermost comes first.
_FRAME = re.compile(rb'File "([^"\n]{1,255})", line (\d{1,7})')
#: How a child says that it is not the script that is to blame, but we are.
_BROKEN = re.compile(rb"^the sandbox broke: .{1,300}", re.MULTILINE)
#: A source line in a message is cut to this many characters.
_SOURCE_LINE_CHARACTERS = 200
#: As much of last words is read.
LAST_WORDS_BYTES = 64 * 1024


@value
class Scene:
    """What was found where a sandbox died: the question that it was at, the callback, its standard error, its files."""

    ask: AskId
    callback: str
    last_words: bytes
    files: Mapping[str, bytes]


def how_it_ended(status: int | None, cause: Death | None, scene: Scene) -> Death:
    """Put together what is known. ``status`` is the wait status, ``cause`` what the host or the child itself said."""
    death = cause or Death(Outcome.CRASHED, "", "", 0, "", _what_is_known_untrusted(status, scene.last_words))
    file, line, source_line = death.file, death.line, death.source_line
    if not line:
        file, line, source_line = _where_untrusted(scene)
    return Death(death.outcome, death.callback or scene.callback, file, line, source_line, death.text, scene.ask)


def last_words(errors: int) -> bytes:
    """Read what a process wrote to its standard error: the line where it was, in faulthandler's words."""
    try:
        return os.read(errors, LAST_WORDS_BYTES)
    except OSError:
        return b""


def _what_is_known_untrusted(status: int | None, last_words: bytes) -> str:
    if broken := _BROKEN.search(last_words):
        return broken[0].decode("utf-8", "replace")
    if status is None:
        return "the process that it was forked from has ended"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGSYS:  # So seccomp ends a process; the audit log of the system names the call.
            return "it asked the kernel for what no script may have, and was ended for it"
        return f"the interpreter crashed: {signal.strsignal(number)} (signal {number})"
    return f"the interpreter ended with exit status {os.waitstatus_to_exitcode(status)}"


def _where_untrusted(scene: Scene) -> tuple[str, int, str]:
    """Find the innermost frame that lies in one of the script's files: file, line, source line."""
    for file, number in _FRAME.findall(scene.last_words):
        path, line = file.decode("utf-8", "replace"), int(number)
        if path in scene.files:
            lines = scene.files[path].splitlines()
            source = lines[line - 1] if 0 < line <= len(lines) else b""
            return path, line, source.decode("utf-8", "replace").strip()[:_SOURCE_LINE_CHARACTERS]
    return "", 0, ""
