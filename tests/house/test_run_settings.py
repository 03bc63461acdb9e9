"""Settings that change while a server runs, and secrets on their way to a worker."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from desk.events import Logged, SettingsChanged, SettingsRejected
from runtime import live_settings
from runtime.config import Admission, Secrets, Start
from runtime.settings import load
from runtime.words import StartGameSession
from sandbox.limits import DEFAULTS
from sandbox.load import LoadOrder
from sandbox.orders import Script
from session.callbacks import GameSessionFacts
from session.values import GameSessionId
from tests.house.running import PATIENCE_SECONDS, Running, running_as

pytestmark = pytest.mark.anyio

BUSY = """
from harena import session

def on_start_game_session(game_session):
    for number in range(20):
        session.broadcast(1, str(number))
    session.log.info("done")
"""


def toml(*fleet: str, **top: object) -> str:
    lines = [f"{key} = {given}" for key, given in {"port": 0, "http_port": 0, **top}.items()]
    return "\n".join([*lines, 'scripts = "scripts"', 'data = "kept"', "[log]", 'level = "critical"', *fleet]) + "\n"


@asynccontextmanager
async def configured(tmp_path: Path, *fleet: str) -> AsyncIterator[tuple[Running, Path, httpx.AsyncClient]]:
    """Run a server that follows its configuration file."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "busy.py").write_text(BUSY)
    file = tmp_path / "harena.toml"
    file.write_text(toml(*fleet))
    start = Start(Admission.RESERVED, file=file)
    async with running_as(load(start, {}), lambda: load(start, {})) as house:
        url = f"http://127.0.0.1:{house.http_port}/local/v1"
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as http:
            yield house, file, http


async def test_what_is_live_counts_at_once_and_the_rest_is_named(tmp_path: Path) -> None:
    async with configured(tmp_path) as (house, file, http):
        file.write_text(toml("[fleet]", "accepting = false", 'draining_message = "later"', workers=3))
        event = await house.happened(lambda event: isinstance(event, SettingsChanged))
        assert event == SettingsChanged(str(file), ("fleet.accepting", "fleet.draining_message"), ("workers",))
        answer = await http.post("/game-sessions", json={"script": "busy"})
        assert (answer.status_code, answer.json()["error"]) == (409, "later")
        since = len(house.events)
        file.write_text(toml())
        await house.happened(lambda event: isinstance(event, SettingsChanged), since)
        assert (await http.post("/game-sessions", json={"script": "busy"})).status_code == 200


async def test_new_sandboxes_have_the_new_limits(tmp_path: Path) -> None:
    async with configured(tmp_path) as (house, file, http):
        await http.post("/game-sessions", json={"script": "busy"})
        await house.happened(lambda event: isinstance(event, Logged) and event.text == "done")
        file.write_text(toml("[sandbox]", "commands_per_call = 10"))
        await house.happened(lambda event: isinstance(event, SettingsChanged))
        await http.post("/game-sessions", json={"script": "busy"})
        await house.happened(lambda event: isinstance(event, Logged) and event.level == "error")


async def test_a_faulty_file_changes_nothing_and_all_its_faults_are_told(tmp_path: Path) -> None:
    async with configured(tmp_path) as (house, file, http):
        file.write_text(toml("[fleet]", "accepting = 0", "max_game_session = 3"))
        event = await house.happened(lambda event: isinstance(event, SettingsRejected))
        assert isinstance(event, SettingsRejected)
        assert event.faults == (
            f"{file}:8: fleet.accepting: is to be true or false, not 0",
            f"{file}:9: fleet.max_game_session: there is no such setting (did you mean max_game_sessions?)",
        )
        assert (await http.post("/game-sessions", json={"script": "busy"})).status_code == 200
        since = len(house.events)
        file.unlink()
        gone = await house.happened(lambda event: isinstance(event, SettingsRejected), since)
        assert isinstance(gone, SettingsRejected)
        assert "cannot be read" in gone.faults[0]
        file.write_text(toml())
        assert await house.happened(lambda event: isinstance(event, SettingsChanged)) == SettingsChanged(
            str(file), (), ()
        ), "who has mended it wants to hear so"


async def test_a_hangup_makes_it_look_at_once_and_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_settings, "LOOK_AGAIN_SECONDS", 600.0)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "key").write_text("the old one")
    async with configured(tmp_path, "[secrets.busy]", 'key = {file = "elsewhere/key"}') as (house, file, _):
        (elsewhere / "key").write_text("the new one")
        os.kill(os.getpid(), signal.SIGHUP)
        event = await house.happened(lambda event: isinstance(event, SettingsChanged))
        assert event == SettingsChanged(str(file), ("secrets.busy",), ())


def test_a_secret_is_shown_by_nothing_that_holds_it() -> None:
    hidden = (("key", "hunter2"),)
    facts = GameSessionFacts(GameSessionId("id"), "name", "tag", 1, 2)
    assert "hunter2" not in repr(Script({}, "main.py", 0, 0.0, facts, dict(hidden)))
    assert "hunter2" not in repr(LoadOrder({}, "main.py", DEFAULTS, 0, 0.0, facts, dict(hidden)))
    order = StartGameSession(facts, (), "", hidden)
    assert order.secrets == hidden
    assert "hunter2" not in repr(order)
    assert "hunter2" not in repr(Secrets({"tag": hidden}))
