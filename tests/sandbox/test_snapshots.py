"""Snapshots from inside the sandbox: what a state may be, and what a script finds when it is restored from one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.limits import SNAPSHOT_BYTES
from sandbox.nursery import Nursery
from sandbox.script.snapshots import Snapshot, restored
from session.answers import Outcome
from session.callbacks import GameSessionFacts, OnRestore, OnSnapshot, PlayerFacts
from session.values import GameSessionId, GroupId, PeerId, PlayerId, PlayerSessionId
from tests.sandbox.playing import playing

FACTS = GameSessionFacts(GameSessionId("gs-1"), "arena", "tag", 3, 16)
PLAYERS = tuple(
    PlayerFacts(PeerId(peer), PlayerId(name), PlayerSessionId(f"psess-{name}"), f"data of {name}")
    for peer, name in ((4, "ann"), (7, "bob"), (9, "cid"))
)
GROUPS = ((GroupId(5), (PeerId(9), PeerId(4))), (GroupId(6), (PeerId(7),)))

TEXTS = st.text(st.characters(codec="utf-8"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_a_json_value_comes_back_as_it_was(value: object) -> None:
    assert restored(Snapshot(value).state) == value


@pytest.mark.anyio
async def test_the_state_leaves_as_json(nursery: Nursery) -> None:
    source = """
    moves = {"ann": [1, 2.5, None], "text": "\u00e9", "done": (True, False)}
    def on_snapshot():
        return moves
    """
    async with playing(nursery, source) as game:
        answer = await game.ask(OnSnapshot())
        assert answer.state is not None
        assert json.loads(answer.state) == {"ann": [1, 2.5, None], "text": "\u00e9", "done": [True, False]}
        assert answer.outcome is Outcome.OK


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("{1: 2}", "TypeError: the keys of a snapshot are texts: 1 would come back as one"),
        ("session.players[0]", "TypeError: a snapshot cannot hold a Player: keep its player_id, and find it with"),
        ("{'who': [b'bytes']}", "TypeError: a snapshot cannot hold a bytes: only what JSON can hold comes back"),
        ("{1, 2}", "TypeError: a snapshot cannot hold a set: only what JSON can hold comes back"),
        ("float('nan')", "ValueError: "),
        ("'x' * 262_143", "ValueError: a snapshot holds at most 256 kB, this one has 262145 bytes"),
        ("endless", "RecursionError: "),
    ],
)
async def test_what_would_not_come_back_is_refused_with_the_function(nursery: Nursery, value: str, said: str) -> None:
    source = f"""
    from harena import session
    endless = []
    endless.append(endless)
    def on_snapshot():
        return {value}
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        answer = await game.ask(OnSnapshot())
        assert (answer.state, answer.outcome) == (None, Outcome.RAISED)
        [error] = game.heard.errors
        assert (error.callback, error.file, error.line) == ("on_snapshot", "main.py", 5)
        assert error.text.startswith(said)


@pytest.mark.anyio
async def test_the_largest_state_and_the_most_commands_fit_into_one_answer(nursery: Nursery) -> None:
    source = f"""
    from harena import session
    def on_snapshot():
        for _ in range(19):
            session.broadcast(1, b"x" * 32768)
        return "x" * {SNAPSHOT_BYTES - 2}
    """
    async with playing(nursery, source) as game:
        answer = await game.ask(OnSnapshot())
        assert answer.state is not None
        assert (len(answer.state), len(answer.commands)) == (SNAPSHOT_BYTES, 19)


@pytest.mark.anyio
async def test_a_restored_script_finds_everybody_and_its_state(nursery: Nursery) -> None:
    source = """
    from harena import session
    def on_start_game_session(game_session):
        print("never again")
    def on_restore(state):
        print(state)
        print([(p.player_id, p.peer_id, p.player_data, p.groups, p.connected) for p in session.players])
        print([p.player_id for p in session.group_members(5)], session.accepting, session.now(), session.game_session)
        print(session.player("bob") is session.player(7))
        session.after(1, print, "tick")
    """
    async with playing(nursery, source) as game:
        answer = await game.ask(OnRestore(FACTS, b'{"turn":"ann"}', PLAYERS, GROUPS, False), now=90.0)
        assert (answer.outcome, answer.wake_at) == (Outcome.OK, 91.0)
        assert game.texts == [
            "{'turn': 'ann'}",
            "[('ann', 4, 'data of ann', (5,), True), ('bob', 7, 'data of bob', (6,), True), "
            "('cid', 9, 'data of cid', (5,), True)]",
            "['cid', 'ann'] False 90.0 <game session gs-1>",
            "True",
        ]
        await game.say(4)
        await game.leave(7)
