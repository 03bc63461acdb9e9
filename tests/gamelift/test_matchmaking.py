"""Matchmaking in a small house, over both databases: tickets, matches, and what a restart finds in every state."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from desk.house import Refused
from matchmaking.pool import Player
from tests.gamelift.clock import Clock
from tests.gamelift.databases import KINDS, postgresql
from tests.gamelift.matching import (
    DUEL,
    QUEUE,
    SKILLED,
    described,
    duelling,
    matchmaker,
    searched,
    started,
    statuses,
    ushered,
)
from tests.gamelift.small_house import Caller, calling, furnished

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", params=KINDS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The setting gamelift.database."""
    if request.param == "sqlite":
        yield ""
    else:
        with postgresql() as found:
            yield found


@pytest.fixture(scope="module", autouse=True)
async def refusing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Caller]:
    """An office with a matchmaker and somebody who waits. (It keeps one event loop, to which the searches belong.)"""
    async with calling(tmp_path_factory.mktemp("refusing")) as call:
        await duelling(call)
        await started(call, "ann")
        yield call


async def told(call: Caller, configuration: str = "duel") -> list[dict[str, Any]]:
    """The details of all events of a matchmaker, in order."""
    from sqlalchemy import select

    from desk.gamelift.state.tables import notices

    row = notices.c
    query = select(row.detail).where(row.resource == f"matchmakingconfiguration/{configuration}").order_by(row.serial)
    office = (await call.front.open()).office
    return await office.database.read(lambda connection: list(connection.execute(query).scalars()))


async def game(call: Caller, ticket: dict[str, Any]) -> dict[str, Any]:
    """The game session of a ticket."""
    arn = ticket["GameSessionConnectionInfo"]["GameSessionArn"]
    (found,) = (await call.done("DescribeGameSessions", GameSessionId=arn))["GameSessions"]
    assert isinstance(found, dict)
    return found


async def test_a_match_becomes_a_game_session_with_seats(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await furnished(call)
        properties = [{"Key": "mode", "Value": "duel"}]
        await matchmaker(call, "skilled", SKILLED, GameProperties=properties, GameSessionData="night")
        ann = {"PlayerId": "ann", "PlayerAttributes": {"skill": {"N": 12}, "maps": {"SL": ["ice", "ice", "dust"]}}}
        bob = {"PlayerId": "bob", "LatencyInMs": {"local": 20}}
        await call.done("StartMatchmaking", ConfigurationName="skilled", TicketId="A", Players=[ann])
        arn = "arn:aws:gamelift:local:000000000000:matchmakingconfiguration/skilled"
        await call.done("StartMatchmaking", ConfigurationName=arn, TicketId="B", Players=[bob])
        assert await statuses(call, "A", "B", "C") == ["SEARCHING", "SEARCHING"]
        await searched(call)
        one, other = await described(call, "A", "B")
        assert (one["Status"], one["ConfigurationArn"], other["Status"]) == ("COMPLETED", arn, "COMPLETED")
        assert {one["Players"][0]["Team"], other["Players"][0]["Team"]} == {"red", "blue"}
        assert one["Players"][0]["PlayerAttributes"] == {"skill": {"N": 12.0}, "maps": {"SL": ["ice", "dust"]}}
        (seat,) = one["GameSessionConnectionInfo"]["MatchedPlayerSessions"]
        assert seat["PlayerId"] == "ann"
        (kept,) = (await call.done("DescribePlayerSessions", PlayerSessionId=seat["PlayerSessionId"]))["PlayerSessions"]
        assert (kept["PlayerId"], kept["Status"]) == ("ann", "RESERVED")
        shown = await game(call, one)
        assert (shown["MaximumPlayerSessionCount"], shown["CurrentPlayerSessionCount"]) == (4, 2)
        assert (shown["GameProperties"], shown["GameSessionData"]) == (properties, "night")
        data = json.loads(shown["MatchmakerData"])
        assert data["matchmakingConfigurationArn"] == arn
        assert sorted(player["playerId"] for team in data["teams"] for player in team["players"]) == ["ann", "bob"]
        begun = list(call.house.games.values())[-1][0]
        assert begun.matchmaker_data == shown["MatchmakerData"]
        kinds = [event["type"] for event in await told(call, "skilled")]
        assert kinds == ["MatchmakingSearching"] * 2 + ["PotentialMatchCreated", "MatchmakingSucceeded"]


@pytest.mark.parametrize(("answer", "after"), [("ACCEPT", "COMPLETED"), ("REJECT", "CANCELLED")])
async def test_players_are_asked(tmp_path: Path, answer: str, after: str) -> None:
    async with calling(tmp_path) as call:
        await duelling(call, AcceptanceRequired=True, AcceptanceTimeoutSeconds=30)
        await started(call, "ann", "bob")
        await searched(call)
        assert await statuses(call, "ann", "bob") == ["REQUIRES_ACCEPTANCE"] * 2
        await call.done("AcceptMatch", TicketId="ann", PlayerIds=["ann"], AcceptanceType="ACCEPT")
        await call.done("AcceptMatch", TicketId="bob", PlayerIds=["bob"], AcceptanceType=answer)
        await ushered(call)
        assert await statuses(call, "bob", "ann") == [after, "COMPLETED" if answer == "ACCEPT" else "SEARCHING"]
        status, said = await call("AcceptMatch", TicketId="bob", PlayerIds=["bob"], AcceptanceType="ACCEPT")
        assert (status, said["__type"]) == (400, "InvalidRequestException")


async def test_who_does_not_answer_is_out(tmp_path: Path) -> None:
    clock = Clock()
    async with calling(tmp_path, clock) as call:
        await duelling(call, AcceptanceRequired=True, AcceptanceTimeoutSeconds=5)
        await started(call, "ann", "bob")
        await searched(call)
        await call.done("AcceptMatch", TicketId="ann", PlayerIds=["ann"], AcceptanceType="ACCEPT")
        clock.now += 5
        status, said = await call("AcceptMatch", TicketId="bob", PlayerIds=["bob"], AcceptanceType="ACCEPT")
        assert (status, "time to accept" in said["Message"]) == (400, True), "the clock counts, not who looks at it"
        await searched(call)
        silent, eager = await described(call, "bob", "ann")
        assert (silent["Status"], silent["StatusReason"]) == ("CANCELLED", "AcceptanceTimedOut")
        assert (silent["EndTime"], eager["Status"]) == (clock.now, "SEARCHING")
        clock.now += 55
        await searched(call)
        assert await statuses(call, "ann") == ["TIMED_OUT"]
        clock.now += 3_600
        await searched(call)
        assert await statuses(call, "ann", "bob") == []


async def test_time_passes_while_another_search_takes_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.gamelift.matchmaking.rounds.CLOCK_SECONDS", 0.01)
    clock = Clock()
    async with calling(tmp_path, clock) as call:
        await duelling(call, AcceptanceRequired=True, AcceptanceTimeoutSeconds=5)
        await started(call, "ann", "bob")
        await searched(call)
        await started(call, "cid")
        opened = await call.front.open()
        async with opened.office.lobby._searches.turns.turn("another"), anyio.create_task_group() as tasks:
            tasks.start_soon(opened.matching.run)
            clock.now += 5
            with anyio.fail_after(30):
                while await statuses(call, "ann", "bob") != ["CANCELLED"] * 2:
                    pass
            tasks.cancel_scope.cancel()


async def test_a_ticket_is_stopped(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await duelling(call)
        await started(call, "ann")
        assert await call.done("StopMatchmaking", TicketId="ann") == {}
        await started(call, "bob")
        await searched(call)
        assert await statuses(call, "ann", "bob") == ["CANCELLED", "SEARCHING"]
        assert [event["type"] for event in await told(call)][1] == "MatchmakingCancelled"
        for ticket, kind in (("ann", "InvalidRequestException"), ("nobody", "NotFoundException")):
            status, said = await call("StopMatchmaking", TicketId=ticket)
            assert (status, said["__type"]) == (400, kind)


async def test_a_player_waits_once(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await duelling(call)
        await started(call, "ann")
        again = [{"PlayerId": "ann"}, {"PlayerId": "bob"}]
        made = await call.done("StartMatchmaking", ConfigurationName="duel", Players=again)
        (before,) = await described(call, "ann")
        assert (before["Status"], "duplicate player" in before["StatusMessage"]) == ("CANCELLED", True)
        await searched(call)
        assert await statuses(call, made["MatchmakingTicket"]["TicketId"]) == ["COMPLETED"]


async def test_a_match_that_is_off_while_it_waits_for_room_leaves_its_queue(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        ids = await furnished(call)
        await call.done("UpdateFleetCapacity", FleetId=ids["FleetId"], DesiredInstances=0)
        await matchmaker(call, "duel", {**SKILLED, "rules": [], "expansions": []})
        await started(call, "ann", "bob")
        opened = await call.front.open()
        await opened.matching.rounds.round()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(opened.matching.usher.look)
            await anyio.wait_all_tasks_blocked()
            assert await statuses(call, "ann", "bob") == ["PLACING", "PLACING"]
            await call.done("StopMatchmaking", TicketId="ann")
            await opened.matching.usher.look()  # It calls off what the other waits for.
        assert await statuses(call, "ann", "bob") == ["CANCELLED", "SEARCHING"]
        potential = (await told(call))[2]
        placement = await call.done("DescribeGameSessionPlacement", PlacementId=f"{potential['matchId']}-1")
        assert placement["GameSessionPlacement"]["Status"] == "CANCELLED"


async def test_standing_alone_the_match_is_told_and_no_more(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await furnished(call)
        await matchmaker(call, "duel", SKILLED, GameSessionQueueArns=[], FlexMatchMode="STANDALONE")
        await started(call, "ann", "bob")
        await searched(call)
        for ticket in await described(call, "ann", "bob"):
            assert (ticket["Status"], "GameSessionConnectionInfo" in ticket) == ("COMPLETED", False)
        succeeded = (await told(call))[-1]
        assert (succeeded["type"], len(succeeded["gameSessionInfo"]["players"])) == ("MatchmakingSucceeded", 2)
        assert {player["team"] for player in succeeded["gameSessionInfo"]["players"]} == {"red", "blue"}


async def asking_for_more(call: Caller) -> dict[str, Any]:
    """Let ann and bob play, their game session ask for players (ticket "more"), and cid wait; give the game session."""
    await furnished(call)
    await matchmaker(call, "open", SKILLED)
    await started(call, "ann", "bob", name="open")
    await searched(call)
    (ann, bob) = await described(call, "ann", "bob")
    shown = await game(call, ann)
    here = [{"PlayerId": one["Players"][0]["PlayerId"], "Team": one["Players"][0]["Team"]} for one in (ann, bob)]
    asked = {"ConfigurationName": "open", "GameSessionArn": shown["GameSessionId"], "Players": here}
    await call.done("StartMatchBackfill", TicketId="more", **asked)
    await started(call, "cid", name="open")
    return shown


async def test_a_game_session_asks_for_more_players(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        shown = await asking_for_more(call)
        await searched(call)
        more, cid = await described(call, "more", "cid")
        assert (more["Status"], cid["Status"]) == ("COMPLETED", "COMPLETED")
        assert cid["GameSessionConnectionInfo"]["GameSessionArn"] == shown["GameSessionId"]
        assert [one["PlayerId"] for one in cid["GameSessionConnectionInfo"]["MatchedPlayerSessions"]] == ["cid"]
        now = await game(call, cid)
        players = [one["playerId"] for team in json.loads(now["MatchmakerData"])["teams"] for one in team["players"]]
        assert (sorted(players), now["CurrentPlayerSessionCount"]) == (["ann", "bob", "cid"], 3)
        assert list(call.house.games.values())[-1][0].matchmaker_data == now["MatchmakerData"]


async def test_where_the_game_session_has_ended_the_others_search_again(tmp_path: Path) -> None:
    async def ended() -> None:
        raise Refused("the game session has ended")

    async with calling(tmp_path) as call:
        await asking_for_more(call)
        call.house.before_update = ended
        await searched(call)
        assert await statuses(call, "more", "cid") == ["CANCELLED", "SEARCHING"]


@pytest.mark.parametrize("when", ["before_seat", "before_update"])
async def test_a_backfill_that_is_called_off_leaves_the_data_as_they_were(tmp_path: Path, when: str) -> None:
    async with calling(tmp_path) as call:
        before = (await asking_for_more(call))["MatchmakerData"]

        async def called_off() -> None:
            setattr(call.house, when, anyio.lowlevel.checkpoint)
            await call.done("StopMatchmaking", TicketId="cid")

        setattr(call.house, when, called_off)
        await searched(call)
        more, cid = await described(call, "more", "cid")
        assert (more["Status"], cid["Status"]) == ("SEARCHING", "CANCELLED")
        (ann,) = await described(call, "ann")
        assert (await game(call, ann))["MatchmakerData"] == before
        assert list(call.house.games.values())[-1][0].matchmaker_data == before


async def test_free_seats_are_filled_by_themselves(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await furnished(call)
        await matchmaker(call, "open", SKILLED, BackfillMode="AUTOMATIC")
        await started(call, "ann", "bob", name="open")
        await searched(call)
        await started(call, "cid", "dan", name="open")
        await searched(call)
        ann, cid, dan = await described(call, "ann", "cid", "dan")
        places = {one["GameSessionConnectionInfo"]["GameSessionArn"] for one in (ann, cid, dan)}
        assert len(places) == 1, "both free seats were filled"
        (seat,) = cid["GameSessionConnectionInfo"]["MatchedPlayerSessions"]
        call.front.player_session_moved(seat["PlayerSessionId"], "COMPLETED")
        list(call.house.games.values())[-1][1].remove("cid")
        watch = (await call.front.open()).matching.watch
        await watch.look()
        await started(call, "eve", name="open")
        await searched(call)
        (eve,) = await described(call, "eve")
        assert eve["GameSessionConnectionInfo"]["GameSessionArn"] in places
        call.front.player_session_moved(
            eve["GameSessionConnectionInfo"]["MatchedPlayerSessions"][0]["PlayerSessionId"], "TIMEDOUT"
        )
        await watch.look()
        call.front.game_session_over(list(call.house.games)[-1])
        await watch.look()
        assert not (await call.front.open()).matching.active(), "nobody asks for a game that is over"


async def test_who_leaves_while_another_leave_is_being_written_is_missed_too(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await furnished(call)
        await matchmaker(call, "open", SKILLED, BackfillMode="AUTOMATIC")
        await started(call, "ann", "bob", name="open")
        await searched(call)
        seats = [
            one["GameSessionConnectionInfo"]["MatchedPlayerSessions"] for one in await described(call, "ann", "bob")
        ]
        ann, bob = (seat["PlayerSessionId"] for (seat,) in seats)
        opened = await call.front.open()
        written = threading.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(opened.office.database.write, lambda _connection: written.wait())
            await anyio.wait_all_tasks_blocked()
            call.front.player_session_moved(ann, "COMPLETED")
            tasks.start_soon(opened.matching.watch.look)
            await anyio.wait_all_tasks_blocked()
            call.front.player_session_moved(bob, "COMPLETED")
            written.set()
        await opened.matching.watch.look()
        assert not opened.matching.active(), "nobody plays there any more"


async def test_a_restart_loses_no_ticket_and_matches_none_twice(url: str, tmp_path: Path) -> None:
    clock = Clock()
    async with calling(tmp_path, clock, database=url, max_fleets=1_000) as call:
        await duelling(call, AcceptanceRequired=True, AcceptanceTimeoutSeconds=30)
        await matchmaker(call, "open", SKILLED, BackfillMode="AUTOMATIC")
        await started(call, "ended")
        await call.done("StopMatchmaking", TicketId="ended")
        await started(call, "ann", "bob", name="open", PlayerAttributes={"skill": {"N": 3}})
        await searched(call)  # They play, and two seats are free.
        await started(call, "cid", "dan")
        await searched(call)  # They are asked.
        await call.done("AcceptMatch", TicketId="cid", PlayerIds=["cid"], AcceptanceType="ACCEPT")
        await started(call, "eve", "fay", name="open", PlayerAttributes={"skill": {"N": 300}})
        await started(call, "gus", PlayerAttributes={"x": {"SDM": {"ä": 1.5}}}, LatencyInMs={"local": 7})
        before = await described(call, "ended", "ann", "cid", "eve", "gus")
    async with calling(tmp_path, clock, database=url) as call:
        assert await described(call, "ended", "ann", "cid", "eve", "gus") == before
        opened = await call.front.open()
        assert {one.id for one in opened.matching.active()} == {"cid", "dan", "eve", "fay", "gus"}, (
            "nobody fills a ruin"
        )
        await call.done("AcceptMatch", TicketId="dan", PlayerIds=["dan"], AcceptanceType="ACCEPT")
        await opened.matching.rounds.round()
        assert await statuses(call, "cid", "dan", "eve", "fay") == ["PLACING"] * 4
    async with calling(tmp_path, clock, database=url) as call:
        await ushered(call)
        cid, dan, eve, fay, gus = await described(call, "cid", "dan", "eve", "fay", "gus")
        assert [one["Status"] for one in (cid, dan, eve, fay, gus)] == ["COMPLETED"] * 4 + ["SEARCHING"]
        where = [one["GameSessionConnectionInfo"]["GameSessionArn"] for one in (cid, dan, eve, fay)]
        assert where[0] == where[1] != where[2] == where[3]
        assert (await game(call, cid))["Status"] == "ACTIVE"
        assert len(call.house.games) == 2


async def test_a_match_that_was_placed_before_a_crash_is_placed_again(tmp_path: Path) -> None:
    """The placement was written as fulfilled, the tickets were not yet: nobody was told of a game that is over now."""
    async with calling(tmp_path) as call:
        await duelling(call)
        await started(call, "ann", "bob")
        opened = await call.front.open()
        await opened.matching.rounds.round()
        (match,) = opened.office.lobby.deeds()
        usher = opened.matching.usher
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(opened.placer.run)
            made = opened.office.lobby.configured["duel"]
            found = await usher._placed(match, made)  # type: ignore[arg-type]  # it is a Place
            tasks.cancel_scope.cancel()
        assert found is not None
        assert found.status == "FULFILLED"
        assert await statuses(call, "ann", "bob") == ["PLACING", "PLACING"]
    async with calling(tmp_path) as call:
        await ushered(call)
        (ann,) = await described(call, "ann")
        assert ann["Status"] == "COMPLETED"
        assert ann["GameSessionConnectionInfo"]["GameSessionArn"] != found.game_session
        assert (await game(call, ann))["Status"] == "ACTIVE"


async def test_a_match_that_was_called_off_before_a_crash_is_not_placed_after_it(url: str, tmp_path: Path) -> None:
    """Its placement waited, and who was to stop it was killed."""
    async with calling(tmp_path, database=url, max_fleets=1_000) as call:
        ids = await furnished(call, "crowded")
        await call.done("UpdateFleetCapacity", FleetId=ids["FleetId"], DesiredInstances=0)
        arn = QUEUE.replace("/queue", "/crowded")
        await matchmaker(call, "off", {**SKILLED, "rules": [], "expansions": []}, GameSessionQueueArns=[arn])
        await started(call, "olga", "pete", name="off")
        opened = await call.front.open()
        await opened.matching.rounds.round()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(opened.matching.usher.look)
            await anyio.wait_all_tasks_blocked()
            potential = next(one for one in await told(call, "off") if one["type"] == "PotentialMatchCreated")
            await call.done("StopMatchmaking", TicketId="olga")
            tasks.cancel_scope.cancel()
    placement = f"{potential['matchId']}-1"
    async with calling(tmp_path, database=url) as call:
        assert await statuses(call, "olga", "pete") == ["CANCELLED", "SEARCHING"]
        assert (await call.looked(placement))["Status"] == "CANCELLED"
        assert not call.house.games
        await call.done("StopMatchmaking", TicketId="pete")


async def test_a_matchmaker_goes_with_its_tickets_or_not_at_all(tmp_path: Path) -> None:
    from sqlalchemy import Connection, func, select, text

    from desk.gamelift.state.tables import matchmaking_configurations, matchmaking_tickets

    def left(connection: Connection) -> list[int]:
        tables = matchmaking_configurations, matchmaking_tickets
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]

    async with calling(tmp_path) as call:
        await duelling(call)
        await started(call, "ann")
        await call.done("StopMatchmaking", TicketId="ann")
        database = (await call.front.open()).office.database
        stop = "CREATE TRIGGER stop BEFORE DELETE ON matchmaking_tickets BEGIN SELECT RAISE(ABORT, 'full'); END"
        await database.write(lambda connection: connection.execute(text(stop)))
        status, _ = await call("DeleteMatchmakingConfiguration", Name="duel")
        assert (status, await database.read(left)) == (500, [1, 1])
        await database.write(lambda connection: connection.execute(text("DROP TRIGGER stop")))
        await call.done("DeleteMatchmakingConfiguration", Name="duel")
        assert await database.read(left) == [0, 0]


async def test_the_api_answers_while_matches_are_searched_for(tmp_path: Path) -> None:
    """In what order things end, and not how long they take: the search computes for a second or more."""
    hopeless = {
        **SKILLED,
        "teams": [{"name": name, "minPlayers": 2, "maxPlayers": 2} for name in ("red", "blue")],
        "rules": [{**SKILLED["rules"][0], "maxDistance": 0}],
        "expansions": [],
    }
    async with calling(tmp_path) as call:
        await furnished(call)
        await matchmaker(call, "duel", hopeless)
        lobby = (await call.front.open()).office.lobby
        players = [Player(f"p{number}", {"skill": number**1.5}) for number in range(150)]
        for player in players:
            lobby.matchmakers.start("duel", player.player_id, [player], lobby.clock())
        ended = []

        async def search() -> None:
            await lobby.search("duel")
            ended.append("search")

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(search)
            await started(call, "ann")
            await described(call, "ann")
            await call.done("ListFleets")
            ended.append("calls")
        assert ended == ["calls", "search"]
        explained = await (await call.front.open()).matching.explain("p7")
        assert [refusal.rule for refusal in explained.refusals] == []
        assert explained.nearest is not None
        assert [missed.rule for missed in explained.nearest.missed] == ["fair"]


@pytest.mark.parametrize(
    ("operation", "asked", "said"),
    [
        ("CreateMatchmakingRuleSet", {"Name": "", "RuleSetBody": "{}"}, "Name is to have"),
        ("CreateMatchmakingRuleSet", {"Name": "x", "RuleSetBody": "{}"}, "ruleLanguageVersion: it is missing"),
        ("CreateMatchmakingRuleSet", {"Name": "duel", "RuleSetBody": json.dumps(DUEL)}, "cannot be changed"),
        ("DeleteMatchmakingRuleSet", {"Name": "duel"}, "is used by"),
        ("DeleteMatchmakingConfiguration", {"Name": "duel"}, "1 active tickets"),
        ("ValidateMatchmakingRuleSet", {"RuleSetBody": "no"}, "no valid rule set"),
        ("UpdateMatchmakingConfiguration", {"Name": "duel", "AcceptanceRequired": True}, "AcceptanceTimeoutSeconds"),
        ("UpdateMatchmakingConfiguration", {"Name": "duel", "AdditionalPlayerCount": 2}, "no seat for players"),
        ("UpdateMatchmakingConfiguration", {"Name": "duel", "GameSessionQueueArns": []}, "is required"),
        ("UpdateMatchmakingConfiguration", {"Name": "duel", "FlexMatchMode": "STANDALONE"}, "is to be left out"),
        ("UpdateMatchmakingConfiguration", {"Name": "duel", "GameSessionQueueArns": [QUEUE] * 101}, "at most 100"),
        ("DescribeMatchmakingConfigurations", {"Names": ["x"] * 300_000}, "at most 100"),
        ("DescribeMatchmaking", {"TicketIds": ["x"] * 11}, "at most 10"),
        (
            "StartMatchmaking",
            {"ConfigurationName": "duel", "TicketId": "ann", "Players": [{"PlayerId": "a"}]},
            "already",
        ),
        ("StartMatchmaking", {"ConfigurationName": "duel", "Players": [{}]}, "is to have a PlayerId"),
        (
            "StartMatchmaking",
            {"ConfigurationName": "duel", "Players": [{"PlayerId": "a", "PlayerAttributes": {"x": {}}}]},
            "exactly one of",
        ),
        (
            "StartMatchBackfill",
            {"ConfigurationName": "duel", "Players": [{"PlayerId": "a", "Team": "all"}]},
            "GameSessionArn",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused(
    refusing: Caller, operation: str, asked: dict[str, Any], said: str
) -> None:
    status, answer = await refusing(operation, **asked)
    assert (status, answer["__type"]) == (400, "InvalidRequestException")
    assert said in answer["Message"]


CASES = json.loads((Path(__file__).parents[1] / "matchmaking" / "flexmatch-cases.json").read_text())
API_CASES = [case for case in CASES if case["kind"] == "api"]


@pytest.mark.parametrize("case", API_CASES, ids=lambda case: case["name"])
async def test_the_cases_about_the_api(refusing: Caller, case: dict[str, Any]) -> None:
    if case["operation"] == "StartMatchmaking" and not await matchmakers(refusing, "c"):
        await matchmaker(refusing, "c", DUEL)
    status, answer = await refusing(case["operation"], **case["request"])
    assert (status, answer["__type"]) == (400, case["expected"]["error"])


async def matchmakers(call: Caller, name: str) -> list[dict[str, Any]]:
    """The matchmaker of a name, if there is one."""
    found: list[dict[str, Any]] = (await call.done("DescribeMatchmakingConfigurations", Names=[name]))["Configurations"]
    return found


async def test_matchmakers_are_shown_changed_and_deleted(refusing: Caller) -> None:
    await matchmaker(refusing, "brief", DUEL, CustomEventData="x", Tags=[{"Key": "k", "Value": "v"}])
    (shown,) = await matchmakers(refusing, "brief")
    arn = "arn:aws:gamelift:local:000000000000:matchmakingconfiguration/brief"
    assert (shown["ConfigurationArn"], shown["RuleSetArn"][-6:]) == (arn, "/brief")
    assert (shown["BackfillMode"], shown["FlexMatchMode"]) == ("MANUAL", "WITH_QUEUE")
    tags = await refusing.done("ListTagsForResource", ResourceARN=arn)
    assert tags["Tags"] == [{"Key": "k", "Value": "v"}]
    await refusing.done("UpdateMatchmakingConfiguration", Name=arn, RequestTimeoutSeconds=9, RuleSetName="duel")
    by_rules = await refusing.done("DescribeMatchmakingConfigurations", RuleSetName="duel")
    assert ["brief", 9] in [[one["Name"], one["RequestTimeoutSeconds"]] for one in by_rules["Configurations"]]
    await refusing.done("DeleteMatchmakingRuleSet", Name="brief")
    await started(refusing, "zoe", name="brief")
    await refusing.done("StopMatchmaking", TicketId="zoe")
    await refusing.done("DeleteMatchmakingConfiguration", Name="brief")
    assert await matchmakers(refusing, "brief") == []
    assert await statuses(refusing, "zoe") == []
    status, answer = await refusing("StartMatchmaking", ConfigurationName="brief", Players=[{"PlayerId": "a"}])
    assert (status, answer["__type"]) == (400, "NotFoundException")


async def test_what_cannot_be_written_is_written_later(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await duelling(call)
        database = (await call.front.open()).office.database
        rename = "ALTER TABLE {} RENAME TO {}".format
        await database.write(lambda one: one.exec_driver_sql(rename("matchmaking_tickets", "gone")))
        asked = {"ConfigurationName": "duel", "TicketId": "ann", "Players": [{"PlayerId": "ann"}]}
        status, answer = await call("StartMatchmaking", **asked)
        assert (status, answer["__type"]) == (500, "InternalServiceException")
        await database.write(lambda one: one.exec_driver_sql(rename("gone", "matchmaking_tickets")))
        assert (await statuses(call, "ann"), await told(call)) == ([], []), "nobody was told of what is not kept"
        await started(call, "bob")
        assert await statuses(call, "ann", "bob") == ["SEARCHING", "SEARCHING"]
        assert [event["type"] for event in await told(call)] == ["MatchmakingSearching"] * 2
