"""What becomes of game sessions and scripts where something comes between while they begin."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from sqlalchemy import Connection

from desk.house import Refused
from tests.gamelift.serving import zipped
from tests.gamelift.small_house import Caller, calling, furnished


def breaking(call: Caller, error: Exception | None = None) -> Callable[[], Awaitable[None]]:
    """What spoils the database while a game session begins, which may fail as well."""

    async def spoil() -> None:
        call.house.before_game = anyio.lowlevel.checkpoint
        await (await call.front.open()).office.database.write(lambda one: _rename(one, "game_sessions", "away"))
        if error:
            raise error

    return spoil


def _rename(connection: Connection, before: str, after: str) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {before} RENAME TO {after}")


async def failed(call: Caller, error: Exception | None) -> dict[str, str]:
    """Begin a game session while the database breaks, mend it, and give the newest game session of the fleet."""
    ids = await furnished(call)
    before = len(call.house.games)
    call.house.before_game = breaking(call, error)
    status, said = await call("CreateGameSession", FleetId=ids["FleetId"], MaximumPlayerSessionCount=2)
    assert (status, said["__type"]) == (500, "InternalServiceException")
    assert len(call.house.games) == before, "nothing runs that nobody knows of"
    database = (await call.front.open()).office.database
    await database.write(lambda one: _rename(one, "away", "game_sessions"))
    newest: dict[str, str] = (await call.done("DescribeGameSessions", FleetId=ids["FleetId"]))["GameSessions"][-1]
    return newest


@pytest.mark.anyio
async def test_a_game_session_that_cannot_be_written_ends(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        game = await failed(call, None)
        assert game["Status"] == "ACTIVATING", "this house does not tell what ends"
        asked = {"GameSessionId": game["GameSessionId"], "TerminationMode": "FORCE_TERMINATE"}
        ended = await call.done("TerminateGameSession", **asked)
        assert ended["GameSession"]["Status"] == "TERMINATED"


@pytest.mark.anyio
async def test_a_place_that_cannot_be_given_back_is_free_as_soon_as_it_can(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        assert (await failed(call, Refused("it drains")))["Status"] == "TERMINATED"


@pytest.mark.anyio
async def test_what_is_ended_while_it_begins_does_not_run(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        ids = await furnished(call)
        before = len(call.house.games)

        async def end() -> None:
            games = (await call.done("DescribeGameSessions", FleetId=ids["FleetId"]))["GameSessions"]
            asked = {"GameSessionId": games[-1]["GameSessionId"], "TerminationMode": "FORCE_TERMINATE"}
            await call.done("TerminateGameSession", **asked)

        call.house.before_game = end
        made = await call.done("CreateGameSession", FleetId=ids["FleetId"], MaximumPlayerSessionCount=2)
        assert made["GameSession"]["Status"] == "TERMINATED"
        assert len(call.house.games) == before


@pytest.mark.anyio
async def test_scripts_that_come_at_once_are_no_more_than_may_be(tmp_path: Path) -> None:
    async with calling(tmp_path, max_scripts=2) as call:
        statuses: list[int] = []

        async def create() -> None:
            status, _ = await call("CreateScript", ZipFile=b64encode(zipped({"main.py": "x = 1"})).decode())
            statuses.append(status)

        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(create)
        assert sorted(statuses) == [200, 200, 400, 400]
        assert len((await call.done("ListScripts"))["Scripts"]) == 2
        assert len([view for view in call.house.scripts() if view.active]) == 2
