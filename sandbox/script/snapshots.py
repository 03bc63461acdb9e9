"""Snapshots: a script's state on its way out and back in, as a JSON value."""

import json

from sandbox.limits import KIB, SNAPSHOT_BYTES
from sandbox.script.player import Player


class Snapshot:
    """What ``on_snapshot`` gave: a JSON value in UTF-8."""

    __slots__ = ("state",)

    def __init__(self, value: object) -> None:
        """Encode a value.

        Raises:
            TypeError: it is not made of dicts with text as keys, lists, text, numbers, True, False and None.
            ValueError: it is too large, holds NaN, itself, or text that UTF-8 cannot hold.
        """
        _check(value)
        self.state = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
        if len(self.state) > SNAPSHOT_BYTES:
            raise ValueError(
                f"a snapshot holds at most {SNAPSHOT_BYTES // KIB} kB, this one has {len(self.state)} bytes"
            )


def restored(state: bytes) -> object:
    """Decode a snapshot."""
    value: object = json.loads(state)
    return value


def _check(value: object) -> None:
    """Refuse what would come back as something else, or not at all; JSON itself turns a key 1 into "1"."""
    if isinstance(value, dict):
        for key, held in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the keys of a snapshot are texts: {key!r} would come back as one")
            _check(held)
    elif isinstance(value, list | tuple):
        for held in value:
            _check(held)
    elif isinstance(value, Player):
        raise TypeError("a snapshot cannot hold a Player: keep its player_id, and find it with session.player(...)")
    elif not isinstance(value, str | int | float | None):
        raise TypeError(f"a snapshot cannot hold a {type(value).__name__}: only what JSON can hold comes back")
