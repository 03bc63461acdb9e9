"""Who takes part."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.relaying import colyseus, ours
from benchmarks.relaying.contending import Contender, Ground, bare, seats_by_path
from benchmarks.relaying.installing import node_command
from benchmarks.relaying.work import Work

#: Against these two the ratios are.
COLYSEUS, LIMIT = "colyseus", "limit"


def _limit(ground: Ground, work: Work, port: int, _folder: Path) -> Sequence[str]:
    return [str(ground.built / "limit"), str(port), str(work.flush_milliseconds)]


def _ws(ground: Ground, _work: Work, port: int, _folder: Path) -> Sequence[str]:
    return node_command(ground.built, "ws.mjs", str(port))


def _expert(ground: Ground, work: Work, port: int, _folder: Path) -> Sequence[str]:
    return node_command(ground.built, "expert.mjs", str(port), str(work.flush_milliseconds))


def _websockets(_ground: Ground, _work: Work, port: int, _folder: Path) -> Sequence[str]:
    return [sys.executable, str(Path(__file__).parent / "broadcast.py"), str(port)]


def contenders(lacks_node: str, lacks_tls: str) -> list[Contender]:
    """Give all; ``lacks_node`` is why there is nothing that needs Node, ``lacks_tls`` why nobody can come by TLS."""
    plain = (seats_by_path, bare)
    return [
        Contender(LIMIT, "C with our policy and nothing else: the limit", _limit, *plain),
        ours.RELAY,
        ours.WITH_FILTER,
        replace(ours.BY_TLS, lacks=lacks_tls),
        *colyseus.contenders(lacks_node, lacks_tls),
        Contender(
            "node-expert", "Node with our policy: own parser, one write a tick", _expert, *plain, False, lacks_node
        ),
        Contender("ws", "Node's ws as it comes", _ws, *plain, False, lacks_node),
        Contender("websockets", "Python's websockets.broadcast on uvloop", _websockets, *plain),
    ]
