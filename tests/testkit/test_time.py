"""Time that only the test lets pass: ticks, timers, limits, and the script's clocks."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harena.testing import Game, play
from session.farewells import IDLE, NOT_STARTED, TOO_LONG, UNWELL, CloseCode, Farewell
from tests.testkit.writing import ROOT, played, written

TICKING = ROOT / "tests" / "testkit" / "ticking.py"


def texts(game: Game) -> list[str]:
    return [line.text for line in game.log]


def test_ticks_come_at_their_times() -> None:
    game = play(TICKING)
    game.advance(0.04)
    assert game.log == []
    game.advance(0.01)
    assert texts(game) == ["tick 0.05"]
    game.advance(120)
    assert len(game.log) == 20 * 120 + 1
    assert game.log.last().at == game.now == pytest.approx(120.05)
    assert not game.errors


@settings(deadline=None)
@given(st.sampled_from([1, 3, 7, 10, 20, 30, 60]), st.integers(1, 70))
def test_as_many_steps_of_a_tick_are_as_many_ticks(tick_hz: int, steps: int) -> None:
    game = play(TICKING, configuration={"tick_hz": tick_hz})
    for _ in range(steps):
        game.advance(1 / tick_hz)
    assert len(game.log) == steps


def test_timers_fire_in_their_order_and_know_their_time(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        import time

        def on_start_game_session(_):
            session.after(2, say, "two")
            session.after(1, say, "one")
            session.every(1.5, say, "every")

        def say(what):
            print(what, session.now(), time.time())
        """,
    )
    game.advance(3)
    assert texts(game) == [
        "one 1.0 1767225601.0",
        "every 1.5 1767225601.5",
        "two 2.0 1767225602.0",
        "every 3.0 1767225603.0",
    ]


def test_a_timer_that_is_cancelled_does_not_fire(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        def on_start_game_session(_):
            timer = session.every(1, print, "every")
            session.after(2.5, timer.cancel)
        """,
    )
    game.advance(10)
    assert texts(game) == ["every", "every"]


def test_the_clock_stands_still_but_for_the_test(tmp_path: Path) -> None:
    script = written(tmp_path, "import datetime\n\ndef on_message(message):\n    print(datetime.datetime.now())\n")
    game = play(script, unix_time=1_000_000_000)
    ann = game.join("ann")
    ann.send(1)
    ann.send(1)
    game.advance(60)
    ann.send(1)
    assert texts(game) == ["2001-09-09 01:46:40", "2001-09-09 01:46:40", "2001-09-09 01:47:40"]


def test_ten_tenths_are_one_second(tmp_path: Path) -> None:
    game = played(tmp_path, "def on_start_game_session(_):\n    session.after(1, print, 'rang')\n")
    for _ in range(9):
        game.advance(0.1)
    assert texts(game) == []
    game.advance(0.1)
    assert (texts(game), game.now) == (["rang"], 1.0)


def test_an_empty_game_session_ends(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        configuration = {"idle_seconds": 60}

        def on_process_terminate():
            print("goodbye at", session.now())
        """,
    )
    ann = game.join("ann")
    game.advance(100)
    ann.leave()
    game.advance(59)
    assert not game.over
    game.advance(10)
    assert (game.over, texts(game), game.now) == (IDLE, ["goodbye at 160.0"], 169.0)


def test_a_game_session_ends_after_its_longest_life(tmp_path: Path) -> None:
    game = played(tmp_path, "configuration = {'max_seconds': 90}")
    ann = game.join("ann")
    game.advance(90)
    assert ann.closed == game.over == TOO_LONG


def test_the_script_ends_its_game_session(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        def on_message(message):
            session.broadcast(2, "last words")
            session.end("somebody has won")
        """,
    )
    ann = game.join("ann")
    ann.send(1)
    assert ann.inbox.last(2).text == "last words"
    assert ann.closed == game.over == Farewell(CloseCode.GAME_SESSION_ENDED, "somebody has won")
    game.advance(1000)
    assert game.join("bob").refused == "the game session has ended"
    assert not game.errors


def test_the_server_stops(tmp_path: Path) -> None:
    game = played(tmp_path, "def on_process_terminate():\n    session.broadcast(9, 'the server stops')\n")
    ann = game.join("ann")
    game.terminate("maintenance")
    assert ann.inbox.last(9).text == "the server stops"
    assert ann.closed == game.over == Farewell(CloseCode.SERVER_STOPPING, "maintenance")
    game.terminate()
    assert game.over.reason == "maintenance"


@pytest.mark.parametrize("seconds", [-0.1, float("inf"), float("nan")])
def test_time_goes_forward(tmp_path: Path, seconds: float) -> None:
    game = played(tmp_path, "")
    with pytest.raises(ValueError, match="from 0 on"):
        game.advance(seconds)
    assert game.now == 0


def test_a_script_that_is_not_well_is_ended_after_three_minutes(tmp_path: Path) -> None:
    game = play(written(tmp_path, "def on_health_check():\n    return False\n"))
    ann = game.join("ann")
    game.advance(179)
    assert game.over is None
    game.advance(1)
    assert game.over == UNWELL
    assert not ann.connected
    assert not game.errors


def test_a_script_that_is_not_ready_has_no_game_session(tmp_path: Path) -> None:
    game = play(written(tmp_path, "def on_process_started(args):\n    return False\n"))
    assert game.over == NOT_STARTED
