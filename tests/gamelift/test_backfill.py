"""Backfill in a small house: game sessions that run ask for players, or are filled by themselves."""

import json
import threading
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from desk.house import Refused
from tests.gamelift.matching import SKILLED, described, game, matchmaker, searched, started, statuses
from tests.gamelift.small_house import Caller, calling, furnished

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("one_loop")]


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
