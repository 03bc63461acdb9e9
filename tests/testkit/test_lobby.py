"""The sample lobby, played without a server: who is ready, who comes late, who leaves."""

from harena.testing import FakePlayer, Game, play
from tests.testkit.writing import SAMPLES


def test_a_lobby_begins_when_all_are_ready() -> None:
    game = play(SAMPLES / "lobby.py")
    ann = game.join("ann")
    ann.send(1, True)
    game.advance(10)
    assert ann.inbox.last(2).json() == {"ann": True}
    assert not ann.inbox.all(3), "one alone is no game"
    bob = game.join("bob")
    bob.send(1, True)
    assert ann.inbox.last(3).json() == 5
    game.advance(4.9)
    assert not ann.inbox.all(5)
    game.advance(0.1)
    assert ann.inbox.last(5).json() == ["ann", "bob"]
    assert game.join("cid").refused == "the game session accepts no new players"
    assert not game.errors


def test_a_newcomer_stops_the_countdown() -> None:
    game, ann, _ = counting()
    game.advance(4)
    cid = game.join("cid")
    assert ann.inbox.last().op_code == 4
    assert cid.inbox.last(2).json() == {"ann": True, "bob": True, "cid": False}
    game.advance(10)
    assert not ann.inbox.all(5)
    cid.send(1, True)
    game.advance(5)
    assert ann.inbox.last(5).json() == ["ann", "bob", "cid"]


def test_who_is_not_ready_after_all_stops_the_countdown() -> None:
    game, ann, bob = counting()
    game.advance(4)
    bob.send(1, False)
    bob.send(1, False)
    bob.send(1, "yes")
    bob.send(9, True)
    assert len(ann.inbox.all(4)) == 1
    game.advance(4)
    bob.send(1, True)
    ann.send(1, True)
    assert len(ann.inbox.all(3)) == 2, "the countdown begins anew, and once"
    game.advance(5)
    assert bob.inbox.last(5).json() == ["ann", "bob"]
    assert game.errors.last().text.startswith("JSONDecodeError"), "yes is no JSON"


def test_who_leaves_is_not_waited_for() -> None:
    game, ann, bob = counting()
    cid = game.join("cid")
    cid.leave()
    game.advance(5)
    assert ann.inbox.last(5).json() == ["ann", "bob"]
    bob.leave()
    assert ann.inbox.last().op_code == 5, "the lobby is closed"


def counting() -> tuple[Game, FakePlayer, FakePlayer]:
    """Begin a lobby with two who are ready."""
    game = play(SAMPLES / "lobby.py")
    ann, bob = game.join("ann"), game.join("bob")
    ann.send(1, True)
    bob.send(1, True)
    assert ann.inbox.last(3).json() == 5
    return game, ann, bob
