"""The same office over SQLite and over PostgreSQL: its tables, what it answers, and what a restart finds."""

from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import update

from desk.gamelift import state
from desk.gamelift.errors import OfficeTrouble
from desk.gamelift.keeping import after_a_restart
from desk.gamelift.state.database import open_database
from desk.gamelift.state.migrating import HEAD
from desk.gamelift.state.tables import game_sessions, metadata
from tests.gamelift.small_house import calling, furnished


def test_the_migrations_make_the_tables(url: str, tmp_path: Path) -> None:
    database = open_database(url, tmp_path / "one.sqlite")
    difference = database.act(lambda one: compare_metadata(MigrationContext.configure(one), metadata))
    database.close()
    assert difference == []


def test_the_newest_migration_is_known() -> None:
    folder = Path(state.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


@pytest.mark.anyio
async def test_resources_outlive_a_restart(url: str, tmp_path: Path) -> None:
    async with calling(tmp_path, database=url, max_fleets=1_000) as call:
        ids = await furnished(call, str(uuid4()))
        await call.done("TagResource", ResourceARN=ids["ResourceARN"], Tags=[{"Key": "k", "Value": "ä\U0001f3b2"}])
        long_id = "ä" * 1024
        await call.done("CreatePlayerSession", GameSessionId=ids["GameSessionId"], PlayerId=long_id)
        await call.done(
            "UpdateGameSession", GameSessionId=ids["GameSessionId"], Name="new", MaximumPlayerSessionCount=5
        )
        call.front.player_session_moved(ids["PlayerSessionId"], "ACTIVE")
        found = await call.done("DescribePlayerSessions", PlayerSessionId=ids["PlayerSessionId"])
        assert found["PlayerSessions"][0]["Status"] == "ACTIVE"
        (used,) = (await call.done("DescribeFleetUtilization", FleetIds=[ids["FleetId"]]))["FleetUtilization"]
        assert (used["CurrentPlayerSessionCount"], used["MaximumPlayerSessionCount"]) == (3, 5 + 9)
    async with calling(tmp_path, database=url) as call:
        (fleet,) = (await call.done("DescribeFleetAttributes", FleetIds=[ids["FleetId"]]))["FleetAttributes"]
        assert fleet["Status"] == "ACTIVE"
        (game,) = (await call.done("DescribeGameSessions", GameSessionId=ids["GameSessionId"]))["GameSessions"]
        assert (game["Status"], game["StatusReason"], game["Name"]) == ("TERMINATED", "INTERRUPTED", "new")
        players = await call.done("DescribePlayerSessions", GameSessionId=ids["GameSessionId"])
        assert [one["Status"] for one in players["PlayerSessions"]] == ["COMPLETED", "TIMEDOUT"]
        by_player = await call.done("DescribePlayerSessions", PlayerId=long_id)
        assert len(by_player["PlayerSessions"]) == 1
        tags = await call.done("ListTagsForResource", ResourceARN=ids["ResourceARN"])
        assert tags["Tags"] == [{"Key": "k", "Value": "ä\U0001f3b2"}]


@pytest.mark.anyio
async def test_what_an_earlier_run_was_about_to_end_ends(url: str, tmp_path: Path) -> None:
    async with calling(tmp_path, database=url, max_fleets=1_000) as call:
        ids = await furnished(call, str(uuid4()))
        asked = {"FleetId": ids["FleetId"], "MaximumPlayerSessionCount": 2}
        made = [(await call.done("CreateGameSession", **asked))["GameSession"]["GameSessionId"] for _ in range(4)]
        for arn, mode in zip(made, ("TRIGGER_ON_PROCESS_TERMINATE", "FORCE_TERMINATE"), strict=False):
            await call.done("TerminateGameSession", GameSessionId=arn, TerminationMode=mode)
        farewell, at_once, _, begins = living = [arn.rpartition("/")[2] for arn in made]
        database = (await call.front.open()).office.database
        unanswered = update(game_sessions).where(game_sessions.c.id == begins).values(status="ACTIVATING")
        await database.write(lambda connection: connection.execute(unanswered))
        to_end = await database.write(lambda connection: after_a_restart(connection, 1.0, living))
        ours = {game: now for game, now in to_end.items() if game in living}
        assert ours == {farewell: False, at_once: True, begins: True}
        shown = (await call.done("DescribeGameSessions", FleetId=ids["FleetId"]))["GameSessions"]
        found = {one["GameSessionId"].rpartition("/")[2]: (one["Status"], one.get("StatusReason")) for one in shown}
        assert [found[game] for game in living] == [
            ("TERMINATING", "TRIGGERED_ON_PROCESS_TERMINATE"),
            ("TERMINATING", "FORCE_TERMINATED"),
            ("ACTIVE", None),
            ("TERMINATED", "INTERRUPTED"),
        ]
        assert found[ids["GameSessionId"].rpartition("/")[2]] == ("TERMINATED", "INTERRUPTED")


@pytest.mark.anyio
async def test_what_is_old_is_forgotten(url: str, tmp_path: Path) -> None:
    async with calling(tmp_path, database=url, max_fleets=1_000) as call:
        ids = await furnished(call, str(uuid4()))
        await call.done("DeleteFleet", FleetId=ids["FleetId"])
        opened = await call.front.open()
        call.front.game_session_over(await opened.office.database.read(_last_game_session))
        await call.done("DescribeGameSessions", GameSessionId=ids["GameSessionId"])
    async with calling(tmp_path, database=url, kept_days=-1.0) as call:
        status, said = await call("DescribeGameSessions", GameSessionId=ids["GameSessionId"])
        assert (status, said["__type"]) == (400, "NotFoundException")
        status, said = await call("DescribeFleetEvents", FleetId=ids["FleetId"])
        assert (status, said["__type"]) == (400, "NotFoundException")


@pytest.mark.anyio
async def test_notices_are_never_numbered_anew(url: str, tmp_path: Path) -> None:
    async with calling(tmp_path, database=url, max_fleets=1_000, kept_days=-1.0) as call:
        ids = await furnished(call, str(uuid4()))
        opened = await call.front.open()
        before = await opened.feed.last()
        await opened.forget()
        (newest,) = await opened.feed.page(0)
        await call.done("DeleteFleet", FleetId=ids["FleetId"])
        news = await opened.feed.page(before)
    assert newest.number == before
    assert news


def _last_game_session(connection: object) -> str:
    from sqlalchemy import Connection, select

    from desk.gamelift.state.tables import game_sessions

    assert isinstance(connection, Connection)
    newest = select(game_sessions.c.id).order_by(game_sessions.c.serial.desc()).limit(1)
    return str(connection.execute(newest).scalar_one())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("no url", "names no database"),
        ("mysql://root@/x", "names no database"),
        ("postgresql://me:hidden@/x?host=/nowhere", r"me:\*\*\*@"),
    ],
)
def test_a_database_that_cannot_be_had(wrong: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(OfficeTrouble, match=said) as raised:
        open_database(wrong, tmp_path / "x")
    assert "hidden" not in str(raised.value)
    assert str(raised.value).isprintable()


@pytest.mark.anyio
async def test_a_broken_database_is_the_servers_fault(tmp_path: Path) -> None:
    (tmp_path / "gamelift").mkdir()
    (tmp_path / "gamelift" / "gamelift.sqlite").write_bytes(b"no database, whatever its name says" * 100)
    async with calling(tmp_path) as call:
        status, said = await call("ListScripts")
        assert (status, said["__type"]) == (500, "InternalServiceException")
        assert "gamelift.sqlite cannot be used" in said["Message"]


@pytest.mark.anyio
async def test_game_sessions_are_searched_in_the_database(url: str, tmp_path: Path) -> None:
    async with calling(tmp_path, database=url, max_fleets=1_000) as call:
        ids = await furnished(call)
        runtime = {"ServerProcesses": [{"LaunchPath": "main.py", "ConcurrentExecutions": 9}]}
        made = await call.done("CreateFleet", Name="f", ScriptId=ids["ScriptId"], RuntimeConfiguration=runtime)
        fleet = made["FleetAttributes"]["FleetId"]
        for name, mode in (("one", "duel"), ("ä\U0001f3b2 'two'", "team"), (None, None)):
            given = {"Name": name, "GameProperties": [{"Key": "mode", "Value": mode}]} if name else {}
            await call.done("CreateGameSession", FleetId=fleet, MaximumPlayerSessionCount=2, **given)

        async def found(**asked: str) -> list[str | None]:
            answer = await call.done("SearchGameSessions", FleetId=fleet, **asked)
            return [one.get("Name") for one in answer["GameSessions"]]

        assert await found() == ["one", "ä\U0001f3b2 'two'", None]
        assert await found(FilterExpression="gameSessionProperties.mode='duel'") == ["one"]
        assert await found(FilterExpression="gameSessionName = 'ä\U0001f3b2 \\'two\\''") == ["ä\U0001f3b2 'two'"]
        assert await found(SortExpression="gameSessionProperties.mode DESC") == ["ä\U0001f3b2 'two'", "one", None]


@pytest.mark.parametrize("path", ["placements/%00", "placements/no", "matchmaking/tickets/%00/explanation"])
@pytest.mark.anyio
async def test_what_is_no_name_names_nothing(path: str, url: str, tmp_path: Path) -> None:
    """PostgreSQL takes no NUL."""
    async with calling(tmp_path, database=url) as call:
        assert (await call.client.get(f"/local/v1/{path}")).status_code == 404
        wanted = {"queue": "a\0b", "players": [], "name": ""}
        assert (await call.client.post("/local/v1/placements", json=wanted)).status_code == 400
