"""One process searches for all matchmakers: whose turn it is, and what is taken in one turn of the event loop."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import anyio
import pytest
from anyio.to_process import _process_pool_workers

from desk.gamelift.errors import OfficeTrouble
from desk.gamelift.matchmaking.searching import SearchFailed
from desk.gamelift.matchmaking.turns import Turns
from desk.house import Refused
from desk.ticket_view import UnknownTicket
from matchmaking.pool import Player
from matchmaking.tickets.book import ENDED_REMEMBERED
from matchmaking.tickets.effects import Effects
from matchmaking.tickets.matchmakers import Matchmakers
from tests.gamelift.clock import Clock
from tests.gamelift.matching import DUEL, duelling, matchmaker, searched, started, statuses, ushered
from tests.gamelift.small_house import Caller, calling

pytestmark = pytest.mark.anyio


async def test_what_is_short_goes_first_and_what_is_long_is_not_put_off_for_ever() -> None:
    clock, order = Clock(), list[str]()
    turns = Turns(lambda: clock.now)

    async def take(name: str, seconds: float) -> None:
        async with turns.turn(name):
            order.append(name)
            clock.now += seconds

    await take("long", 10)
    await take("short", 1)
    async with anyio.create_task_group() as tasks:
        async with turns.turn("holder"):
            for name, seconds in (("long", 10), ("short", 1), ("new", 0)):
                tasks.start_soon(take, name, seconds)
                await anyio.wait_all_tasks_blocked()
            clock.now += 10
            tasks.start_soon(take, "short", 1)
            await anyio.wait_all_tasks_blocked()
    assert order == ["long", "short", "new", "short", "long", "short"]


async def test_who_does_not_wait_any_more_has_no_turn() -> None:
    turns, order = Turns(), list[str]()

    async def take(name: str) -> None:
        async with turns.turn(name):
            order.append(name)
            await anyio.sleep_forever()

    async def take_briefly(name: str) -> None:
        async with turns.turn(name):
            order.append(name)

    async with anyio.create_task_group() as tasks:
        async with turns.turn("holder"), anyio.create_task_group() as impatient:
            impatient.start_soon(take, "impatient")
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(take_briefly, "patient")
            await anyio.wait_all_tasks_blocked()
            impatient.cancel_scope.cancel()
    assert order == ["patient"]
    async with anyio.create_task_group() as tasks:
        async with anyio.create_task_group() as interrupted:
            interrupted.start_soon(take, "interrupted")
            await anyio.wait_all_tasks_blocked()
            tasks.start_soon(take_briefly, "next")
            await anyio.wait_all_tasks_blocked()
            interrupted.cancel_scope.cancel()
    assert order == ["patient", "interrupted", "next"]


async def test_a_large_matchmaker_does_not_hold_up_a_small_one(tmp_path: Path) -> None:
    async with calling(tmp_path, search_seconds=0.05) as call:
        await duelling(call)
        await matchmaker(call, "small", DUEL)
        opened = await call.front.open()
        opened.matching.rounds._busy.add("duel")  # As while its search takes long.
        await started(call, "ann", "bob")
        await started(call, "cid", "dan", name="small")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(opened.matching.run)
            tasks.start_soon(opened.placer.run)
            await until(call, "cid", "COMPLETED")
            assert await statuses(call, "ann", "bob") == ["SEARCHING"] * 2
            opened.matching.rounds._busy.remove("duel")
            await until(call, "ann", "COMPLETED")
            tasks.cancel_scope.cancel()


async def until(call: Caller, ticket: str, status: str) -> None:
    """Wait until a ticket has a status."""
    with anyio.fail_after(60):
        while await statuses(call, ticket) != [status]:
            pass


async def test_who_is_killed_between_two_portions_loses_nobody_and_matches_nobody_twice(tmp_path: Path) -> None:
    """Of three matches, each a portion, one is written. (The database refuses the next; nobody else writes it.)"""
    stop = """
        CREATE TRIGGER stop BEFORE INSERT ON matchmaking_tickets
        WHEN (SELECT count(*) FROM matchmaking_tickets WHERE json_extract(kept, '$.status') = 'PLACING') = 2
        BEGIN SELECT RAISE(ABORT, 'killed'); END
    """
    names = ["ann", "bob", "cid", "dan", "eve", "fay"]
    async with calling(tmp_path, players_at_once=1) as call:
        await duelling(call)
        await started(call, *names)
        lobby = (await call.front.open()).office.lobby
        with closing(sqlite3.connect(tmp_path / "gamelift" / "gamelift.sqlite")) as database:
            database.execute(stop)
        with pytest.raises(OfficeTrouble):
            await lobby.search("duel")
        assert sorted(await statuses(call, *names)) == ["PLACING"] * 2 + ["SEARCHING"] * 4
    with closing(sqlite3.connect(tmp_path / "gamelift" / "gamelift.sqlite")) as database:
        database.execute("DROP TRIGGER stop")
    async with calling(tmp_path) as call:
        await ushered(call)
        await searched(call)
        assert await statuses(call, *names) == ["COMPLETED"] * 6
        assert sorted(len(players) for _, players in call.house.games.values()) == [2, 2, 2]
        assert sorted(one for _, players in call.house.games.values() for one in players) == names


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_process_that_ends_or_hangs_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    async with calling(tmp_path) as call:
        await duelling(call)
        await started(call, "ann")
        lobby = (await call.front.open()).office.lobby
        await lobby.search("duel")
        (process,) = _process_pool_workers.get()
        await started(call, "bob")  # Who has to be sent.
        os.kill(process.pid, number)
        with monkeypatch.context() as impatient, anyio.fail_after(60):
            impatient.setattr("desk.gamelift.matchmaking.searching.SEARCH_SECONDS", 0.2)
            with pytest.raises(SearchFailed):
                await lobby.search("duel")
        await searched(call)
        assert await statuses(call, "ann", "bob") == ["COMPLETED"] * 2


async def test_time_passes_in_portions_until_nothing_is_due(tmp_path: Path) -> None:
    clock = Clock()
    async with calling(tmp_path, clock, players_at_once=1) as call:
        await duelling(call)
        await started(call, "ann", "bob", "cid")
        clock.now += 60
        await (await call.front.open()).matching.rounds.tick()
        assert await statuses(call, "ann", "bob", "cid") == ["TIMED_OUT"] * 3


async def test_why_a_ticket_ended_is_told_while_it_is_kept(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        await duelling(call)
        opened = await call.front.open()

        def many(all_of_them: Matchmakers, now: float) -> Effects:
            effects: Effects = []
            for number in range(ENDED_REMEMBERED + 1):
                effects += all_of_them.start("duel", f"T{number}", [Player("ann")], now)
            return effects

        await opened.office.lobby.change(many)
        with pytest.raises(Refused, match=r"the ticket T0 is CANCELLED.*duplicate player: ann"):
            await opened.matching.explain("T0")
        with pytest.raises(UnknownTicket):
            await opened.matching.explain("T")


async def test_of_more_matches_than_may_ask_for_a_place_the_others_are_next(tmp_path: Path) -> None:
    """None goes back to the pool for want of room among those that wait to be placed."""
    async with calling(tmp_path, max_pending_placements=1) as call:
        await duelling(call)
        await started(call, "ann", "bob", "cid", "dan", "eve", "fay")
        await searched(call)
        assert await statuses(call, "ann", "cid", "eve") == ["COMPLETED"] * 3
