"""The pump: a room, its heart, and a script behind it."""

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harena import Client, ConnectionFailed, LoginRefused
from relay import client_codec as codec
from relay.client_events import Closed, GroupMembership, Message
from relay.connection import Connection
from relay.room import _left_out, _without
from session import callbacks
from session.answers import Answer, Outcome
from session.commands import Broadcast, EndGameSession, Kick
from session.configuration import Configuration
from session.effects import Ask, Drop, Send
from session.farewells import CloseCode, Farewell
from session.values import EVERYBODY, NOBODY, SERVER, GroupId, PeerId, PlayerSessionId
from tests.relay.peers import WriteCounter, binary, request
from tests.relay.plain_relay import PlainRelay, plain_relay
from tests.relay.scripted import Rulings

pytestmark = pytest.mark.anyio


def membership(group: int, players: tuple[int, ...], by: int) -> GroupMembership:
    return GroupMembership(GroupId(group), tuple(map(PeerId, players)), PeerId(by))


async def turns(count: int) -> None:
    for _ in range(count):
        await anyio.lowlevel.checkpoint()


async def counted(relay: PlainRelay, name: str) -> tuple[Connection, WriteCounter]:
    connection, transport = Connection(relay.listener), WriteCounter()
    connection.connection_made(transport, "nowhere")
    connection.data_received(request() + binary(codec.encode_login(PlayerSessionId(name), b"")))
    await turns(3)
    transport.writes.clear()
    return connection, transport


def to_everybody(op_code: int, sender: int) -> bytes:
    return binary(codec.encode_message(op_code, b"", PeerId(sender), NOBODY, EVERYBODY))


def op_codes(data: bytes) -> list[int]:
    """Read short frames: two bytes of header, then a message."""
    found = []
    while data:
        length = data[1]
        event = codec.decode_from_server_untrusted(data[2 : 2 + length])
        assert isinstance(event, Message)
        found.append(event.op_code)
        data = data[2 + length :]
    return found


async def test_a_turn_writes_once_to_each_client_whoever_sent() -> None:
    async with plain_relay() as relay:
        ann, to_ann = await counted(relay, "ann")
        bob, to_bob = await counted(relay, "bob")
        cat, to_cat = await counted(relay, "cat")
        ann.data_received(to_everybody(1, 1) + to_everybody(2, 1))
        bob.data_received(to_everybody(3, 2))
        ann.data_received(to_everybody(4, 1) + binary(codec.encode_message(5, b"", PeerId(1), PeerId(2))))
        await turns(3)
        assert [op_codes(data) for data in to_ann.writes] == [[3]]
        assert [op_codes(data) for data in to_bob.writes] == [[1, 2, 4, 5]]
        assert [op_codes(data) for data in to_cat.writes] == [[1, 2, 3, 4]]
        for connection in (ann, bob, cat):
            connection.connection_lost()


async def test_what_came_in_one_turn_is_asked_in_one_batch() -> None:
    script = Rulings()
    async with plain_relay(script=script) as relay:
        ann, to_ann = await counted(relay, "ann")
        bob, to_bob = await counted(relay, "bob")
        script.batches.clear()
        script.ruling = lambda ask: Answer(
            ask.ask, verdict=not (isinstance(ask.callback, callbacks.OnSendToGroup) and ask.callback.op_code == 2)
        )
        ann.data_received(to_everybody(1, 1) + to_everybody(2, 1))
        bob.data_received(to_everybody(3, 2))
        await turns(3)
        assert [[type(one) for one in batch] for batch in script.batches] == [[callbacks.OnSendToGroup] * 3]
        assert [op_codes(data) for data in to_bob.writes] == [[1]]
        assert [op_codes(data) for data in to_ann.writes] == [[3]]
        for connection in (ann, bob):
            connection.connection_lost()


async def test_an_answer_that_comes_later_is_applied_when_it_comes() -> None:
    script = Rulings()
    async with plain_relay(script=script) as relay, Client.connect(relay.url, "ann") as ann:
        script.hold()
        await ann.send(1, b"?")
        await script.asked(callbacks.OnMessage)
        script.ruling = lambda ask: Answer(
            ask.ask, True, commands=(Broadcast(EVERYBODY, NOBODY, 9, b"seen", SERVER, True),)
        )
        script.let_go()
        assert await ann.receive() == Message(SERVER, 9, b"seen")


async def test_a_refusal_has_the_words_of_the_script() -> None:
    def refuse(ask: Ask) -> Answer:
        return Answer(ask.ask, verdict=not isinstance(ask.callback, callbacks.OnPlayerConnect), reason="wrong password")

    async with plain_relay(script=Rulings(refuse)) as relay:
        with pytest.raises(LoginRefused, match="wrong password") as refused:
            async with Client.connect(relay.url, "ann", b"guess"):
                raise AssertionError("the script said no")
        assert (refused.value.code, refused.value.reason) == (CloseCode.LOGIN_REFUSED, "wrong password")


async def test_a_peer_lost_while_the_script_decides_is_told_of_once() -> None:
    script = Rulings()
    async with plain_relay(script=script) as relay:
        script.hold()
        connection, _ = await counted(relay, "ann")
        assert relay.room.connected == 1
        connection.connection_lost()
        await turns(3)
        script.let_go()
        await turns(3)
        (gone,) = await script.asked(callbacks.OnPlayerDisconnect)
        assert gone == callbacks.OnPlayerDisconnect(PeerId(1))
        assert relay.room.connected == 0
        assert not relay.heart.players


async def test_the_script_kicks_and_what_it_sent_before_arrives() -> None:
    def ruling(ask: Ask) -> Answer:
        if not isinstance(ask.callback, callbacks.OnMessage):
            return Answer(ask.ask, verdict=True)
        sender = ask.callback.sender
        farewell = Broadcast(EVERYBODY, NOBODY, 7, b"bye", SERVER, True)
        return Answer(ask.ask, True, commands=(farewell, Kick(sender, "enough")))

    async with plain_relay(script=Rulings(ruling)) as relay, Client.connect(relay.url, "ann") as ann:
        await ann.send(1)
        assert [event async for event in ann] == [Message(SERVER, 7, b"bye")]
        assert ann.closed == Closed(CloseCode.KICKED, "enough")


async def test_the_clock_wakes_the_heart() -> None:
    script = Rulings(lambda ask: Answer(ask.ask, True, wake_at=ask.now + 0.02))
    async with plain_relay(script=script) as relay:
        await script.asked(callbacks.OnTimer, times=3)
        assert relay.room.now >= 0.06


async def test_a_room_without_players_ends_after_its_idle_time() -> None:
    async with plain_relay(Configuration(idle_seconds=0.05)) as relay:
        async with Client.connect(relay.url, "ann"):
            pass
        while not relay.farewells:
            await relay.news()
        assert relay.farewells[0].code is CloseCode.GAME_SESSION_ENDED


async def test_a_script_that_dies_ends_its_game_and_says_why() -> None:
    script = Rulings()
    async with plain_relay(script=script) as relay, Client.connect(relay.url, "ann") as ann:
        script.hold()
        await ann.send(1)
        await script.asked(callbacks.OnMessage)
        relay.room.script_died(Outcome.EXCEEDED_TIME)
        assert [event async for event in ann] == []
        assert ann.closed is not None
        assert ann.closed.code == CloseCode.SCRIPT_FAILED
        relay.room.close()
        relay.room.close()
        assert script.closed == 1


async def test_termination_lets_the_script_say_goodbye() -> None:
    def ruling(ask: Ask) -> Answer:
        if isinstance(ask.callback, callbacks.OnProcessTerminate):
            return Answer(ask.ask, True, commands=(Broadcast(EVERYBODY, NOBODY, 8, b"so long", SERVER, True),))
        return Answer(ask.ask, verdict=True)

    stopping = Farewell(CloseCode.SERVER_STOPPING, "the server stops")
    async with plain_relay(script=Rulings(ruling)) as relay, Client.connect(relay.url, "ann") as ann:
        relay.room.terminate(stopping)
        assert [event async for event in ann] == [Message(SERVER, 8, b"so long")]
        assert ann.closed == Closed(stopping.code, stopping.reason)
        assert relay.farewells == [stopping]


async def test_the_script_ends_the_game() -> None:
    def ruling(ask: Ask) -> Answer:
        over = (EndGameSession("checkmate"),) if isinstance(ask.callback, callbacks.OnMessage) else ()
        return Answer(ask.ask, True, commands=over)

    async with plain_relay(script=Rulings(ruling)) as relay, Client.connect(relay.url, "ann") as ann:
        await ann.send(1)
        with pytest.raises(ConnectionFailed, match="checkmate"):
            await ann.receive()


async def test_groups_players_and_everybody_without_a_script() -> None:
    async with (
        plain_relay() as relay,
        Client.connect(relay.url, "ann") as ann,
        Client.connect(relay.url, "bob") as bob,
    ):
        await ann.join_group(7)
        assert await ann.receive_membership() == membership(7, (1,), 1)
        await bob.send(1, "hello", group=7)
        await bob.join_group(7)
        assert await bob.receive_membership() == membership(7, (1, 2), 2)
        assert relay.drops == [(2, Drop.NOT_A_MEMBER)]
        await bob.send(2, {"to": "the group"}, group=7)
        await bob.send(3, b"to ann", to=1)
        await bob.send(4, "to all", group=-1)
        assert [(await ann.receive()).op_code for _ in range(3)] == [2, 3, 4]
        await ann.leave_group(7)
        assert await bob.receive_membership() == membership(7, (2,), 1)
        await ann.request_group_membership(-1)
        assert (await ann.receive_membership(-1)).players == (1, 2)


async def test_a_second_login_of_a_player_replaces_the_first() -> None:
    async with (
        plain_relay() as relay,
        Client.connect(relay.url, "ann") as first,
        Client.connect(relay.url, "ann") as ann,
    ):
        assert [event async for event in first] == []
        assert first.closed is not None
        assert first.closed.code == CloseCode.REPLACED
        assert ann.peer_id == 2
        assert relay.room.connected == 1


async def test_thirty_clients_hear_everything_in_order() -> None:
    async with plain_relay(Configuration(max_players=50)) as relay, anyio.create_task_group() as group:
        heard: dict[str, list[int]] = {}
        ready, all_here = [], anyio.Event()

        async def play(name: str) -> None:
            async with Client.connect(relay.url, name) as client:
                ready.append(name)
                if len(ready) == 30:
                    all_here.set()
                await all_here.wait()
                for turn in range(1, 11):
                    await client.send(turn, group=-1)
                messages = [await client.receive() for _ in range(290)]
                heard[name] = [len({message.sender for message in messages})]
                for sender in {message.sender for message in messages}:
                    assert [one.op_code for one in messages if one.sender == sender] == list(range(1, 11))

        for number in range(30):
            group.start_soon(play, f"player-{number}")
    assert heard == {f"player-{number}": [29] for number in range(30)}


@given(st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=5)), max_size=12))
def test_everybody_gets_what_others_sent(sent: list[tuple[int, bytes]]) -> None:
    run = [Send((PeerId(1), PeerId(2), PeerId(3)), PeerId(but), data, True) for but, data in sent]
    frames = [send.data for send in run]
    spans = _left_out(run, frames)
    for peer in map(PeerId, (1, 2, 3)):
        theirs = b"".join(send.data for send in run if send.but != peer)
        assert _without(b"".join(frames), spans.get(peer, [])) == theirs
