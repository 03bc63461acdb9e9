"""A script with snapshots goes on when its sandbox dies; its players stay connected and hear of nothing."""

import os
import signal
from pathlib import Path

import pytest

from desk.events import GameSessionEnded, Logged, WorkerStarted
from session.farewells import CloseCode
from tests.house.running import Running, round_trip, running
from tests.house.test_processes import children

pytestmark = pytest.mark.anyio

COUNTER = """
from harena import session

configuration = {"snapshot_seconds": 0.1}
count = 0

def on_message(message):
    global count
    if message.op_code == 2:
        print("it begins")
        while True:
            pass
    if message.op_code == 1:
        count += 1
    session.send(message.sender, 1, count)

def on_snapshot():
    print("kept", count)
    return {"count": count}

def on_restore(state):
    global count
    count = state["count"]
    print("restored with", [player.player_id for player in session.players])
"""


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "counter.py").write_text(COUNTER)
    return folder


async def logged(house: Running, part: str, since: int = 0) -> str:
    event = await house.happened(lambda event: isinstance(event, Logged) and part in event.text, since)
    assert isinstance(event, Logged)
    return event.text


async def test_a_game_goes_on_in_another_sandbox(tmp_path: Path, scripts: Path) -> None:
    async with (
        running(tmp_path, scripts) as house,
        house.player("counter/room/ann") as ann,
        house.player("counter/room/bob") as bob,
    ):
        assert (await round_trip(ann, "")).text == "1"
        await logged(house, "kept 1")
        await ann.send(2)
        # Both speak while there is nobody to hear them; the one who kills it is not asked again.
        await bob.send(1)
        await ann.send(1)
        assert {(await bob.receive()).text, (await ann.receive()).text} == {"2", "3"}
        assert "exceeded_cpu" in await logged(house, "in on_message: exceeded_cpu")
        assert "counter.py:" in await logged(house, "exceeded_cpu")
        await logged(house, "restored with ['ann', 'bob']")
        await logged(house, "the script goes on from its snapshot: ")
        assert not [event for event in house.events if isinstance(event, GameSessionEnded)]


async def test_it_goes_on_when_the_zygote_dies_too(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house, house.player("counter/room/ann") as ann:
        assert (await round_trip(ann, "")).text == "1"
        await logged(house, "kept 1")
        # What comes after the snapshot was asked after it: the relay has it by then.
        assert (await round_trip(ann, "", 3)).text == "1"
        [started] = [event for event in house.events if isinstance(event, WorkerStarted)]
        zygote, *_ = children(started.pid)
        os.kill(zygote, signal.SIGKILL)
        await logged(house, "restored with ['ann']")
        assert (await round_trip(ann, "")).text == "2"


async def test_the_third_death_in_a_minute_is_the_last(tmp_path: Path, scripts: Path) -> None:
    async with running(tmp_path, scripts) as house, house.player("counter/room/ann") as ann:
        for death in range(3):
            assert (await round_trip(ann, "")).text == str(death + 1)
            await logged(house, f"kept {death + 1}")
            since = len(house.events)
            await ann.send(2)
            if death < 2:
                await logged(house, "restored with", since)
        with pytest.raises(Exception, match="the game's script failed: exceeded_cpu"):
            await ann.receive()
        assert ann.closed is not None
        assert ann.closed.code == CloseCode.SCRIPT_FAILED
