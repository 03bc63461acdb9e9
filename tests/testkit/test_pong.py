"""The sample pong, played without a server: every tick, point and farewell."""

from harena.testing import FakePlayer, Game, play
from tests.testkit.writing import SAMPLES


def pong() -> tuple[Game, FakePlayer, FakePlayer]:
    """Begin a game of pong for two."""
    game = play(SAMPLES / "pong.py")
    return game, game.join("ann"), game.join("bob")


def test_pong_goes_on_twenty_times_a_second() -> None:
    game, ann, bob = pong()
    game.advance(1)
    assert len(ann.inbox.all(2)) == 20
    assert ann.inbox.all(2) == bob.inbox.all(2)
    assert ann.inbox.all(2)[0].json() == {"ball": [84.5, 51.5], "paddles": [50, 50]}
    assert not game.errors


def test_pong_moves_paddles_and_stops_them_at_the_edge() -> None:
    game, ann, bob = pong()
    ann.send(1, -1)
    bob.send(1, 1)
    game.advance(0.25)
    bob.send(1, 0)
    assert paddles(ann) == [30, 70]
    game.advance(0.25)
    ann.send(1, 7)
    ann.send(1, "up")
    game.advance(0.25)
    assert paddles(ann) == [10, 70]
    assert [error.occasion for error in game.errors] == ["op code 1 from ann"], "only what is no JSON is an error"


def paddles(player: FakePlayer) -> object:
    return player.inbox.last(2).json()["paddles"]


def test_pong_scores_where_nobody_stands_and_ends_at_five() -> None:
    game, ann, bob = pong()
    bob.send(1, -1)
    ann.send(1, 1)
    game.advance(0.35)
    ann.send(1, 0)
    game.advance(0.65)
    assert bob.inbox.last(3).json() == {"ann": 1, "bob": 0}
    game.advance(60)
    assert game.over
    assert game.over.reason == "ann has won"
    assert bob.inbox.last(3).json() == {"ann": 5, "bob": 0}
    assert not game.errors


def test_a_paddle_sends_the_ball_back() -> None:
    game, ann, bob = pong()
    bob.send(1, 1)
    game.advance(0.3)
    bob.send(1, 0)
    game.advance(0.7)
    assert bob.inbox.all(3)[-1].json() == {"ann": 0, "bob": 0}
    flight = [message.json()["ball"][0] for message in ann.inbox.all(2)]
    assert max(flight) == 160
    assert flight[-1] < 160


def test_pong_waits_for_who_has_gone() -> None:
    game, ann, bob = pong()
    bob.send(1, -1)
    game.advance(1)
    bob.leave()
    assert ann.inbox.last(4).json() == {"for": "bob", "seconds": 30}
    told = len(ann.inbox.all(2))
    game.advance(29)
    assert len(ann.inbox.all(2)) == told, "nothing moves meanwhile"
    assert game.join("cid").refused == "two are playing already"
    bob = game.join("bob")
    assert bob.inbox.last(3).json() == {"ann": 1, "bob": 0}
    game.advance(1)
    assert len(ann.inbox.all(2)) == told + 20
    assert bob.inbox.last(2).json()["paddles"] == [50, 10], "the paddle is where it was, and stands still"


def test_pong_ends_without_who_does_not_come_back() -> None:
    game, ann, bob = pong()
    ann.leave()
    game.advance(20)
    bob.leave()
    bob = game.join("bob")
    game.advance(10)
    assert not game.over, "the time counts from the latest who left"
    game.advance(20)
    assert game.over
    assert game.over.reason == "bob has not come back"


def test_the_same_moves_give_the_same_pong() -> None:
    assert moves() == moves()


def moves() -> list[object]:
    game, ann, bob = pong()
    for way in (1, -1, 0, 1):
        ann.send(1, way)
        bob.send(1, -way)
        game.advance(0.8)
    return [message.json() for message in ann.inbox]
