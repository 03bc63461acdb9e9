"""A whole relay, most often without a script: a listener, one room, and a real heart behind it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio

from relay.channel import ChannelLimits
from relay.codec import ProtobufWire
from relay.connection import Connection
from relay.fast.channel import FastChannel
from relay.fast.limits import FastLimits
from relay.fast.offer import FastOffer
from relay.listener import Listener
from relay.room import Room
from relay.turn import Turn
from session.callbacks import NAMES, GameSessionFacts
from session.configuration import Configuration
from session.effects import Drop
from session.farewells import CloseCode, Farewell
from session.game import GameSession
from session.packets import Login
from session.peer import Seat
from session.values import GameSessionId, PeerId, PlayerId
from tests.relay import certified
from tests.relay.scripted import Rulings

ALL = frozenset(NAMES.values()) - {"on_tick"}
STOPPING = Farewell(CloseCode.SERVER_STOPPING, "the server stops")
NO_SEAT = Farewell(CloseCode.LOGIN_REFUSED, "no such player session")


class PlainRelay:
    """Seats everybody in one room, as the player that the login names; keeps what the room told its journal."""

    heart: GameSession
    room: Room

    def __init__(self, limits: ChannelLimits, max_connections: int, fast: FastLimits | None) -> None:
        self.listener = Listener(self, limits, max_connections, sweep_seconds=0.02, fast=fast)
        #: Where players are told to send their datagrams, if not to the listener itself.
        self.offer = self.listener.fast.offer if self.listener.fast else FastOffer()
        self.drops: list[tuple[PeerId, Drop]] = []
        self.notes: list[str] = []
        self.farewells: list[Farewell] = []
        self.waiting: list[tuple[Connection, Login]] = []
        self._news = anyio.Event()

    async def open(self, configuration: Configuration, script: Rulings | None, host: str) -> None:
        await self.listener.open(host, 0)
        self.heart, self.room = self.game_session(configuration, script)

    def game_session(self, configuration: Configuration, script: Rulings | None) -> tuple[GameSession, Room]:
        facts = GameSessionFacts(GameSessionId("plain"), "plain", "", 0, 200)
        heart = GameSession(facts, configuration, ALL if script else None, ProtobufWire(self.offer))
        room = Room(heart, self, script, configuration, Turn())
        if script:
            script.answer = room.answered
        return heart, room

    @property
    def fast(self) -> FastChannel:
        assert self.listener.fast
        return self.listener.fast

    @property
    def url(self) -> str:
        return f"{'wss' if certified.everywhere else 'ws'}://127.0.0.1:{self.listener.port}"

    def find_seat(self, connection: Connection, login: Login) -> None:
        match login.player_session_id:
            case "nobody":
                connection.refused(NO_SEAT)
            case "later":
                self.waiting.append((connection, login))
            case "breaks":
                raise RuntimeError("the roof has a fault")
            case name:
                connection.seated(self.room, Seat(login.player_session_id, PlayerId(name)))
        self._tell()

    def left(self, connection: Connection) -> None:
        """Seats are not counted here."""

    def dropped(self, peer: PeerId, why: Drop) -> None:
        self.drops.append((peer, why))
        self._tell()

    def note(self, text: str) -> None:
        self.notes.append(text)
        self._tell()

    def bereft(self) -> None:
        raise AssertionError("there is no script that could die")

    def ended(self, farewell: Farewell) -> None:
        self.farewells.append(farewell)
        self._tell()

    async def noted(self, part: str) -> str:
        """Wait for a note with these words in it."""
        while True:
            for note in self.notes:
                if part in note:
                    return note
            await self.news()

    async def news(self) -> None:
        """Wait until anything is told."""
        await self._news.wait()

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()


@asynccontextmanager
async def plain_relay(
    configuration: Configuration | None = None,
    limits: ChannelLimits | None = None,
    max_connections: int = 100,
    script: Rulings | None = None,
    fast: FastLimits | None = None,
) -> AsyncGenerator[PlainRelay, None]:
    relay = PlainRelay(limits or ChannelLimits(), max_connections, fast)
    if certified.everywhere:
        relay.listener.speak_tls(certified.shows())
    async with opened(relay, configuration, script):
        yield relay


@asynccontextmanager
async def opened(
    relay: PlainRelay,
    configuration: Configuration | None = None,
    script: Rulings | None = None,
    host: str = "127.0.0.1",
) -> AsyncGenerator[None, None]:
    await relay.open(configuration or Configuration(), script, host)
    relay.room.start()
    try:
        with anyio.fail_after(20):
            yield
    finally:
        relay.room.close()
        await relay.listener.close(STOPPING)
        assert relay.listener.connections == 0
