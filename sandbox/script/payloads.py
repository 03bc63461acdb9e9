"""Payloads: bytes as they are, text as UTF-8, anything else as JSON."""

import dataclasses
import json
from enum import Enum

from sandbox.limits import SCRIPT_PAYLOAD_BYTES
from sandbox.script.player import Player


def payload_bytes(payload: object) -> bytes:
    """Encode what a script sends.

    Raises:
        TypeError: JSON cannot hold it.
        ValueError: it is larger than a message may be, holds NaN, or is text that UTF-8 cannot hold.
    """
    encoded = _encoded(payload)
    if len(encoded) > SCRIPT_PAYLOAD_BYTES:
        raise ValueError(f"a payload holds at most {SCRIPT_PAYLOAD_BYTES} bytes, this one has {len(encoded)}")
    return encoded


def _encoded(payload: object) -> bytes:
    match payload:
        case bytes() | bytearray() | memoryview():
            return bytes(payload)
        case str() if not isinstance(payload, Enum):
            return str(payload).encode()
        case _:
            return json.dumps(payload, default=_plain, allow_nan=False, separators=(",", ":")).encode()


def _plain(given: object) -> object:
    if isinstance(given, Enum):
        return given.value
    if isinstance(given, Player):
        return given.peer_id
    if dataclasses.is_dataclass(given) and not isinstance(given, type):
        return {field.name: getattr(given, field.name) for field in dataclasses.fields(given)}
    raise TypeError(f"a {type(given).__name__} cannot be sent: send bytes, text, or what JSON can hold")
