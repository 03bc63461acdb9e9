"""What becomes of game sessions and scripts where something comes between while they begin."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from sqlalchemy import Connection

from deployment.store import StoreError
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


async def cut_off(call: Caller, when: str, operation: str, **asked: object) -> None:
    """Cancel a call at a moment of the house's, if that comes."""
    with anyio.CancelScope() as scope:

        async def cancel() -> None:
            scope.cancel()
            await anyio.lowlevel.checkpoint()

        setattr(call.house, when, cancel)
        await call(operation, **asked)
    setattr(call.house, when, anyio.lowlevel.checkpoint)
    assert scope.cancel_called


async def newest(call: Caller, ids: dict[str, str]) -> dict[str, str]:
    """The newest game session of the fleet."""
    found: dict[str, str] = (await call.done("DescribeGameSessions", FleetId=ids["FleetId"]))["GameSessions"][-1]
    return found


@pytest.mark.anyio
@pytest.mark.parametrize("when", ["before_game", "after_game"])
async def test_a_call_that_is_cut_off_leaves_no_game_session_behind(tmp_path: Path, when: str) -> None:
    async with calling(tmp_path) as call:
        ids = await furnished(call)
        before = set(call.house.games)
        await cut_off(call, when, "CreateGameSession", FleetId=ids["FleetId"], MaximumPlayerSessionCount=2)
        assert set(call.house.games) == before, "nothing runs that nobody knows of"
        shown = await newest(call, ids)
        if when == "after_game":  # This house does not tell what ends.
            assert shown["Status"] == "ACTIVATING"
            call.front.game_session_over(shown["GameSessionId"].rpartition("/")[2])
            shown = await newest(call, ids)
        assert (shown["Status"], shown["StatusReason"]) == ("TERMINATED", "INTERRUPTED")
        (use,) = (await call.done("DescribeFleetUtilization", FleetIds=[ids["FleetId"]]))["FleetUtilization"]
        assert use["ActiveGameSessionCount"] == len(before), "its place is free"


@pytest.mark.anyio
async def test_what_the_store_refuses_gives_its_place_back(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        ids = await furnished(call)
        before = await newest(call, ids)

        async def refuse() -> None:
            call.house.before_game = anyio.lowlevel.checkpoint
            raise StoreError("the disk is full")

        call.house.before_game = refuse
        asked = {"FleetId": ids["FleetId"], "MaximumPlayerSessionCount": 2, "IdempotencyToken": "again"}
        status, said = await call("CreateGameSession", **asked)
        assert (status, said["Message"]) == (500, "the disk is full")
        assert await newest(call, ids) == before
        events = (await call.done("DescribeFleetEvents", FleetId=ids["FleetId"]))["Events"]
        assert events[-1]["Message"] == "A game session could not begin: the disk is full."
        assert (await call.done("CreateGameSession", **asked))["GameSession"]["Status"] == "ACTIVE"


@pytest.mark.anyio
async def test_a_place_is_free_again_though_it_is_being_given_back_when_the_call_is_cut_off(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        ids = await furnished(call)
        with anyio.CancelScope() as scope:

            async def refuse() -> None:
                scope.cancel()
                raise Refused("it drains")

            call.house.before_game = refuse
            await call("CreateGameSession", FleetId=ids["FleetId"], MaximumPlayerSessionCount=2)
        assert (await newest(call, ids))["Status"] != "ACTIVATING"


@pytest.mark.anyio
async def test_seats_that_were_kept_are_shown_though_the_call_is_cut_off(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        ids = await furnished(call)
        with anyio.CancelScope() as scope:

            async def first() -> None:
                call.house.before_seat = second
                await anyio.lowlevel.checkpoint()

            async def second() -> None:
                scope.cancel()
                await anyio.lowlevel.checkpoint()

            call.house.before_seat = first
            await call("CreatePlayerSessions", GameSessionId=ids["GameSessionId"], PlayerIds=["cid", "dan"])
        seats = await call.done("DescribePlayerSessions", GameSessionId=ids["GameSessionId"])
        shown = [(one["PlayerId"], one["Status"]) for one in seats["PlayerSessions"]]
        assert shown == [("ann", "RESERVED"), ("cid", "RESERVED")]


@pytest.mark.anyio
async def test_a_fleet_that_is_deleted_ends_its_game_sessions_though_the_call_is_cut_off(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        ids = await furnished(call)
        assert len(call.house.games) == 2
        await cut_off(call, "after_end", "DeleteFleet", FleetId=ids["FleetId"])
        assert not call.house.games


@pytest.mark.anyio
async def test_a_script_that_nobody_knows_of_is_withdrawn(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        zipfile = b64encode(zipped({"main.py": "x = 1"})).decode()
        await cut_off(call, "after_deploy", "CreateScript", ZipFile=zipfile)
        assert (await call.done("ListScripts"))["Scripts"] == []
        assert [view.active for view in call.house.scripts()] == [None]


@pytest.mark.anyio
async def test_a_script_that_could_not_be_withdrawn_can_be_deleted_again(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        ids = await furnished(call)
        store, away = tmp_path / "store", tmp_path / "away"
        store.rename(away)
        store.touch()
        status, said = await call("DeleteScript", ScriptId=ids["ScriptId"])
        assert (status, said["__type"]) == (500, "InternalServiceException")
        store.unlink()
        away.rename(store)
        await call.done("DeleteScript", ScriptId=ids["ScriptId"])
        assert [view.active for view in call.house.scripts()] == [None]
        (fleet,) = (await call.done("DescribeFleetAttributes"))["FleetAttributes"]
        assert fleet["Status"] == "ERROR"
