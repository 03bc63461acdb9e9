"""The lines of a game session's log as they lie in its file, readable by people and by us.

    2026-01-31T12:00:20.123Z 17 error shop.py:9: in on_message: KeyError: 'shild'
        and every further line of the text is indented

A backslash is doubled, and what steers a terminal or cannot be written is an escape, as in Python's own texts; so any
text comes back as it was.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from session.values import value

#: Levels in order of their weight.
LEVELS = ("debug", "info", "warning", "error", "critical")

_INDENT = "    "
_HEAD = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})Z (?P<number>[1-9]\d{0,17}) (?P<level>[a-z]{1,20}) (?P<text>.*)",
    re.ASCII | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:(\\)|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))")


@value
class Line:
    """A line of a log under its number, which counts from 1; ``time`` in Unix seconds, to the millisecond."""

    number: int
    time: float
    level: str
    text: str


def encoded(line: Line) -> bytes:
    """The line as it lies in the file, with the newline at its end."""
    moment = datetime.fromtimestamp(line.time, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    milliseconds = round(line.time * 1000) % 1000
    text = f"\n{_INDENT}".join(map(_escaped, line.text.split("\n")))
    return f"{moment}.{milliseconds:03}Z {line.number} {line.level} {text}\n".encode()


def decoded(data: bytes) -> Iterator[Line]:
    """The lines in a file's content, in order; what is none, as where a disk was full, is passed over."""
    head: re.Match[str] | None = None
    texts: list[str] = []
    *whole, _unfinished = data.decode("utf-8", "replace").split("\n")
    for physical in whole:
        if head is not None and physical.startswith(_INDENT):
            texts.append(physical.removeprefix(_INDENT))
            continue
        yield from _line(head, texts)
        head = _HEAD.fullmatch(physical)
        texts = [head["text"]] if head else []
    yield from _line(head, texts)


def _line(head: re.Match[str] | None, texts: list[str]) -> Iterator[Line]:
    if head is None:
        return
    try:
        time = datetime.fromisoformat(head["time"] + "+00:00").timestamp()
    except ValueError:
        return
    yield Line(int(head["number"]), round(time, 3), head["level"], _unescaped("\n".join(texts)))


def _escaped(text: str) -> str:
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(_escape(letter) for letter in text)


def _escape(letter: str) -> str:
    if letter == "\\":
        return "\\\\"
    if letter.isprintable() or letter == "\t":
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_letter, text) if "\\" in text else text


def _letter(match: re.Match[str]) -> str:
    backslash, *codes = match.groups()
    code = int(next((digits for digits in codes if digits), "0"), 16)
    return backslash or (chr(code) if code < 0x110000 else "\N{REPLACEMENT CHARACTER}")
