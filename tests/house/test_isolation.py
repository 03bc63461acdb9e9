"""A bad script costs its own game session, and nobody else notices."""

from pathlib import Path

import pytest

from desk.events import GameSessionEnded, Logged
from harena import LoginRefused
from runtime.config import Config, FleetLimits, SandboxSettings, Site
from session.farewells import CloseCode
from tests.house.running import round_trip, running, running_as

pytestmark = pytest.mark.anyio

ECHO = """
from harena import session

configuration = {"flush_milliseconds": 0}

def on_message(message):
    session.send(message.sender, 1, message.payload)
"""

#: Each says that it has begun, and takes its time before it comes to its end.
BAD = {
    "exceeded_cpu": """
    while True:
        pass
""",
    "exceeded_memory": """
    hoard = []
    while True:
        hoard.append(bytes(100_000))
        sum(range(300_000))
""",
    "crashed": """
    nested = iter(())
    for step in range(30_000_000):
        if step % 100 == 0:
            nested = filter(None, nested)
    list(nested)
""",
}

ROUND_TRIPS = 200


@pytest.mark.parametrize("outcome", BAD)
async def test_while_one_script_dies_another_game_session_goes_on(tmp_path: Path, outcome: str) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "echo.py").write_text(ECHO)
    (scripts / "bad.py").write_text(f"def on_message(message):\n    print('it begins')\n{BAD[outcome]}")
    # The two others take seconds as well, and on a busy machine more; they are not to be stopped by the clock.
    cpu_milliseconds = 2_000 if outcome == "exceeded_cpu" else 12_000
    limits = SandboxSettings(callback_cpu_milliseconds=cpu_milliseconds, cpu_percent=100)
    async with running(tmp_path, scripts, limits) as house:
        async with house.player("echo/room") as good, house.player("bad/room") as bad:
            await bad.send(1, "go")
            begun = await house.happened(lambda event: isinstance(event, Logged) and "it begins" in event.text)
            for number in range(ROUND_TRIPS):
                assert (await round_trip(good, str(number))).text == str(number)
            assert not [event for event in house.events if isinstance(event, GameSessionEnded)], "it ended too soon"
            ended = await house.happened(lambda event: isinstance(event, GameSessionEnded))
            assert isinstance(begun, Logged)
            assert isinstance(ended, GameSessionEnded)
            assert ended.game_session == begun.game_session
            assert outcome in ended.reason
            assert (await round_trip(good, "still here")).text == "still here"
            with pytest.raises(Exception, match="script failed"):
                await bad.receive()
            assert bad.closed is not None
            assert bad.closed.code == CloseCode.SCRIPT_FAILED
    said = next(event.text for event in house.events if isinstance(event, Logged) and event.level == "critical")
    assert "bad.py:" in said
    assert "on_message" in said


async def test_logins_open_so_many_game_sessions_and_no_more(tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "echo.py").write_text(ECHO)
    site = Site(port=0, http_port=0, scripts=scripts, data=tmp_path / "kept")
    async with running_as(Config(site=site, fleet=FleetLimits(max_game_sessions=1))) as house:
        async with house.player("echo/room") as good:
            with pytest.raises(LoginRefused, match="carries 1 game sessions, and no more"):
                async with house.player("echo/another-room"):
                    pass
            async with house.player("echo/room"):
                assert (await round_trip(good, "still here")).text == "still here"
