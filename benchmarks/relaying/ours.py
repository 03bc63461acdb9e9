"""Harena among the contenders: `harena dev` with one script, as anybody would start it."""

import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.relaying.contending import Contender, ContenderFailed, Ground, Seat
from benchmarks.relaying.work import Work
from relay.client_codec import encode_login, encode_message
from session.values import EVERYBODY, PeerId, PlayerSessionId

OP_CODE = 10
READY = "ready.json"
HARENA = (sys.executable, "-c", "from runtime.cli import main; main()")
#: Nobody is sent away for the load: it is far above what is allowed by default.
ALLOWED: dict[str, object] = {"max_players": 200, "messages_per_second": 10_000}

FILTER = """
def on_send_to_group(message):
    return b"swear" not in message.payload
"""
DOOR = """
def on_player_connect(connect):
    return connect.payload != b"swear"
"""


def source(callbacks: str, flush_milliseconds: int) -> str:
    """Give a script. Without callbacks it is a plain relay; no script at all would have limits too low for this."""
    allowed = ALLOWED | {"flush_milliseconds": flush_milliseconds}
    return f"configuration = {allowed}\n\n{callbacks}"


def start(callbacks: str, tls: bool, _ground: Ground, work: Work, port: int, folder: Path) -> Sequence[str]:
    """Write a script with these callbacks; give the command that serves it."""
    scripts = folder / "scripts"
    scripts.mkdir()
    script = scripts / "relay.py"
    script.write_text(source(callbacks, work.flush_milliseconds))
    # Without a script that counts everybody would be let in all the same, and something else measured.
    checked = subprocess.run([*HARENA, "validate", str(script)], capture_output=True, text=True, cwd=folder)
    if checked.returncode:
        raise ContenderFailed(f"the script is refused:\n{checked.stdout}{checked.stderr}")
    places = ("--port", str(port), "--http-port", "0", "--data", str(folder / "kept"), "--ready-file", READY)
    return [*HARENA, "dev", str(scripts), *places, *(["--tls"] if tls else [])]


def seats(_port: int, work: Work) -> list[Seat]:
    """Give seats in a game session for each room."""
    return [
        Seat(room, "/websocket", encode_login(PlayerSessionId(f"relay/room-{room}"), b""))
        for room in range(work.rooms)
        for _ in range(work.size)
    ]


def around(payload_bytes: int) -> tuple[bytes, bytes]:
    """Give what the stock client sends around a payload to everybody."""
    payload = bytes(payload_bytes)
    # Whose sender it is does not matter: the server puts in the true one.
    before, _, behind = encode_message(OP_CODE, payload, PeerId(1), group=EVERYBODY).partition(payload)
    return before, behind


def contender(name: str, about: str, callbacks: str = "", *, tls: bool = False) -> Contender:
    """Give Harena with these callbacks in its script."""
    return Contender(name, about, partial(start, callbacks, tls), seats, around, ready_file=READY, tls=tls)


RELAY = contender("harena", "Harena; a script without callbacks")
BY_TLS = contender("harena-tls", "Harena by TLS; a script without callbacks", tls=True)
WITH_FILTER = contender("harena-filter", "Harena; a script filters each message, in a process for each room", FILTER)
WITH_DOOR = contender("harena-door", "Harena; a script decides on each login", DOOR)
DOOR_BY_TLS = contender("harena-door-tls", "Harena by TLS; a script decides on each login", DOOR, tls=True)
