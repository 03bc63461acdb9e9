"""The samples, played without a server."""

from pathlib import Path

import pytest

from harena.testing import FakePlayer, Game, play
from tests.testkit.writing import ROOT, SAMPLES


def test_chat() -> None:
    game = play(SAMPLES / "chat.py")
    ann, bob = game.join("ann", "Ann"), game.join("bob", "Bob")
    assert ann.inbox.last(2).text == "Bob is here"
    assert bob.inbox.last(2).text == "welcome; here are Ann, Bob"
    ann.send(1, "hello, check this out", group=-1)
    bob.send(1, "what the HECK", group=-1)
    bob.send(1, "darn", to=ann)
    assert [line.text for line in bob.inbox.all(1)] == ["hello, check this out"]
    assert ann.inbox.all(1) == []
    assert [ruling.verdict for ruling in game.rulings.all("on_send_to_group")] == [True, False]
    assert not game.rulings.last("on_send_to_player").verdict
    assert len(bob.inbox.all(2)) == 3
    assert game.join("cid", "Ann").refused == "there is a Ann already"
    assert game.join("cid").refused == "log in with your name as the payload, 1 to 20 letters"
    bob.leave()
    assert ann.inbox.last().text == "Bob has gone"
    assert not game.errors


def test_teams() -> None:
    game = play(SAMPLES / "teams.py")
    ann, bob, cid, dan = (game.join(name) for name in ("ann", "bob", "cid", "dan"))
    assert ann.inbox.last(22).json() == {"red": 0, "blue": 0}
    for player in (ann, bob, cid):
        player.join_group(1)
    assert (ann.groups, bob.groups, cid.groups) == ((1,), (1,), ())
    assert dan.inbox.last(20).json() == {"player": bob.peer_id, "team": "red"}
    ann.join_group(2)
    ann.join_group(3)
    assert [ruling.verdict for ruling in game.rulings.all("on_player_join_group")] == [True, True, False, False, False]
    ann.send(5, "red only", group=1)
    assert bob.inbox.last(5).text == "red only"
    assert cid.inbox.all(5) == dan.inbox.all(5) == []
    bob.leave_group(1)
    assert dan.inbox.last(21).json() == {"player": bob.peer_id, "team": "red"}
    ann.leave()
    assert dan.inbox.last(21).json() == {"player": ann.peer_id, "team": "red"}
    assert not game.errors


def test_tag() -> None:
    game = play(SAMPLES / "tag.py")
    assert game.join("eve").refused == "wrong password"
    ann, bob = game.join("ann", "let me in"), game.join("bob", "let me in")
    ann.send(10, {"whom": bob.peer_id})
    assert bob.inbox.last(11).json() == {"it": ann.peer_id}, "who has just become it rests first"
    game.advance(0.5)
    ann.send(10, {"whom": bob.peer_id})
    assert ann.inbox.last(11) == bob.inbox.last(11)
    assert bob.inbox.last(11).json() == {"it": bob.peer_id}
    bob.leave()
    assert ann.inbox.last(11).json() == {"it": ann.peer_id}
    ann.send(10, "nonsense")
    assert game.errors.last("on_message").occasion == "op code 10 from ann"
    game.advance(1)
    ann.leave()
    game.advance(120)
    assert game.over


def test_types() -> None:
    game = play(ROOT / "tests" / "testkit" / "typed.py")
    assert game.log.last("info").text == "version 1 of typed"
    ann, bob = game.join("ann", "Ann"), game.join("bob", "Bob")
    assert (game.join("cid").refused, ann.groups, bob.memberships[7]) == ("say who you are", (7,), (1, 2))
    ann.send(1, {"points": 3})
    ann.send(1, {"points": 4}, reliable=False)
    assert ann.inbox.last(2).json() == {"score": 7}
    bob.send(9, "loud", group=7)
    bob.send(9, "quiet", group=-1)
    assert [message.text for message in ann.inbox.all(9)] == ["LOUD"]
    game.advance(1.5)
    assert bob.inbox.last(3).text == "once"
    game.advance(10)
    assert game.join("dan", "Dan").refused == "the game session accepts no new players"
    ann.leave()
    bob.leave()
    assert not game.errors


@pytest.mark.parametrize("script", [*SAMPLES.glob("*.py")], ids=lambda path: path.stem)
def test_the_same_test_gives_the_same_transcript(script: Path) -> None:
    first, again = _transcript(script), _transcript(script)
    assert first == again
    assert len(first) >= 20


def _transcript(script: Path) -> list[str]:
    game = play(script, seed=7)
    names = {"ann": "let me in", "bob": "Bob", "cid": "let me in", "dan": "Dan", "eve": "let me in"}
    players = [game.join(name, payload) for name, payload in names.items()]
    for player in players:
        _say_something(game, player)
    return game.transcript


def _say_something(game: Game, player: FakePlayer) -> None:
    if player.connected:
        player.join_group(1)
        player.send(1, "hello", group=-1)
        player.send(10, {"whom": 1})
        game.advance(1.25)
        player.leave()
