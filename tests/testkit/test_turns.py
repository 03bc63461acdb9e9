"""The sample of turns, played without a server: moves, what is not allowed, who goes and comes back, and a crash."""

import pytest

from harena.testing import FakePlayer, Game, play
from tests.testkit.writing import SAMPLES

MOVE, STATE, NOT_ALLOWED, AWAY, OVER = 1, 2, 3, 4, 5


def begun() -> tuple[Game, FakePlayer, FakePlayer]:
    """Begin a game: ann has the crosses."""
    game = play(SAMPLES / "turns.py")
    return game, game.join("ann"), game.join("bob")


def moved(players: tuple[FakePlayer, FakePlayer], squares: list[int]) -> None:
    """Let the players move in turn, ann first."""
    for number, square in enumerate(squares):
        players[number % 2].send(MOVE, square)


def test_a_game_is_won() -> None:
    game, ann, bob = begun()
    moved((ann, bob), [0, 3, 1, 4, 2])
    assert bob.inbox.last(STATE).json()["squares"] == ["X", "X", "X", "O", "O", "", "", "", ""]
    assert bob.inbox.last(OVER).text == "ann has won"
    assert game.over
    assert game.over.reason == "ann has won"
    assert not game.errors


def test_a_game_is_drawn() -> None:
    game, ann, bob = begun()
    moved((ann, bob), [0, 1, 2, 4, 3, 5, 7, 6, 8])
    assert ann.inbox.last(OVER).text == "nobody has won"
    assert game.over
    assert not game.errors


def test_noughts_may_win_too() -> None:
    game, ann, bob = begun()
    moved((ann, bob), [0, 2, 1, 4, 3, 6])
    assert game.over
    assert game.over.reason == "bob has won"
    assert ann.inbox.last(OVER).text == "bob has won"


@pytest.mark.parametrize(
    ("square", "why"),
    [
        (4, "that square is taken"),
        (9, "a move is the number of a square, 0 to 8"),
        (-1, "a move is the number of a square, 0 to 8"),
        (True, "a move is the number of a square, 0 to 8"),
        ([1], "a move is the number of a square, 0 to 8"),
    ],
)
def test_what_is_not_allowed_changes_nothing(square: object, why: str) -> None:
    game, ann, bob = begun()
    ann.send(MOVE, 4)
    bob.send(MOVE, square)
    assert bob.inbox.last(NOT_ALLOWED).text == why
    assert bob.inbox.last(STATE).json() == {
        "squares": [""] * 4 + ["X"] + [""] * 4,
        "seats": ["ann", "bob"],
        "turn": "bob",
    }
    assert not ann.inbox.all(NOT_ALLOWED)
    assert not game.errors


def test_nobody_moves_alone_or_out_of_turn() -> None:
    game = play(SAMPLES / "turns.py")
    ann = game.join("ann")
    ann.send(MOVE, 0)
    assert ann.inbox.last(NOT_ALLOWED).text == "there is nobody to play with yet"
    bob = game.join("bob")
    bob.send(MOVE, 0)
    bob.send(9, 0)
    assert [message.text for message in bob.inbox.all(NOT_ALLOWED)] == ["it is not your turn"]


def test_who_comes_back_goes_on() -> None:
    game, ann, bob = begun()
    ann.send(MOVE, 4)
    bob.leave()
    assert ann.inbox.last(AWAY).json() == {"who": "bob", "seconds": 60}
    game.advance(59)
    assert game.join("cid").refused == "two are playing already"
    bob = game.join("bob")
    assert bob.inbox.last(STATE).json()["turn"] == "bob"
    game.advance(90)
    bob.send(MOVE, 0)
    assert ann.inbox.last(STATE).json()["squares"][0] == "O"
    assert not game.over


def test_a_second_connection_takes_the_place_of_the_first() -> None:
    game, ann, first = begun()
    again = game.join("bob")
    assert (first.connected, again.accepted) == (False, True)
    game.advance(90)
    ann.send(MOVE, 4)
    again.send(MOVE, 0)
    assert ann.inbox.last(STATE).json()["squares"][0] == "O"


def test_who_stays_away_loses() -> None:
    game, ann, bob = begun()
    bob.leave()
    game.advance(30)
    ann.leave()
    ann = game.join("ann")
    game.advance(30)
    assert ann.inbox.last(OVER).text == "bob has not come back"
    assert game.over


def test_nobody_stays() -> None:
    game, ann, bob = begun()
    ann.leave()
    bob.leave()
    game.advance(60)
    assert game.over
    assert game.over.reason == "ann has not come back"
    assert not game.errors


def test_a_crash_costs_no_move() -> None:
    game, ann, bob = begun()
    moved((ann, bob), [0, 3, 1, 4])
    game.advance(0.1)
    game.crash()
    assert bob.inbox.last(STATE).json() == {
        "squares": ["X", "X", "", "O", "O", "", "", "", ""],
        "seats": ["ann", "bob"],
        "turn": "ann",
    }
    game.advance(90)
    ann.send(MOVE, 2)
    assert game.over
    assert game.over.reason == "ann has won"


def test_who_was_away_at_a_crash_has_a_minute() -> None:
    game, ann, bob = begun()
    ann.send(MOVE, 0)
    bob.leave()
    game.advance(50)
    game.crash()
    assert ann.inbox.last(AWAY).json() == {"who": "bob", "seconds": 60}
    game.advance(50)
    assert game.join("cid").refused == "two are playing already"
    bob = game.join("bob")
    game.advance(20)
    bob.send(MOVE, 1)
    assert ann.inbox.last(STATE).json()["squares"][:2] == ["X", "O"]


def test_who_came_after_the_snapshot_has_a_seat_all_the_same() -> None:
    game = play(SAMPLES / "turns.py")
    ann = game.join("ann")
    game.advance(10)
    bob = game.join("bob")
    cut = game.join("bob")
    game.crash()
    assert ann.inbox.last(STATE).json()["seats"] == ["ann", "bob"]
    ann.send(MOVE, 0)
    cut.send(MOVE, 1)
    assert ann.inbox.last(STATE).json()["squares"][:2] == ["X", "O"]
    assert not bob.connected


def test_who_stays_away_after_a_crash_loses() -> None:
    game, ann, bob = begun()
    ann.send(MOVE, 0)
    bob.leave()
    game.advance(0.1)
    game.crash()
    game.advance(60)
    assert ann.inbox.last(OVER).text == "bob has not come back"
