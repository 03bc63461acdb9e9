"""Warming: before the zygote forks its first child, it lives the life of one, with a script of ours.

What Python makes when it is first needed, and learns of code while it runs, every child is born with: it loads its
script in a tenth of the time, and its memory is the zygote's for longer.

A spare rehearses: it lives a short life by itself before it is wanted. What it writes to is its own by then, where
otherwise the kernel would have copied page after page while a game session waits.
"""

import gc
import os
import socket
from collections.abc import Iterable, Iterator
from itertools import count

from sandbox.begun import Begun, shared_memory
from sandbox.child import Child
from sandbox.frames import Assembler, Kind, packets, unpack_untrusted
from sandbox.limits import DEFAULTS, FRAME_BYTES, PACKET_BYTES
from sandbox.orders import Script, script_as_plain
from sandbox.questions import ask_as_plain
from session import callbacks as asks
from session.callbacks import Callback, GameSessionFacts
from session.effects import Ask
from session.values import EVERYBODY, NO_ASK, AskId, GameSessionId, PeerId, PlayerId, PlayerSessionId

#: Nothing of it is ever sent to anybody.
SCRIPT = b"""
import json
import random
from dataclasses import dataclass
from enum import IntEnum

from harena import session

configuration = {"max_players": 2, "tick_hz": 10}


class Op(IntEnum):
    MOVE = 1


@dataclass
class Place:
    x: float = 0.0
    y: float = 0.0


places = {}


def on_player_connect(connect):
    return connect.payload == b"" or connect.refuse("no")


def on_player_accepted(player):
    places[player.peer_id] = Place(random.random())
    session.join_group(player, 1)
    session.after(0.1, print, "later")


def on_message(message):
    place = places[message.sender.peer_id]
    place.x += message.json()["x"]
    session.broadcast(Op.MOVE, {"who": message.sender.peer_id, "x": f"{place.x:.1f}"}, but=message.sender)


def on_tick(dt):
    for place in places.values():
        place.y += dt


def on_send_to_player(message):
    return message.op_code == Op.MOVE and message.target_player in session.players


def on_send_to_group(message):
    return b"swear" not in message.payload


def on_player_disconnect(player):
    del places[player.peer_id]
"""
#: What a child rehearses has what every script has: whatever more it touched would be its own for nothing.
SCENE = b"""
from harena import session


def on_player_connect(connect):
    return True
"""
#: So often code has to run before Python has learnt all that it does about it, and some more.
TIMES = 16

#: The descriptor of a child that has no channel.
NOBODY = -1

FACTS = GameSessionFacts(GameSessionId("warm"), "warm", "warm", 1, 2)
ANN = PeerId(1)
SAID = ANN, 1, b'{"x": 1}', True
LOGIN = asks.OnPlayerConnect(ANN, PlayerId("ann"), PlayerSessionId("warm"), "", b"")
BEGINNING: tuple[Callback, ...] = (asks.OnStartGameSession(FACTS), LOGIN)
OFTEN: tuple[Callback, ...] = (
    asks.OnMessage(*SAID),
    asks.OnSendToPlayer(*SAID, ANN),
    asks.OnSendToGroup(*SAID, EVERYBODY),
    asks.OnTick(0.1),
    asks.OnTimer(),
)


def warm_up() -> list[tuple[Kind, object]]:
    """Load the script and ask it all that is asked often. Give what it said, frame by frame. Raises OSError."""
    return _lived(_order(SCRIPT, lint=True), [BEGINNING, *[OFTEN] * TIMES, (asks.OnPlayerDisconnect(ANN),)])


class Actor(Child):
    """A child that nobody hears."""

    def __init__(self, begun: Begun) -> None:
        super().__init__(NOBODY, begun)
        #: What it would have sent, packet by packet.
        self.said: list[bytes] = []

    def _send(self, kind: Kind, value: object) -> None:
        self.said += packets(kind, value)


def rehearse(begun: Begun) -> list[bytes]:
    """Begin, in a child, as a game session begins, and leave nothing behind. Give what it would have sent."""
    actor = Actor(begun)
    for packet in LINES:
        actor.take(packet)
    begun.set(NO_ASK)
    said = actor.said
    del actor
    gc.collect()
    return said


def _lived(order: object, turns: Iterable[tuple[Callback, ...]]) -> list[tuple[Kind, object]]:
    relay, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    memory = shared_memory()
    with relay, ours:
        relay.setblocking(False)
        child = Child(ours.fileno(), Begun(memory))
        said = _said_to(relay, child, Kind.LOAD, order)
        for asks_at_once in _asked(turns):
            said += _said_to(relay, child, Kind.ASK, asks_at_once)
    os.close(memory)
    return said


def _said_to(relay: socket.socket, child: Child, kind: Kind, body: object) -> list[tuple[Kind, object]]:
    """Have the child take one frame. The kernel lets ten packets wait in a socket: more than what it says to one."""
    for packet in packets(kind, body):
        relay.send(packet)
        child.turn()
    said: list[tuple[Kind, object]] = []
    assembler = Assembler(FRAME_BYTES)
    try:
        while True:
            if frame := assembler.feed_untrusted(relay.recv(PACKET_BYTES)):
                said.append((frame[0], unpack_untrusted(frame[1])))
    except BlockingIOError:
        return said


def _order(source: bytes, *, lint: bool) -> object:
    return script_as_plain(Script({"main.py": source}, "main.py", 1, 0.0, FACTS, lint=lint), DEFAULTS)


def _asked(turns: Iterable[tuple[Callback, ...]]) -> Iterator[list[object]]:
    numbers = count(1)
    for turn, questions in enumerate(turns):
        yield [ask_as_plain(Ask(AskId(next(numbers)), question, turn / 10)) for question in questions]


#: What a child hears when it rehearses, packed before it is born.
LINES = (
    *packets(Kind.LOAD, _order(SCENE, lint=False)),
    *(packet for questions in _asked([BEGINNING]) for packet in packets(Kind.ASK, questions)),
)
