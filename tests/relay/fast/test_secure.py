"""The fast channel by DTLS: over real sockets with our client, and with the packets that the stock client sent."""

import socket
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Opcode

from harena import Client
from relay import client_codec as codec
from relay.acceptor import Address
from relay.channel import ChannelLimits
from relay.client import ConnectionFailed
from relay.counts import Counts
from relay.dtls.contexts import server_context
from relay.dtls.limits import DtlsLimits
from relay.fast import secure_client_line
from relay.fast.limits import FastLimits
from relay.fast.line import Line
from relay.fast.secure_lines import SecureLines
from session.configuration import Configuration
from session.farewells import CloseCode
from session.packets import GameMessage
from session.values import PeerId, PlayerSessionId
from tests.relay import certified
from tests.relay.dtls.callers import Caller
from tests.relay.fast.players import Kept, Player, data, numbers
from tests.relay.fast.test_channel import fast, until
from tests.relay.peers import RawPeer, binary
from tests.relay.plain_relay import PlainRelay, opened
from tests.relay.recordings import recorded

HERE: Address = ("192.0.2.7", 33400)
ELSEWHERE: Address = ("198.51.100.7", 33400)


class SecureWorld:
    """The lines of a worker that speaks DTLS, and their clock."""

    def __init__(self) -> None:
        self.counts = Counts()
        context = server_context(certified.leaf().chain, certified.leaf().key)
        self.lines = SecureLines(self, FastLimits(), DtlsLimits(), context)
        self.outlet = Kept()
        self.now = 1000.0

    def player(self, peer_id: int, token: str) -> tuple[Player, Line]:
        player = Player(peer_id)
        player.peer.connect_token = token
        return player, self.lines.open(player)

    def caller(self, address: Address = HERE) -> Caller:
        """Let a client shake hands."""
        caller = Caller(address, certified.authority().chain, "localhost")
        while datagrams := caller.association.unsent():
            for datagram in datagrams:
                self.comes(caller, datagram)
        assert caller.established
        return caller

    def comes(self, caller: Caller, datagram: bytes) -> None:
        """Let a datagram come from a client, and the client hear what it is sent at once."""
        self.lines.receive_untrusted(self.outlet, datagram, caller.address, self.now)
        self.heard(caller)

    def heard(self, caller: Caller) -> None:
        for address, datagram in self.outlet.taken():
            if address == caller.address:
                caller.take(datagram)

    def says(self, caller: Caller, packet: bytes) -> list[codec.FromServer]:
        """Let a client say a packet; give the answers."""
        caller.packets.clear()
        self.comes(caller, caller.association.seal(packet))
        return [codec.decode_datagram_untrusted(answer)[1] for answer in caller.packets]

    def drops(self) -> dict[str, int]:
        return {drop.name: number for drop, number in self.counts.fast_drops.items()}  # type: ignore[attr-defined]


def verify(peer: int, token: str, number: int = 0) -> bytes:
    return codec.encode_verify_identity(PeerId(peer), token, number)


def test_who_brings_the_token_of_a_login_is_that_player_and_is_told_so_each_time() -> None:
    world = SecureWorld()
    ann, line = world.player(1, "ann's")
    caller = world.caller()
    for _ in range(3):  # The answer may have been lost.
        assert world.says(caller, verify(1, "ann's")) == [codec.IdentityVerified(True)]
    assert line.open
    world.says(caller, data(1, 1))
    assert [type(packet) for packet in ann.said] == [GameMessage]
    line.send([b"\x08\x06"])
    world.heard(caller)
    assert codec.decode_datagram_untrusted(caller.packets[-1])[0] == 3  # Behind three answers.


@pytest.mark.parametrize(("peer", "token"), [(1, "bob's"), (2, "ann's"), (1, ""), (1, "ann's "), (0, "")])
def test_a_peer_id_and_a_token_go_together(peer: int, token: str) -> None:
    world = SecureWorld()
    _, line = world.player(1, "ann's")
    world.player(2, "bob's")
    assert world.says(world.caller(), verify(peer, token)) == []
    assert (line.open, world.drops()) == (False, {"WRONG_TOKEN": 1})


def test_who_was_mistaken_first_hears_a_yes_that_nothing_of_the_same_number_has_gone_before() -> None:
    world = SecureWorld()
    world.player(1, "ann's")
    caller = world.caller()
    sent: list[int] = []
    for number, token in enumerate(["bob's", "ann's", "ann's"]):
        world.says(caller, verify(1, token, number))
        sent += numbers(caller.packets)
    assert sent == [0, 1]


def test_an_association_without_a_token_speaks_for_nobody() -> None:
    world = SecureWorld()
    ann, line = world.player(1, "ann's")
    caller = world.caller()
    assert world.says(caller, data(1, 1)) == []
    assert world.says(caller, b"no packet") == []
    assert (ann.said, line.open, world.drops()) == ([], False, {"UNPROVEN": 1, "UNPARSABLE": 1})
    assert world.lines.places == 0


def test_what_is_not_sealed_speaks_for_nobody_either() -> None:
    world = SecureWorld()
    ann, _ = world.player(1, "ann's")
    caller = world.caller()
    world.says(caller, verify(1, "ann's"))
    world.comes(caller, data(1, 1))
    world.comes(caller, codec.encode_udp_connect(PeerId(1), 1))
    assert ann.said == []


def test_numbers_rise_and_what_is_late_is_dropped() -> None:
    world = SecureWorld()
    ann, _ = world.player(1, "ann's")
    caller = world.caller()
    world.says(caller, verify(1, "ann's"))
    for number in (1, 3, 2, 3, 4):
        world.says(caller, data(1, number))
    assert (len(ann.said), world.drops()) == (3, {"STALE": 2})


def test_a_silent_line_closes_and_later_data_open_it_again() -> None:
    world = SecureWorld()
    _, line = world.player(1, "ann's")
    caller = world.caller()
    world.says(caller, verify(1, "ann's"))
    world.now += 11
    world.lines.swept(world.now, forgiven=False)
    assert (line.open, world.counts.fast_lost) == (False, 1)
    world.says(caller, data(1, 1))
    assert (line.open, world.counts.fast_opened) == (True, 2)


def test_who_repeats_the_token_and_hears_no_answer_is_not_sent_anything_for_ever() -> None:
    world = SecureWorld()
    ann, line = world.player(1, "ann's")
    caller = world.caller()
    for number in range(6):
        assert world.says(caller, verify(1, "ann's", number)) == [codec.IdentityVerified(True)]
        world.now += 2.5
        world.lines.swept(world.now, forgiven=False)
    assert not line.open
    world.says(caller, codec.encode_udp_connect_ack(PeerId(1), 6))
    assert (line.open, ann.said, world.drops()) == (True, [], {})


def test_a_client_that_begins_anew_takes_its_line_along() -> None:
    """From the same port, or from another behind its address translator."""
    world = SecureWorld()
    ann, line = world.player(1, "ann's")
    before = world.caller()
    world.says(before, verify(1, "ann's"))
    again = world.caller()
    assert not line.open
    world.says(again, verify(1, "ann's"))
    elsewhere = world.caller(ELSEWHERE)
    world.says(elsewhere, verify(1, "ann's"))
    assert (line.open, world.lines.places) == (True, 1)
    world.says(again, data(1, 1))
    assert ann.said == []
    world.says(elsewhere, data(1, 1))
    assert len(ann.said) == 1


def test_two_associations_of_one_address_with_two_of_ours_are_not_taken_for_each_other() -> None:
    world = SecureWorld()
    ann, line = world.player(1, "ann's")
    first, one = world.caller(), world.outlet
    world.says(first, verify(1, "ann's"))
    world.outlet = other = Kept()
    second = world.caller()
    assert world.says(second, data(1, 1)) == []
    assert (ann.said, world.drops()) == ([], {"UNPROVEN": 1})
    assert world.says(second, verify(1, "ann's", 2)) == [codec.IdentityVerified(True)]
    world.says(second, data(1, 3))
    assert len(ann.said) == 1
    line.send([b"\x08\x06"])
    assert (len(one.taken()), len(other.taken())) == (1, 1), "a goodbye to the first, and what is sent to the second"


def test_with_a_player_goes_its_association() -> None:
    world = SecureWorld()
    ann, line = world.player(1, "ann's")
    caller = world.caller()
    world.says(caller, verify(1, "ann's"))
    world.lines.close(line)
    world.lines.close(line)
    world.heard(caller)
    assert (caller.ended, world.lines.places) == (True, 0)
    world.comes(caller, b"\x17\xfe\xfd")
    assert ann.said == []


def test_who_says_nothing_of_its_login_is_forgotten() -> None:
    world = SecureWorld()
    caller = world.caller()
    world.now += 21
    world.lines.swept(world.now, forgiven=False)
    assert world.says(caller, verify(1, "ann's")) == []


WORLD = SecureWorld()
ANN, LINE = WORLD.player(1, "ann's")
CALLER = WORLD.caller()
WORLD.says(CALLER, verify(1, "ann's"))


@given(st.binary(max_size=1300) | st.binary(max_size=40).map(lambda tail: verify(1, "ann's") + tail))
def test_sealed_garbage_hurts_nobody(packet: bytes) -> None:
    if packet:
        WORLD.says(CALLER, packet)
    assert WORLD.says(CALLER, verify(1, "ann's")) == [codec.IdentityVerified(True)]
    assert LINE.open


def test_the_packets_of_the_stock_client_are_understood() -> None:
    """In the order in which they were recorded; the token is the one that its login was told there."""
    world = SecureWorld()
    players = {peer: world.player(peer, f"ctok-{peer}")[0] for peer in (1, 2)}
    callers = {peer: world.caller(("192.0.2.7", peer)) for peer in (1, 2)}
    said: dict[int, int] = {1: 0, 2: 0}
    for line in recorded("csharp_secure"):
        if (line.channel, line.by) == ("dtls", "client"):
            sender = 1 if line.packet.get("sender", 1) == 1 else 2
            answers = world.says(callers[sender], line.data)
            if "verifyIdentity" in line.packet:
                assert answers == [codec.IdentityVerified(True)]
            else:
                said[sender] += 1
    assert {peer: len(player.said) for peer, player in players.items()} == said
    assert said[1] == 7
    assert world.drops() == {}


def test_the_limits_are_those_of_all_sockets_together_and_may_change() -> None:
    world = SecureWorld()
    first, caller = world.outlet, world.caller()
    world.lines.dtls_limits = DtlsLimits(max_guests=1)
    world.outlet = Kept()
    world.caller()
    world.outlet = first
    assert world.says(caller, verify(1, "ann's")) == []
    assert world.lines.dtls_limits.max_guests == 1


# With real sockets.


@pytest.fixture
async def relay() -> AsyncIterator[PlainRelay]:
    relay = PlainRelay(ChannelLimits(), 100, FastLimits())
    relay.listener.speak_dtls(certified.leaf().chain, certified.leaf().key, certified.authority().chain)
    async with opened(relay):
        yield relay


@pytest.mark.anyio
async def test_our_client_speaks_dtls_where_its_login_says_so(relay: PlainRelay) -> None:
    async with Client.connect(relay.url, "ann") as ann, Client.connect(relay.url, "bob") as bob:
        await fast(relay, ann, bob)
        before = relay.listener.counts.packets_in
        for number in range(1, 50):
            await ann.send(number, b"x" * 1200, to=bob.peer_id)
            await bob.send(number, {"n": number}, group=-1)
        assert [(await bob.receive()).op_code for _ in range(49)] == list(range(1, 50))
        assert [(await ann.receive()).json() for _ in range(49)] == [{"n": number} for number in range(1, 50)]
        assert relay.listener.counts.packets_in == before
    await until(relay, lambda: relay.listener.connections == 0)
    assert relay.fast.lines.places == 0


@pytest.mark.anyio
async def test_who_came_before_another_certificate_stays_and_who_comes_later_sees_it(relay: PlainRelay) -> None:
    async with Client.connect(relay.url, "ann") as ann:
        await fast(relay, ann)
        relay.listener.speak_dtls(certified.leaf(1).chain, certified.leaf(1).key, certified.authority().chain)
        async with Client.connect(relay.url, "bob") as bob:
            await fast(relay, ann, bob)
            await ann.send(1, to=bob.peer_id)
            assert (await bob.receive()).op_code == 1


@pytest.mark.anyio
@pytest.mark.parametrize("seconds", [0.0, 15.0], ids=["given up", "still trying"])
async def test_without_an_answer_to_the_handshake_all_goes_by_websocket(
    relay: PlainRelay, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secure_client_line, "HANDSHAKE_SECONDS", seconds)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        relay.offer.port = mute.getsockname()[1]
        async with Client.connect(relay.url, "ann") as ann:
            for number in range(1, 21):
                await ann.send(number, to=1)
            assert [(await ann.receive()).op_code for _ in range(20)] == list(range(1, 21))
            assert not ann.fast
            line = ann._line
            assert line
            if not seconds:  # At the first look, a second later.
                await until(relay, lambda: line._transport is not None and line._transport.is_closing())


@pytest.mark.anyio
async def test_who_may_be_shaking_hands_is_not_expected_to_answer_pings() -> None:
    relay = PlainRelay(ChannelLimits(ping_seconds=0.02, grace_seconds=0.02), 100, FastLimits())
    relay.listener.speak_dtls(certified.leaf().chain, certified.leaf().key, certified.authority().chain)
    channel = relay.listener.fast
    assert channel
    channel.dtls_limits = DtlsLimits(guest_seconds=1000.0)
    async with opened(relay, Configuration(ping_seconds=0.02)):
        peer = await RawPeer.connect(relay.listener.port)
        await peer.shake_hands()
        peer.writer.write(binary(codec.encode_login(PlayerSessionId("ann"), b"")))
        for _ in range(20):
            while (await peer.next_frame()).opcode is not Opcode.PING:
                pass
        assert relay.listener.connections == 1
        channel.dtls_limits = DtlsLimits(guest_seconds=0.0)
        assert (await peer.close_frame())[0] == CloseCode.NOT_RESPONDING
        await peer.close()


@pytest.mark.anyio
async def test_a_server_with_another_name_or_authority_gets_no_datagrams(relay: PlainRelay) -> None:
    relay.listener.speak_dtls(certified.leaf().chain, certified.leaf().key, certified.leaf().chain)
    async with Client.connect(relay.url, "ann") as ann:
        line = ann._line
        assert line
        await until(relay, lambda: line._transport is not None and line._transport.is_closing())
        await ann.send(1, to=1)
        assert (await ann.receive()).op_code == 1


@pytest.mark.anyio
async def test_a_server_with_a_broken_authority_does_not_speak_this_protocol(relay: PlainRelay) -> None:
    relay.offer.ca_cert = b"-----BEGIN NONSENSE-----"
    with pytest.raises(ConnectionFailed, match="CA cannot be read"):
        async with Client.connect(relay.url, "ann"):
            raise AssertionError("there is nobody to trust")
