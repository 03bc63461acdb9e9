"""The terrible network: a hundred players lose nothing that is reliable, and hear nothing out of order."""

from collections.abc import Callable
from random import Random

import anyio
import pytest

from harena import Client
from relay.channel import ChannelLimits
from relay.client_events import Message
from relay.fast import client_line
from relay.fast.bad_line import BadLine
from relay.fast.limits import FastLimits
from relay.fast.offer import FastOffer
from session.configuration import Configuration
from session.values import PeerId
from tests.relay import certified
from tests.relay.fast.bad_network import bad_network
from tests.relay.plain_relay import PlainRelay, opened

PLAYERS, BLOCKED, MESSAGES = 100, 10, 15
RELIABLE, FAST, DONE = 1, 2, 3
TERRIBLE = BadLine(loss=0.2, duplicates=0.1, reorder=0.1, delay_seconds=0.005, jitter_seconds=0.001)
#: OpenSSL waits a second before it sends a lost part of a handshake again, then two: nobody here waits for the last.
BAD = BadLine(loss=0.05, duplicates=0.1, reorder=0.1, delay_seconds=0.005, jitter_seconds=0.001)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}


class Player:
    """Sends numbered messages to its neighbour, and keeps what it is sent."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.got: dict[int, list[int]] = {RELIABLE: [], FAST: []}
        self.done = anyio.Event()

    async def listen(self) -> None:
        async for event in self.client:
            assert isinstance(event, Message)
            if event.op_code == DONE:
                self.done.set()
            else:
                self.got[event.op_code].append(event.json())

    async def talk(self) -> None:
        neighbour = self.client.peer_id % PLAYERS + 1
        for number in range(MESSAGES):
            await self.client.send(FAST, number, to=neighbour)
            await self.client.send(RELIABLE, number, to=neighbour, reliable=True)
        await self.client.send(DONE, to=neighbour, reliable=True)


def open_there(relay: PlainRelay, client: Client) -> bool:
    line = relay.room._connections[client.peer_id].line
    return line is not None and line.open


def open_at_both_ends(relay: PlainRelay, client: Client) -> bool:
    return open_there(relay, client) and client.fast


def ways(relay: PlainRelay, players: list[Player]) -> dict[PeerId, tuple[bool, bool]]:
    """Which way each player is spoken to, and speaks: for a time one goes by datagrams and the other does not."""
    return {one.client.peer_id: (open_there(relay, one.client), one.client.fast) for one in players}


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until something is so; the relay's own limit of time ends it else."""
    while not true():
        await anyio.lowlevel.checkpoint()


def a_relay(players: int, limits: FastLimits, sealed: bool) -> PlainRelay:
    relay = PlainRelay(ChannelLimits(), players, limits)
    if sealed:
        relay.listener.speak_dtls(certified.leaf().chain, certified.leaf().key, certified.authority().chain)
    return relay


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("line", "sealed", "fast"),
    [(TERRIBLE, False, PLAYERS - BLOCKED), (BAD, True, int((PLAYERS - BLOCKED) * 0.8))],
    ids=["plain", "DTLS"],
)
async def test_a_hundred_players_on_a_terrible_network(
    line: BadLine, sealed: bool, fast: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_line, "LAST_RETRY_SECONDS", 0.4)
    monkeypatch.setattr(client_line, "ALIVE_SECONDS", 0.5)
    relay = a_relay(PLAYERS, FastLimits(), sealed)
    async with bad_network(line, seed=2026, blocked=BLOCKED) as network:
        relay.offer = FastOffer(network.port, relay.offer.ca_cert)
        async with opened(relay, Configuration(max_players=PLAYERS, messages_per_second=10_000)):
            network.server_port = relay.fast.port
            async with anyio.create_task_group() as group, anyio.create_task_group() as connections:
                players: list[Player] = []
                let_go = anyio.Event()
                for number in range(PLAYERS):
                    connections.start_soon(_stay, relay.url, number, players, let_go)
                await until(lambda: len(players) == PLAYERS)
                for player in players:
                    group.start_soon(player.listen)
                await until(lambda: sum(open_at_both_ends(relay, one.client) for one in players) >= fast)
                began = ways(relay, players)
                for player in players:
                    group.start_soon(player.talk)
                for player in players:
                    await player.done.wait()
                ended = ways(relay, players)
                await until(lambda: all(open_there(relay, one.client) == one.client.fast for one in players))
                let_go.set()
            _judge(players, steady={peer for peer in began if began[peer] == ended[peer]})


@pytest.mark.anyio
@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "DTLS"])
async def test_where_only_the_way_back_dies_both_sides_leave_it(sealed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client goes on asking, and each time it is answered; that must not keep the server at it."""
    monkeypatch.setattr(client_line, "LAST_RETRY_SECONDS", 0.1)
    monkeypatch.setattr(client_line, "ALIVE_SECONDS", 0.05)
    monkeypatch.setattr(client_line, "SILENT_SECONDS", 0.3)
    relay = a_relay(1, FastLimits(silent_seconds=0.3), sealed)
    async with bad_network(BadLine(), seed=1) as network:
        relay.offer = FastOffer(network.port, relay.offer.ca_cert)
        async with opened(relay):
            network.server_port = relay.fast.port
            async with Client.connect(relay.url, "ann") as ann:
                await until(lambda: open_at_both_ends(relay, ann))
                network.one_way = True
                await until(lambda: not open_there(relay, ann) and not ann.fast)
                came = relay.listener.counts.datagrams_in
                await until(lambda: relay.listener.counts.datagrams_in > came + 2)
                assert not open_there(relay, ann)
                await ann.send(1, to=ann.peer_id)
                assert (await ann.receive()).op_code == 1
                network.one_way = False
                await until(lambda: open_at_both_ends(relay, ann))


async def _stay(url: str, number: int, players: list[Player], let_go: anyio.Event) -> None:
    async with Client.connect(url, f"player-{number}") as client:
        players.append(Player(client))
        await let_go.wait()


def _judge(players: list[Player], steady: set[PeerId]) -> None:
    """Who changes to the fast channel in the middle may be overtaken by what it says there."""
    for player in players:
        peer = player.client.peer_id
        before = PeerId((peer - 2) % PLAYERS + 1)
        assert player.got[RELIABLE] == list(range(MESSAGES)), "nothing reliable is lost, and its order holds"
        assert len(set(player.got[FAST])) == len(player.got[FAST]), "nothing comes twice"
        if {peer, before} <= steady:
            assert sorted(player.got[FAST]) == player.got[FAST], "nothing comes out of order"
    fast = sum(len(player.got[FAST]) for player in players)
    assert PLAYERS * MESSAGES * 0.2 < fast < PLAYERS * MESSAGES, "it was a bad line, and yet one"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_bad_line_does_what_it_says_and_does_it_again(seed: int) -> None:
    line = BadLine(loss=0.5, duplicates=0.5, reorder=0.1, delay_seconds=0.1, jitter_seconds=0.05)
    chance, again = Random(seed), Random(seed)
    copies = [line.copies(chance) for _ in range(2000)]
    assert copies == [line.copies(again) for _ in range(2000)]
    assert 900 < sum(not one for one in copies) < 1100
    assert 400 < sum(len(one) == 2 for one in copies) < 600
    assert 100 < sum(late for one in copies for late in one) < 200
    assert all(0.05 <= line.delay(chance) <= 0.151 for _ in range(2000))
    assert BadLine().copies(chance) == (False,)
