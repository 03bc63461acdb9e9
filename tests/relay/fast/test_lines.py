"""Whose datagram it is: addresses prove themselves, nobody takes over what is another's, and forgers cost nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay import client_codec as codec
from relay import packet_pb2
from relay.delimited import delimited
from relay.fast.limits import FastLimits
from relay.fast.packets import MAX_NUMBER, ack, numbered
from session.packets import GameMessage, JoinGroup, LeaveGroup, RequestGroupMembership
from session.values import SERVER, GroupId, PeerId
from tests.relay.fast.players import HERE, World, acked, connect, data, numbers
from tests.relay.recordings import recorded

SILENT = FastLimits().silent_seconds
OPENING = FastLimits().opening_seconds


def op_codes(said: list[object]) -> list[int]:
    return [one.op_code for one in said if isinstance(one, GameMessage)]


def test_the_stock_clients_conversation_as_it_was_recorded() -> None:
    world = World()
    (ann, to_ann), (bob, to_bob) = world.player(1), world.player(2)
    ports = {1: 33400, 2: 33401}
    for line in recorded("csharp_plain"):
        if line.channel != "udp" or line.by != "client":
            continue
        sender = line.packet.get("sender", 1)
        assert isinstance(sender, int)
        answers = world.comes(line.data, ports[sender])
        assert [codec.decode_datagram_untrusted(one)[1] for one in answers] == (
            [codec.Other(-6)] if line.packet.get("opCode") == -5 else []
        )
    assert to_ann.open
    assert to_bob.open
    assert op_codes(list(ann.said)) == [11, 14, 16, 18]
    assert [one for one in ann.said if not isinstance(one, GameMessage)] == [
        JoinGroup(GroupId(7)), RequestGroupMembership(GroupId(7)), LeaveGroup(GroupId(7)),
    ]  # fmt: skip
    assert (bob.said, world.drops()) == ([], {})


def test_the_answer_is_one_that_the_stock_client_has_taken_but_for_its_target() -> None:
    (theirs,) = [line.data for line in recorded("csharp_plain") if line.by == "server" and line.packet["opCode"] == -6][
        :1
    ]
    parsed, ours = packet_pb2.Packet.FromString(theirs[1:]), packet_pb2.Packet.FromString(ack(1)[1:])
    parsed.target_player = 0
    assert ours == parsed


def test_numbers_rise_over_answers_and_packets_alike() -> None:
    world = World()
    _, line = world.player(1)
    got = world.comes(connect(1), 5) + world.comes(connect(1, 1), 5)
    world.comes(acked(1, 2), 5)
    line.send([b"\x08\x02"])
    line.send([b"\x08\x02\x10\x63", b"\x08\x04"])
    got += [datagram for _, datagram in world.outlet.taken()]
    assert numbers(got) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("number", [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, MAX_NUMBER])
def test_a_number_is_read_as_it_was_written_and_overrides_another(number: int) -> None:
    sent = codec.encode_message(5, b"x" * 200, PeerId(1), SERVER, sequence_number=77)
    read, event = codec.decode_datagram_untrusted(numbered(sent[2:], number))
    assert (read, event) == (number, codec.decode_from_server_untrusted(sent))


def test_an_answer_beyond_the_last_number_fails_nothing() -> None:
    assert ack(MAX_NUMBER + 1) == ack(MAX_NUMBER)
    assert codec.decode_datagram_untrusted(ack(MAX_NUMBER))[0] == MAX_NUMBER


def test_an_address_is_proven_by_the_ack_or_by_later_data() -> None:
    world = World()
    (ann, to_ann), (_, to_bob) = world.player(1), world.player(2)
    world.comes(connect(1), 5)
    world.comes(connect(2), 6)
    assert not to_ann.open
    world.comes(acked(1), 5)
    world.comes(data(2, 1), 6)
    assert to_ann.open
    assert to_bob.open
    assert ann.said == []


def test_asking_again_and_again_proves_nothing() -> None:
    world = World()
    _, line = world.player(1)
    for number in range(50):
        world.comes(connect(1, number), 5)
    assert not line.open


def test_data_of_an_unknown_address_needs_a_second_datagram() -> None:
    world = World()
    ann, line = world.player(1)
    world.comes(data(1, 4), 5)
    assert (line.open, ann.said, world.drops()) == (False, [], {"UNPROVEN": 1})
    world.comes(data(1, 5), 5)
    assert (line.open, len(ann.said)) == (True, 1)


def test_a_forged_sender_takes_nothing_over() -> None:
    world = World()
    ann, line = world.player(1)
    world.comes(connect(1), 5)
    world.comes(acked(1), 5)
    for port, host in ((6, HERE), (5, "198.51.100.1")):
        for forged in (connect(1, 8), acked(1, 9), data(1, 10), data(1, 11)):
            assert world.comes(forged, port, host) == []
    line.send([b"\x08\x02"])
    assert [address for address, _ in world.outlet.taken()] == [(HERE, 5)]
    world.comes(data(1, 2), 5)
    assert op_codes(list(ann.said)) == [7]
    assert world.drops() == {"TAKEN": 4, "NOBODY": 4}


def test_another_peer_id_from_a_known_address_is_still_that_peers() -> None:
    """The id in a packet is not believed; the address counts."""
    world = World()
    (ann, _), (bob, to_bob) = world.player(1), world.player(2)
    world.comes(connect(1), 5)
    world.comes(acked(1), 5)
    world.comes(data(2, 2), 5)
    assert (len(ann.said), bob.said, to_bob.open) == (1, [], False)


def test_a_changed_address_proves_itself_anew_once_the_old_one_is_silent() -> None:
    world = World()
    ann, line = world.player(1)
    world.comes(connect(1), 5)
    world.comes(acked(1), 5)
    world.now += SILENT + 1
    world.lines.swept(world.now, False)
    assert not line.open
    world.comes(data(1, 2), 6)
    assert not line.open
    world.comes(data(1, 3), 6)
    assert line.open
    line.send([b"\x08\x02"])
    assert world.outlet.taken()[0][0] == (HERE, 6)
    world.comes(data(1, 4), 5)
    line.send([b"\x08\x02"])
    assert world.outlet.taken()[0][0] == (HERE, 5), "who was proven first goes before"
    world.comes(data(1, 5), 6)
    assert len(ann.said) == 2
    assert world.drops()["TAKEN"] == 1


def test_a_client_that_moves_often_has_two_addresses_at_most() -> None:
    world = World()
    _, line = world.player(1)
    for port in range(1, 30):
        world.comes(connect(1), port)
        world.comes(acked(1), port)
        world.now += SILENT + 1
    assert (world.lines.places, len(line.proven)) == (2, 2)
    world.lines.close(line)
    world.lines.close(line)
    assert world.lines.places == 0


def test_what_is_late_or_there_twice_is_dropped() -> None:
    world = World()
    ann, _ = world.player(1)
    world.comes(connect(1), 5)
    for number in (1, 3, 3, 2, 4, -1):
        world.comes(data(1, number), 5)
    assert (len(ann.said), world.drops()) == (3, {"STALE": 3})


def test_a_number_that_was_forged_silences_nobody_for_good() -> None:
    world = World()
    ann, line = world.player(1)
    world.comes(connect(1), 5)
    world.comes(acked(1), 5)
    world.comes(data(1, MAX_NUMBER), 5)
    world.comes(data(1, 2), 5)
    assert (len(ann.said), world.drops()) == (1, {"STALE": 1})
    world.now += SILENT + 1
    world.lines.swept(world.now, False)
    world.comes(data(1, 3), 5)
    world.comes(data(1, 4), 5)
    world.comes(data(1, 3), 5)
    assert (len(ann.said), line.open, world.drops()) == (3, True, {"STALE": 2})


def test_a_number_that_was_forged_before_the_player_spoke_silences_nobody_for_good() -> None:
    world = World()
    ann, line = world.player(1)
    world.comes(connect(1, MAX_NUMBER), 5)
    world.comes(connect(1), 5)
    assert world.drops() == {"STALE": 1}
    world.now += SILENT + 1
    world.lines.swept(world.now, False)
    assert world.comes(connect(1, 1), 5)
    world.comes(acked(1, 2), 5)
    world.comes(data(1, 3), 5)
    assert (len(ann.said), line.open) == (1, True)


def test_who_answers_late_is_not_taken_for_the_next_who_was_asked() -> None:
    world = World()
    (ann, to_ann), (bob, to_bob) = world.player(1), world.player(1)
    for _ in range(4):  # A second and a half pass: the WebSocket had to send its answer twice.
        for port in (5, 6):
            world.comes(connect(1), port)
        world.now += 0.5
    world.comes(acked(1), 5)
    assert (len(ann.told), len(bob.told)) == (1, 0)
    assert (to_ann.active and to_ann.active.address[1], to_bob.active) == (5, None)
    world.comes(connect(1, 9), 6)
    world.comes(acked(1, 10), 6)
    assert to_bob.active
    assert to_bob.active.address[1] == 6


def test_silence_closes_a_line_and_a_word_opens_it() -> None:
    world = World()
    _, line = world.player(1)
    world.comes(connect(1), 5)
    world.comes(acked(1), 5)
    world.now += SILENT - 1
    world.lines.swept(world.now, False)
    assert line.open
    world.now += SILENT
    world.lines.swept(world.now, True)
    assert line.open, "it was this process that did not listen"
    world.now += SILENT + 1
    world.lines.swept(world.now, False)
    assert not line.open
    assert len(world.comes(connect(1, 2), 5)) == 1
    assert not line.open, "who asks may not hear the answer"
    world.comes(acked(1, 3), 5)
    assert line.open
    assert (world.counts.fast_opened, world.counts.fast_lost) == (2, 1)


def test_who_asks_on_and_on_and_hears_no_answer_is_not_sent_anything_for_ever() -> None:
    world = World()
    _, line = world.player(1)
    world.comes(connect(1), 5)
    world.comes(acked(1), 5)
    for number in range(2, 8):
        world.now += SILENT / 4
        assert len(world.comes(connect(1, number), 5)) == 1
        world.lines.swept(world.now, False)
    assert not line.open


def test_what_has_no_meaning_here_is_dropped() -> None:
    world = World()
    ann, line = world.player(1)
    world.comes(connect(1), 5)
    world.comes(acked(1), 5)
    login = packet_pb2.Packet(sequence_number=2, login=packet_pb2.Login(player_session_id="x"))
    both = packet_pb2.Packet(sequence_number=3, op_code=4, sender=1, udp_connect=packet_pb2.UdpConnect())
    other = packet_pb2.Packet(sequence_number=4, op_code=-99, sender=1)
    reliable = packet_pb2.Packet(sequence_number=5, op_code=7, target_player=2, reliable=True)
    for packet in (login, both, other):
        world.comes(delimited(packet), 5)
    world.comes(b"", 5)
    world.comes(b"\xff" * 20, 5)
    world.comes(delimited(reliable), 5)
    world.comes(data(1, 6, payload=b"x" * 1200), 5)
    world.comes(data(1, 7, payload=b"x" * 1201), 5)
    assert len(ann.said) == 1
    assert world.drops() == {"MEANINGLESS": 3, "UNPARSABLE": 3, "TOO_LARGE": 1}
    assert line.open


def test_who_does_not_play_has_no_line() -> None:
    world = World()
    ann, line = world.player(1)
    ann.peer.plays = False
    assert world.comes(connect(1), 5) == []
    ann.peer.plays = True
    world.lines.close(line)
    assert world.comes(connect(1), 5) == []
    assert world.drops() == {"NOBODY": 2}


def test_players_with_one_id_at_one_host_are_told_apart_by_their_websockets() -> None:
    world = World()
    several = [world.player(1) for _ in range(3)]
    for _ in range(3):
        for port in (5, 6, 7):
            assert world.comes(connect(1), port) == []
    assert [len(player.told) for player, _ in several] == [1, 0, 0]
    world.comes(acked(1, 1), 6)
    assert [line.open for _, line in several] == [True, False, False]
    world.comes(connect(1, 2), 5)
    world.comes(connect(1, 3), 7)
    assert [len(player.told) for player, _ in several] == [1, 1, 0], "one after the other"
    world.comes(data(1, 4), 7)
    assert (several[1][1].active and several[1][1].active.address) == (HERE, 7)
    assert len(several[1][0].said) == 1
    assert numbers(world.comes(connect(1, 5), 5)) == [0], "who is left is no more to be taken for another"
    world.comes(acked(1, 6), 5)
    assert [line.active and line.active.address[1] for _, line in several] == [6, 7, 5]


def test_who_was_told_and_did_not_speak_lets_the_next_one_have_its_turn() -> None:
    world = World()
    (ann, _), (bob, to_bob) = world.player(1), world.player(1)
    world.comes(connect(1), 5)
    world.now += OPENING
    world.comes(connect(1), 5)
    world.comes(acked(1), 6)
    assert (len(ann.told), len(bob.told), to_bob.open) == (1, 1, True)


def test_a_port_that_is_used_again_belongs_to_who_says_hello_there() -> None:
    world = World()
    (_, to_ann), (bob, to_bob) = world.player(1), world.player(2)
    world.comes(connect(1), 5)
    world.comes(acked(1), 5)
    assert len(world.comes(connect(2), 5)) == 1
    world.comes(acked(2), 5)
    world.comes(data(2, 2), 5)
    assert (to_ann.open, to_bob.open, len(bob.said)) == (False, True, 1)
    world.lines.close(to_ann)
    assert world.lines.places == 1


def test_nobody_is_sent_more_than_came_before_the_address_is_proven() -> None:
    world = World()
    world.player(1)
    for number in range(400):
        datagram = connect(1, number % 3)
        assert sum(map(len, world.comes(datagram, 5 + number))) <= len(datagram)


def test_a_hundred_thousand_forgers_leave_nothing_behind() -> None:
    world = World()
    world.player(1)
    forged = [connect(1), connect(3), data(1, 5), acked(1), b"\x99"]
    for number in range(100_000):
        host = HERE if number % 2 else "198.51.100.9"
        world.lines.receive_untrusted(world.outlet, forged[number % 5], (host, number % 65_536), world.now)
    assert world.lines.places <= 1
    assert len(world.counts.fast_drops) <= 5


packets = st.builds(
    lambda op, number, sender, payload, inner: _packet(op, number, sender, payload, inner),
    st.sampled_from([-14, -12, -11, -10, -7, -6, -5, -1, 0, 1, 7, 2**31 - 1]),
    st.integers(-(2**31), 2**31 - 1) | st.integers(0, 9),
    st.sampled_from([-1, 0, 1, 2, 3]),
    st.binary(max_size=40),
    st.sampled_from(["", "udp_connect", "join_group", "login", "verify_identity"]),
)


def _packet(op_code: int, number: int, sender: int, payload: bytes, inner: str) -> bytes:
    packet = packet_pb2.Packet(op_code=op_code, sequence_number=number, sender=sender, payload=payload)
    if inner:
        getattr(packet, inner).SetInParent()
    return delimited(packet)


datagrams = st.binary(max_size=60) | packets | st.builds(lambda a, b: a[: len(a) // 2] + b, packets, packets)


@settings(max_examples=120)
@given(st.lists(st.tuples(datagrams, st.integers(1, 4), st.sampled_from([HERE, "x"]), st.floats(0, 4)), max_size=40))
def test_whatever_comes_nothing_escapes_and_nobody_is_flooded(
    arrivals: list[tuple[bytes, int, str, float]],
) -> None:
    world = World()
    lines = [world.player(1), world.player(2), world.player(1)]
    for datagram, port, host, seconds in arrivals:
        world.now += seconds
        assert sum(map(len, world.comes(datagram, port, host))) <= len(datagram)
        world.lines.swept(world.now, False)
        for _, line in lines:
            assert not line.open or line.active in line.proven
    assert world.lines.places <= 9
    for _, line in lines:
        world.lines.close(line)
    assert world.lines.places == 0
