"""Players and groups, as a script sees them through a real sandbox."""

import pytest

from sandbox.ears import Ears
from sandbox.nursery import Nursery
from session.callbacks import OnPlayerJoinGroup, OnPlayerLeaveGroup
from session.commands import PutInGroup, TakeFromGroup
from session.values import GroupId, PeerId
from tests.sandbox.playing import login, playing

pytestmark = pytest.mark.anyio

ANN, BOB, CYD = PeerId(1), PeerId(2), PeerId(3)


async def test_who_comes_and_goes_is_among_the_players_in_order_of_arrival(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_player_connect(connect):
        print("door", [p.player_id for p in session.players], connect.player.connected)
        return True

    def on_player_accepted(player):
        print("in", [p.player_id for p in session.players], player.connected, player is session.players[-1])

    def on_player_disconnect(player):
        print("out", [p.player_id for p in session.players], player.connected, session.player(player.player_id))
    """
    async with playing(nursery, source) as game:
        assert (await game.enter("bob")).verdict
        assert (await game.enter("ann")).verdict
        await game.leave(1)
        assert game.texts == [
            "door [] False",
            "in ['bob'] True True",
            "door ['bob'] False",
            "in ['bob', 'ann'] True True",
            "out ['ann'] False None",
        ]


async def test_everything_that_is_known_of_a_player(nursery: Nursery) -> None:
    source = """
    def on_player_accepted(p):
        print(p.player_id, p.peer_id, p.player_session_id, p.player_data, p.groups, p.connected, p)
    """
    async with playing(nursery, source) as game:
        await game.ask(login(5, "ann", data="level 7"))
        assert game.texts == ["ann 5 psess-ann-5 level 7 () True <player ann, peer 5>"]


async def test_who_comes_back_is_the_same_object_with_a_new_peer_id(nursery: Nursery) -> None:
    source = """
    from harena import session

    scores = {}

    def on_player_accepted(player):
        scores[player] = scores.get(player, 0) + 1
        print(scores[player], player.peer_id, all(known is player for known in scores), player.groups)
        session.join_group(player, 7)
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        await game.leave(1)
        await game.enter("ann")
        assert game.texts == ["1 1 True ()", "2 2 True ()"]


async def test_who_was_refused_is_nobody(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_player_connect(connect):
        session.join_group(connect.player, 4)
        return connect.payload == b"yes"

    def on_player_accepted(player):
        print("in", player.player_id)

    def on_player_disconnect(player):
        print("out", player.player_id)

    def on_message(message):
        print(session.players, session.group_members(4), session.player("bob"), session.player(2))
    """
    async with playing(nursery, source) as game:
        await game.enter("ann", b"yes")
        assert not (await game.enter("bob", b"no")).verdict
        assert (await game.leave(2)).verdict
        await game.say(1)
        assert game.texts == [
            "in ann",
            "(<player ann, peer 1>,) (<player ann, peer 1>,) None None",
        ]


async def test_a_player_is_found_by_peer_id_player_id_or_itself(nursery: Nursery) -> None:
    source = """
    from harena import session, Player

    def on_message(message):
        ann = message.sender
        print([session.player(who) is ann for who in (ann.peer_id, "ann", ann)], isinstance(ann, Player))
        print(session.player(99), session.player("nobody"))
        for odd in (None, 1.5, True, b"ann", [1]):
            try:
                session.player(odd)
            except TypeError as error:
                print(error)
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        await game.say(1)
        assert game.texts == [
            "[True, True, True] True",
            "None None",
            *(f"a peer id or a player id is needed, not a {name}" for name in ("NoneType", "float", "bool", "bytes")),
            "a peer id or a player id is needed, not a list",
        ]


GROUPS = """
from harena import session

def on_player_join_group(player, group):
    print("asks", player.groups, session.group_members(group))
    return group != 13

def on_player_leave_group(player, group):
    return group != 5

def on_player_disconnect(player):
    print("left", player.groups, [len(session.group_members(group)) for group in (5, 6, 7)])

def on_message(message):
    if message.op_code == 1:
        print([p.groups for p in session.players], [[p.player_id for p in session.group_members(g)] for g in (5, 6)])
    elif message.op_code == 2:
        session.join_group(message.sender, 7)
        session.leave_group(message.sender.peer_id, 6)
        session.leave_group(message.sender, 99)
        print(message.sender.groups)
"""


async def test_groups_follow_the_rulings(nursery: Nursery) -> None:
    async with playing(nursery, GROUPS) as game:
        await game.enter("ann")
        await game.enter("bob")
        join, leave = OnPlayerJoinGroup, OnPlayerLeaveGroup
        asked = [join(BOB, GroupId(6)), join(ANN, GroupId(6)), join(ANN, GroupId(5)), join(ANN, GroupId(13))]
        assert [answer.verdict for answer in await game.ask_all(*asked)] == [True, True, True, False]
        await game.say(1)
        assert game.texts[-1] == "[(5, 6), (6,)] [['ann'], ['bob', 'ann']]"
        asked2 = [leave(ANN, GroupId(5)), leave(BOB, GroupId(6)), leave(CYD, GroupId(6))]
        assert [answer.verdict for answer in await game.ask_all(*asked2)] == [False, True, False]
        await game.say(1)
        assert game.texts[-1] == "[(5, 6), ()] [['ann'], ['ann']]"


async def test_a_script_puts_in_groups_and_takes_out_at_once(nursery: Nursery) -> None:
    async with playing(nursery, GROUPS) as game:
        await game.enter("ann")
        await game.ask(OnPlayerJoinGroup(ANN, GroupId(6)))
        answer = await game.say(1, 2)
        assert answer.commands == (
            PutInGroup(ANN, GroupId(7)),
            TakeFromGroup(ANN, GroupId(6)),
            TakeFromGroup(ANN, GroupId(99)),
        )
        assert game.texts[-1] == "(7,)"


async def test_groups_are_still_seen_when_a_player_has_left_them(nursery: Nursery) -> None:
    async with playing(nursery, GROUPS) as game:
        await game.enter("ann")
        await game.ask(OnPlayerJoinGroup(ANN, GroupId(6)))
        await game.ask(OnPlayerJoinGroup(ANN, GroupId(5)))
        await game.leave(1)
        assert game.texts[-1] == "left (5, 6) [0, 0, 0]"


async def test_a_group_given_at_the_door_counts_once_the_player_is_in(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_player_connect(connect):
        session.join_group(connect.player, 4)
        return True

    def on_player_accepted(player):
        print(player.groups, session.group_members(4))
    """
    async with playing(nursery, source) as game:
        answer = await game.enter("ann")
        assert answer.commands == (PutInGroup(ANN, GroupId(4)),)
        assert game.texts == ["(4,) (<player ann, peer 1>,)"]


@pytest.mark.parametrize(
    ("ruling", "verdict", "reason"),
    [
        ("True", True, ""),
        ("False", False, ""),
        ("connect.refuse('wrong password')", False, "wrong password"),
        ("connect.refuse(17)", False, "17"),
        ("connect.payload == b'let me in' or connect.refuse('no')", True, ""),
        ("connect.refuse('\\ud800' + 'x' * 3000)", False, "?" + "x" * 1999),
        ("1", True, ""),
        ("''", False, ""),
    ],
)
async def test_logins_are_ruled_on(nursery: Nursery, ruling: str, verdict: bool, reason: str) -> None:
    source = f"def on_player_connect(connect):\n    return {ruling}\n"
    async with playing(nursery, source) as game:
        answer = await game.enter("ann", b"let me in")
        assert (answer.verdict, answer.reason) == (verdict, reason)
        assert not game.heard.errors


async def test_a_login_carries_its_payload(nursery: Nursery) -> None:
    source = """
    from harena import Connect

    def on_player_connect(connect):
        print(connect.player, connect.payload, connect.text, connect.json()["a"], connect, isinstance(connect, Connect))
    """
    async with playing(nursery, source) as game:
        assert not (await game.enter("ann", b'{"a": 1}')).verdict
        assert game.texts[0] == """<player ann, peer 1> b'{"a": 1}' {"a": 1} 1 <login of ann> True"""


async def test_players_keep_their_order_in_sets_whatever_the_hash_seed(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_message(message):
        print([p.player_id for p in set(session.players)])
    """
    orders = []
    other = await Nursery.start(Ears())
    try:
        for home in (nursery, other):
            async with playing(home, source) as game:
                for number in range(12):
                    await game.enter(f"player-{number}")
                await game.say(1)
                orders.append(game.texts)
    finally:
        other.close()
    assert orders[0] == orders[1]
