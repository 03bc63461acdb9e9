"""Matchmaking in a small house: what becomes of tickets, from the first search to a game session with seats."""

import json
from pathlib import Path

import anyio
import pytest

from matchmaking.pool import Player
from tests.gamelift.clock import Clock
from tests.gamelift.matching import (
    SKILLED,
    described,
    duelling,
    game,
    matchmaker,
    searched,
    started,
    statuses,
    told,
    ushered,
)
from tests.gamelift.small_house import calling, furnished

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("one_loop")]


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
