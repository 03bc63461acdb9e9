"""What Amazon's stock C# client really sent and was content with, as recorded from a run of it."""

import json
from dataclasses import dataclass
from pathlib import Path

RECORDED = Path(__file__).parent / "recorded"


@dataclass(frozen=True)
class Line:
    """One recorded message: its bytes, where they went, and what is in them by protobuf's own names."""

    id: str
    channel: str
    by: str
    data: bytes
    packet: dict[str, object]


def recorded(name: str) -> list[Line]:
    """Read a recording; a long payload, of which only the beginning is kept, is made anew: 0, 1, 2 .. 255, 0 .."""
    lines = (RECORDED / f"{name}.jsonl").read_text().splitlines()
    return [_line(f"{name}:{number}", json.loads(line)) for number, line in enumerate(lines, 1)]


def by_client(name: str) -> list[Line]:
    return [line for line in recorded(name) if line.by == "client"]


def _line(name: str, line: dict[str, str]) -> Line:
    data = (
        bytes.fromhex(line["hex"]) if "hex" in line else _whole(bytes.fromhex(line["hex_starts"]), int(line["bytes"]))
    )
    packet = line["packet"]
    assert isinstance(packet, dict)
    return Line(name, line["channel"], line["from"], data, packet)


def _whole(start: bytes, total: int) -> bytes:
    shown = 18  # The recording shows so many bytes of the payload: 00 to 11.
    assert start[-shown:] == bytes(range(shown))
    missing = total - len(start)
    return start + bytes(byte % 256 for byte in range(shown, shown + missing))
