"""The fast channel from end to end: real sockets, real players, and a network that may take no datagrams."""

import asyncio
import socket
from collections.abc import Callable

import anyio
import pytest

from harena import Client
from relay import client_codec as codec
from relay import packet_pb2
from relay.channel import ChannelLimits
from relay.client_events import Message
from relay.delimited import delimited
from relay.fast import client_line
from relay.fast.limits import FastLimits
from relay.fast.offer import FastOffer
from relay.fast.packets import MAX_NUMBER, ack
from session.callbacks import OnMessage
from session.configuration import Configuration
from session.effects import Drop
from session.values import SERVER, PeerId
from tests.relay.peers import RawPeer, binary
from tests.relay.plain_relay import PlainRelay, opened, plain_relay
from tests.relay.recordings import recorded
from tests.relay.scripted import Rulings

pytestmark = pytest.mark.anyio
FAST = FastLimits()


async def until(relay: PlainRelay, true: Callable[[], bool]) -> None:
    """Let the loop turn until something is so; the relay's own limit of time ends it else."""
    while not true():
        await anyio.lowlevel.checkpoint()


async def fast(relay: PlainRelay, *clients: Client) -> None:
    """Wait until both sides know that datagrams come through."""
    connections = relay.room._connections
    for client in clients:
        await until(relay, lambda client=client: client.fast)  # type: ignore[misc]
        line = connections[client.peer_id].line
        assert line
        await until(relay, lambda line=line: line.open)  # type: ignore[misc]


async def test_messages_take_the_fast_channel_both_ways_and_groups_the_other() -> None:
    async with plain_relay(fast=FAST) as relay:
        async with Client.connect(relay.url, "ann") as ann, Client.connect(relay.url, "bob") as bob:
            await fast(relay, ann, bob)
            await ann.join_group(7)
            await bob.join_group(7)
            assert (await bob.receive_membership(7)).players == (1, 2)
            before = relay.listener.counts.packets_in
            for number in range(3):
                await ann.send(number + 1, {"n": number}, group=7)
                await bob.send(number + 1, {"n": number}, to=ann.peer_id)
            assert [(await bob.receive()).op_code for _ in range(3)] == [1, 2, 3]
            assert [(await ann.receive()).json() for _ in range(3)] == [{"n": number} for number in range(3)]
            assert relay.listener.counts.packets_in == before
        await until(relay, lambda: relay.listener.connections == 0)
        assert relay.fast.lines.places == 0


async def test_what_is_reliable_or_too_large_takes_the_websocket() -> None:
    async with plain_relay(fast=FAST) as relay, Client.connect(relay.url, "ann") as ann:
        await fast(relay, ann)
        before, datagrams = relay.listener.counts.packets_in, relay.listener.counts.datagrams_out
        await ann.send(1, b"x", to=1, reliable=True)
        await ann.send(2, b"x" * 1201, to=1)
        assert [len((await ann.receive(op_code)).payload) for op_code in (1, 2)] == [1, 1201]
        assert relay.listener.counts.packets_in == before + 2
        await ann.send(3, b"x" * 1200, to=1)
        assert len((await ann.receive(3)).payload) == 1200
        assert relay.listener.counts.packets_in == before + 2
        assert relay.listener.counts.datagrams_out > datagrams


async def test_who_wants_no_datagrams_gets_none() -> None:
    async with (
        plain_relay(fast=FAST) as relay,
        Client.connect(relay.url, "ann", fast=False) as ann,
        Client.connect(relay.url, "bob") as bob,
    ):
        await fast(relay, bob)
        await bob.send(1, group=-1)
        await ann.send(2, group=-1)
        assert ((await ann.receive()).op_code, (await bob.receive()).op_code, ann.fast) == (1, 2, False)


async def test_the_scripts_fast_messages_and_the_mark_of_players_messages() -> None:
    script = Rulings()
    async with plain_relay(fast=FAST, script=script) as relay, Client.connect(relay.url, "ann") as ann:
        await fast(relay, ann)
        await ann.send(5)
        await ann.send(6, reliable=True)
        asked = await script.asked(OnMessage, 2)
        marks = {one.op_code: one.reliable for one in asked if isinstance(one, OnMessage)}
        assert marks == {5: False, 6: True}


async def test_a_burst_to_one_player_comes_whole_and_in_order() -> None:
    configuration = Configuration(messages_per_second=10_000)
    async with plain_relay(configuration, fast=FAST) as relay, Client.connect(relay.url, "ann") as ann:
        await fast(relay, ann)
        for number in range(200):
            await ann.send(1 + number, b"x" * (number % 7), to=1)
        assert [(await ann.receive()).op_code for _ in range(200)] == list(range(1, 201))


async def test_a_network_that_takes_no_datagrams_is_not_noticed() -> None:
    relay = PlainRelay(ChannelLimits(), 100, FAST)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        relay.offer = FastOffer(mute.getsockname()[1])
        async with opened(relay), Client.connect(relay.url, "ann") as ann:
            for number in range(20):
                await ann.send(1 + number, to=1)
            assert [(await ann.receive()).op_code for _ in range(20)] == list(range(1, 21))
            assert not ann.fast


async def test_datagrams_that_stay_away_in_the_middle_are_not_noticed_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_line, "ALIVE_SECONDS", 0.05)
    monkeypatch.setattr(client_line, "SILENT_SECONDS", 0.3)
    async with plain_relay(fast=FastLimits(silent_seconds=0.3)) as relay, Client.connect(relay.url, "ann") as ann:
        await fast(relay, ann)
        line = relay.room._connections[PeerId(1)].line
        assert line
        relay.fast.close()
        await until(relay, lambda: not ann.fast and not line.open)
        await ann.send(9, to=1)
        assert (await ann.receive()).op_code == 9
        assert relay.listener.counts.fast_lost == 1


async def test_a_number_that_was_forged_keeps_a_client_from_datagrams_for_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_line, "ALIVE_SECONDS", 0.05)
    monkeypatch.setattr(client_line, "SILENT_SECONDS", 0.3)
    async with plain_relay(fast=FastLimits(silent_seconds=0.3)) as relay, Client.connect(relay.url, "ann") as ann:
        await fast(relay, ann)
        line = ann._line
        assert line
        line.datagram_received(ack(MAX_NUMBER), None)
        await until(relay, lambda: line._last < MAX_NUMBER)
        await fast(relay, ann)


async def test_a_client_that_is_silent_is_sent_everything_by_websocket_and_comes_back() -> None:
    async with plain_relay(fast=FastLimits(silent_seconds=0.5)) as relay:
        stock = await Stock.connect(relay)
        assert await stock.hears(relay, by="datagram")
        line = relay.room._connections[PeerId(1)].line
        assert line
        await until(relay, lambda: not line.open)
        assert await stock.hears(relay, by="websocket")
        stock.send(codec.encode_message(1, b"", PeerId(1), SERVER, sequence_number=9))
        await until(relay, lambda: line.open)
        assert await stock.hears(relay, by="datagram")
        await stock.close()


async def test_too_many_datagrams_are_dropped_and_nobody_is_cut_off() -> None:
    async with plain_relay(Configuration(messages_per_second=10), fast=FAST) as relay:
        async with Client.connect(relay.url, "ann") as ann:
            await fast(relay, ann)
            for _ in range(60):
                await ann.send(1)
            await until(relay, lambda: len(relay.drops) >= 30)
            assert {why for _, why in relay.drops} == {Drop.TOO_MANY_FAST}
            assert ann.closed is None


async def test_players_with_one_id_at_one_host_have_channels_of_their_own() -> None:
    async with plain_relay(fast=FAST) as relay:
        first, second = relay.room, relay.game_session(Configuration(), None)[1]
        async with Client.connect(relay.url, "ann") as ann:
            relay.room = second
            async with Client.connect(relay.url, "bob") as bob:
                assert (ann.peer_id, bob.peer_id) == (1, 1)
                async with anyio.create_task_group() as group:
                    for client in (ann, bob):
                        group.start_soon(_listen, client)
                    for room in (first, second):
                        line = room._connections[PeerId(1)].line
                        assert line
                        await until(relay, lambda line=line: line.open)  # type: ignore[misc]
                    await until(relay, lambda: ann.fast and bob.fast)
                    group.cancel_scope.cancel()
                await ann.send(1, "ann's", to=1)
                await bob.send(1, "bob's", to=1)
                assert ((await ann.receive()).text, (await bob.receive()).text) == ("ann's", "bob's")
        second.close()


async def _listen(client: Client) -> None:
    async for _ in client:
        pass


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
async def test_by_ipv6() -> None:
    relay = PlainRelay(ChannelLimits(), 100, FAST)
    async with opened(relay, host="::1"):
        async with Client.connect(f"ws://[::1]:{relay.listener.port}", "ann") as ann:
            await fast(relay, ann)
            await ann.send(1, to=1)
            assert (await ann.receive()).op_code == 1


@pytest.mark.parametrize(("host", "called"), [("0.0.0.0", "127.0.0.2"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])
async def test_a_server_at_all_addresses_answers_from_the_one_that_was_called(host: str, called: str) -> None:
    """A client hears nobody else, and no translator of addresses lets anybody else in."""
    if host == "::" and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    relay = PlainRelay(ChannelLimits(), 100, FAST)
    async with opened(relay, host=host), Client.connect(f"ws://{called}:{relay.listener.port}", "ann") as ann:
        await fast(relay, ann)
        for number in range(3):
            await ann.send(1 + number, to=1)
        assert [(await ann.receive()).op_code for _ in range(3)] == [1, 2, 3]


class Stock:
    """The stock client, as it was recorded: it asks until it is answered, and acknowledges once."""

    def __init__(self, peer: RawPeer, sock: socket.socket) -> None:
        self.peer = peer
        self.sock = sock

    @classmethod
    async def connect(cls, relay: PlainRelay) -> "Stock":
        lines = [line.data for line in recorded("csharp_plain") if line.by == "client"]
        login = next(line for line in lines if b"psess-1" in line)
        peer = await RawPeer.connect(relay.listener.port)
        await peer.shake_hands()
        peer.writer.write(binary(login))
        result = codec.decode_from_server_untrusted(await peer.next_message())
        assert isinstance(result, codec.LoginResult)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", result.fast_port))
        stock = cls(peer, sock)
        asked, acknowledged = [line.data for line in recorded("csharp_plain") if line.channel == "udp"][0:3:2]
        stock.send(asked)
        assert (await stock.next_datagram())[1] == codec.Other(-6)
        stock.send(acknowledged)
        line = relay.room._connections[PeerId(1)].line
        assert line
        await until(relay, lambda: line.open)
        return stock

    def send(self, datagram: bytes) -> None:
        self.sock.send(datagram)

    async def next_datagram(self) -> tuple[int, codec.FromServer]:
        return codec.decode_datagram_untrusted(await asyncio.get_running_loop().sock_recv(self.sock, 2048))

    async def hears(self, relay: PlainRelay, by: str) -> bool:
        """Send it a fast message, and say whether it comes as is said."""
        self.peer.writer.write(
            binary(packet_with(op_code=3, target_player=1))  # Without `reliable`: so the server may choose.
        )
        if by == "datagram":
            _, event = await self.next_datagram()
        else:
            event = codec.decode_from_server_untrusted(await self.peer.next_message())
        return isinstance(event, Message) and event.op_code == 3

    async def close(self) -> None:
        self.sock.close()
        await self.peer.close()


def packet_with(op_code: int, target_player: int) -> bytes:
    return delimited(packet_pb2.Packet(op_code=op_code, target_player=target_player))
