"""Players of a test: what they say, what they are told, and how they part."""

from enum import IntEnum
from pathlib import Path

import pytest

from harena.testing import FakePlayer, NotConnected, play
from session.farewells import REPLACED, CloseCode, Farewell
from session.values import MAX_PAYLOAD_BYTES
from tests.testkit.writing import played, written

ECHO = """
    def on_message(message):
        session.send(message.sender, message.op_code, message.payload + str(message.reliable).encode())
"""


class Op(IntEnum):
    HELLO = 5


def test_a_login(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        def on_player_connect(connect):
            print(connect.player.player_id, connect.player.player_data, connect.player.player_session_id, connect.text)
            return True
        """,
    )
    ann = game.join("ann", "hello", "level 3")
    assert (ann.player_id, ann.peer_id, ann.accepted, ann.refused, ann.connected) == ("ann", 1, True, None, True)
    assert game.join(payload={"a": 1}).player_id == "player-2"
    assert [line.text for line in game.log] == ["ann level 3 psess-1 hello", 'player-2  psess-2 {"a": 1}']
    assert [player.player_id for player in game.players] == ["ann", "player-2"]


def test_a_login_that_is_refused(tmp_path: Path) -> None:
    game = played(tmp_path, "def on_player_connect(connect):\n    return connect.refuse('too late')\n")
    ann = game.join("ann")
    assert (ann.accepted, ann.refused, ann.connected) == (False, "too late", False)
    assert ann.closed == Farewell(CloseCode.LOGIN_REFUSED, "too late")
    assert game.players == ()
    with pytest.raises(NotConnected, match="ann cannot speak: 4001 too late"):
        ann.send(1)


def test_a_login_that_the_script_fails_to_answer(tmp_path: Path) -> None:
    game = played(tmp_path, "def on_player_connect(connect):\n    return connect.json()['password'] == 'x'\n")
    assert game.join("ann", {"no": 1}).refused == "the game's script failed: raised"
    assert game.errors.last("on_player_connect").text == "KeyError: 'password'"


@pytest.mark.parametrize(
    ("payload", "bytes_sent"),
    [
        (b"\x00\xff", b"\x00\xff"),
        (bytearray(b"ab"), b"ab"),
        (memoryview(b"ab"), b"ab"),
        ("grüß", "grüß".encode()),
        ({"whom": 1}, b'{"whom": 1}'),
        (None, b"null"),
    ],
)
def test_payloads_are_encoded_as_the_client_does(tmp_path: Path, payload: object, bytes_sent: bytes) -> None:
    ann = played(tmp_path, ECHO).join("ann")
    ann.send(Op.HELLO, payload)
    assert ann.inbox.last(Op.HELLO).payload == bytes_sent + b"True"


def test_what_is_not_reliable_says_so(tmp_path: Path) -> None:
    ann = played(tmp_path, ECHO).join("ann")
    ann.send(1, reliable=False)
    ann.send(1, reliable=False)
    assert [message.text for message in ann.inbox] == ["False", "False"]


def test_messages_that_no_client_sends(tmp_path: Path) -> None:
    ann = played(tmp_path, ECHO).join("ann")
    with pytest.raises(ValueError, match="op code 0"):
        ann.send(0)
    with pytest.raises(ValueError, match="at most 4096 bytes, not 4097"):
        ann.send(1, bytes(MAX_PAYLOAD_BYTES + 1))
    with pytest.raises(ValueError, match="not to both"):
        ann.send(1, to=1, group=1)
    with pytest.raises(TypeError):
        ann.send(1, object())
    assert ann.inbox == []


def test_messages_to_players_and_groups(tmp_path: Path) -> None:
    game = played(tmp_path, "")
    ann, bob, cid = (game.join(name) for name in ("ann", "bob", "cid"))
    ann.send(1, "to bob", to=bob)
    ann.send(2, "to bob", to=bob.peer_id)
    bob.join_group(7)
    cid.join_group(7)
    bob.send(3, "to seven", group=7)
    cid.send(4, "to all", group=-1)
    assert [message.op_code for message in ann.inbox] == [4]
    assert [(message.op_code, message.sender, message.text) for message in bob.inbox] == [
        (1, ann.peer_id, "to bob"),
        (2, ann.peer_id, "to bob"),
        (4, cid.peer_id, "to all"),
    ]
    assert [message.op_code for message in cid.inbox] == [3]


def test_groups_are_what_the_player_was_told(tmp_path: Path) -> None:
    game = played(tmp_path, "def on_player_join_group(player, group):\n    return group < 9\n")
    ann, bob = game.join("ann"), game.join("bob")
    for group in (8, 3, 9):
        ann.join_group(group)
    bob.join_group(3)
    assert (ann.groups, bob.groups) == ((3, 8), (3,))
    assert ann.memberships == {8: (1,), 3: (1, 2), 9: ()}
    ann.leave_group(3)
    assert (ann.groups, bob.memberships) == ((8,), {3: (2,)})
    bob.request_group_membership(8)
    bob.request_group_membership(-1)
    assert bob.memberships == {3: (2,), 8: (1,), -1: (1, 2)}
    assert bob.groups == (3,)


def test_what_cannot_be_passed_on_is_dropped(tmp_path: Path) -> None:
    game = played(tmp_path, "")
    ann = game.join("ann")
    ann.send(1, group=7)
    ann.send(1, to=99)
    assert game.dropped.last("ann").why == "nobody here has that peer id"
    assert [drop.why for drop in game.dropped] == [
        "its sender is not a member of that group",
        "nobody here has that peer id",
    ]


def test_who_leaves_hears_nothing_more_and_says_nothing(tmp_path: Path) -> None:
    game = played(
        tmp_path, "def on_player_disconnect(player):\n    session.broadcast(1, f'{player.player_id} has gone')\n"
    )
    ann, bob = game.join("ann"), game.join("bob")
    ann.leave()
    ann.leave()
    assert bob.inbox.last().text == "ann has gone"
    assert (ann.connected, ann.closed, ann.inbox) == (False, None, [])
    assert game.players == (bob,)
    for speak in (ann.send, ann.join_group, ann.leave_group, ann.request_group_membership):
        with pytest.raises(NotConnected, match="ann cannot speak: it has left"):
            speak(1)


def test_who_comes_back_is_the_same_person_with_a_new_peer_id(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        seen = []

        def on_player_accepted(player):
            print(player in seen)
            seen.append(player)
        """,
    )
    game.join("ann").leave()
    assert game.join("ann").peer_id == 2
    assert [line.text for line in game.log] == ["False", "True"]


def test_a_second_login_replaces_the_first(tmp_path: Path) -> None:
    game = played(tmp_path, "")
    first, second = game.join("ann"), game.join("ann")
    assert (first.closed, first.refused, second.accepted) == (REPLACED, None, True)
    assert game.players == (second,)


def test_a_kick(tmp_path: Path) -> None:
    game = played(tmp_path, "def on_message(message):\n    session.kick(message.sender, 'no swearing')\n")
    ann = game.join("ann")
    ann.send(1)
    assert ann.closed == Farewell(CloseCode.KICKED, "no swearing")
    assert not ann.connected


def test_too_many_messages_a_second(tmp_path: Path) -> None:
    script = written(tmp_path, "")
    ann = play(script, configuration={"messages_per_second": 10}).join("ann")
    for _ in range(20):
        ann.send(1, group=-1)
    with pytest.raises(NotConnected, match="4005 too many messages"):
        _flood(ann)


def _flood(player: FakePlayer) -> None:
    for _ in range(2):
        player.send(1, group=-1)


def test_a_player_says_who_it_is(tmp_path: Path) -> None:
    game = played(tmp_path, "")
    ann = game.join("ann")
    assert (repr(ann), repr(game)) == ("<ann, peer 1>", "<game at 0 s with 1 players>")
    ann.leave()
    assert repr(ann) == "<ann, peer 1, not connected>"
