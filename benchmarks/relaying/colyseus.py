"""Colyseus among the contenders: its own protocol, matchmaking included."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from time import time

import httpx

from benchmarks.relaying.contending import Contender, Ground, Seat
from benchmarks.relaying.installing import node_command
from benchmarks.relaying.work import Work
from runtime.tls.certificates import new_authority, new_leaf

#: @colyseus/shared-types, Protocol.
JOIN_ROOM, ROOM_DATA = 10, 13
MESSAGE_TYPE = 1


def seats(scheme: str, port: int, work: Work) -> list[Seat]:
    """Reserve a seat for each client over HTTP(S): the first of a room creates it, the others join it."""
    # The certificate is verified by nobody: both ends are ours.
    with httpx.Client(base_url=f"{scheme}://127.0.0.1:{port}/matchmake", trust_env=False, verify=False) as client:
        return [seat for room in range(work.rooms) for seat in _room(client, room, work.size)]


def _room(client: httpx.Client, room: int, size: int) -> list[Seat]:
    first = client.post("/create/relay", json={}).raise_for_status().json()
    others = (client.post(f"/joinById/{first['roomId']}", json={}).raise_for_status().json() for _ in range(size - 1))
    return [
        Seat(room, f"/{each['processId']}/{each['roomId']}?sessionId={each['sessionId']}", reply=bytes([JOIN_ROOM]))
        for each in (first, *others)
    ]


def around(payload_bytes: int) -> tuple[bytes, bytes]:
    """Give what its client sends around bytes: code, message type, and msgpack's head of binary data."""
    head = bytes([0xC4, payload_bytes]) if payload_bytes < 256 else b"\xc5" + payload_bytes.to_bytes(2, "big")
    return bytes([ROOM_DATA, MESSAGE_TYPE]) + head, b""


def _start(program: str, ground: Ground, _work: Work, port: int, _folder: Path) -> Sequence[str]:
    return node_command(ground.built, program, str(port))


def _start_tls(ground: Ground, _work: Work, port: int, folder: Path) -> Sequence[str]:
    """Give it a certificate like Harena's own."""
    authority = new_authority("Harena CA", time())
    leaf = new_leaf(authority, ("127.0.0.1", "localhost"), time())
    certificate, key = folder / "leaf.pem", folder / "leaf.key"
    certificate.write_bytes(leaf.chain)
    key.write_bytes(leaf.key)
    return node_command(ground.built, "colyseus_tls.mjs", str(port), str(certificate), str(key))


def contenders(lacks: str, lacks_tls: str) -> list[Contender]:
    """Give all ways to use it; ``lacks`` is why it is not installed, ``lacks_tls`` why nobody can come by TLS."""
    relay, state = partial(_start, "colyseus.mjs"), partial(_start, "colyseus_state.mjs")
    plain, secure = partial(seats, "http"), partial(seats, "https")
    by_tls = "Colyseus behind Node's https; onMessage and room.broadcast"
    return [
        Contender("colyseus", "Colyseus; onMessage and room.broadcast", relay, plain, around, lacks=lacks),
        Contender("colyseus-tls", by_tls, _start_tls, secure, around, lacks=lacks or lacks_tls, tls=True),
        Contender("colyseus-state", "Colyseus' own state sync, every 50 ms", state, plain, around, True, lacks),
    ]
