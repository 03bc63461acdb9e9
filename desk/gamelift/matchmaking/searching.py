"""Searching: in a process of its own, since a search computes for as long as it takes and Python computes one thing.

In a thread it would share the interpreter with all that the desk answers: docs/explanation/house.md has the measures.
"""

import pickle
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import anyio.lowlevel
from anyio import to_process

from desk.gamelift.matchmaking.pools import Found, FoundMatch, Pool, change, explain_ticket, search
from desk.gamelift.matchmaking.turns import Turns
from matchmaking.pool import Matches, Player, PotentialMatch, Tally, Ticket
from matchmaking.tickets.ticket import MatchmakingTicket

if TYPE_CHECKING:
    from matchmaking.insight.explaining import Explanation

T = TypeVar("T")
#: Tickets that wait for a match.
Waiting = Sequence[MatchmakingTicket]

#: A search that takes longer has its process ended, and finds nothing.
SEARCH_SECONDS = 120.0


class SearchFailed(Exception):
    """A search came to nothing, as its process has ended or took too long. The next one begins anew."""


@dataclass(slots=True)
class _Sent:
    """What the process knows of a pool."""

    serial: int = 0
    tickets: Mapping[str, Ticket] = field(default_factory=dict)


class Searches:
    """Has pools searched, one at a time. ``at_once`` tickets are sent in one turn of the event loop."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self.turns = Turns()
        self._sent: dict[str, _Sent] = {}
        self._serial = 0

    async def search(self, pool: Pool, waiting: Waiting, now: float) -> Iterator[Matches]:
        """Search among these tickets; what was found comes in pieces, as they are asked for. Raises `SearchFailed`."""
        here = await self._as_searched(pool.name, waiting)
        found = await self._asked(search, pool, here, now, random.getrandbits(64), self._at_once)
        return (_piece(pickle.loads(each), here) for each in found)

    async def explain(self, pool: Pool, waiting: Waiting, ticket_id: str, now: float) -> "Explanation":
        """Say why one of these tickets waits. Raises `SearchFailed`."""
        here = await self._as_searched(pool.name, waiting)
        return await self._asked(explain_ticket, pool, here, ticket_id, now, random.getrandbits(64))

    async def _as_searched(self, name: str, waiting: Waiting) -> dict[str, Ticket]:
        """The tickets as a search has them, by their ids; those that it has already are not made anew."""
        known = self._sent[name].tickets if name in self._sent else {}
        here: dict[str, Ticket] = {}
        for some in _cut(waiting, self._at_once):
            here.update((ticket.id, _as_searched(ticket, known.get(ticket.id))) for ticket in some)
            await anyio.lowlevel.checkpoint()
        return here

    def forget(self, name: str) -> None:
        """There is no such pool any more."""
        self._sent.pop(name, None)
        self.turns.forget(name)

    async def _asked(self, act: Callable[..., T | None], pool: Pool, here: Mapping[str, Ticket], *asked: Any) -> T:
        """Have something done with a pool in which these tickets are."""
        async with self.turns.turn(pool.name):
            try:
                with anyio.fail_after(SEARCH_SECONDS):
                    serial = await self._brought_up_to_date(pool.name, here)
                    found = await to_process.run_sync(act, replace(pool, serial=serial), *asked, cancellable=True)
            except (TimeoutError, anyio.BrokenWorkerProcess) as error:
                self._sent.clear()
                why = "it took too long" if isinstance(error, TimeoutError) else f"its process has ended ({error})"
                raise SearchFailed(f"the search of {pool.name} has failed: {why}") from error
            except anyio.get_cancelled_exc_class():
                self._sent.clear()  # With whoever asked the process has ended.
                raise
            if found is None:
                raise self._astray(pool.name)
        return found

    async def _brought_up_to_date(self, name: str, here: Mapping[str, Ticket]) -> int:
        """Send what has come and gone since the last time; give the serial of the pool's state."""
        sent = self._sent.pop(name, None) or _Sent()
        gone = tuple(ticket_id for ticket_id in sent.tickets if ticket_id not in here)
        come = [ticket for ticket_id, ticket in here.items() if sent.tickets.get(ticket_id) is not ticket]
        for piece in _cut(come, self._at_once) if come else ((),) if gone or not sent.serial else ():
            self._serial += 1
            serials = sent.serial, self._serial
            if not await to_process.run_sync(change, name, serials, gone, tuple(piece), cancellable=True):
                raise self._astray(name)
            sent.serial, gone = self._serial, ()
        sent.tickets = here
        self._sent[name] = sent
        return sent.serial

    def _astray(self, name: str) -> SearchFailed:
        """Another process has taken the place of the one that knew the pools."""
        self._sent.clear()
        return SearchFailed(f"the search of {name} has failed: its process was replaced")


def _as_searched(ticket: MatchmakingTicket, before: Ticket | None) -> Ticket:
    if before is not None and before.players is ticket.players:
        return before
    return Ticket(ticket.id, ticket.players, ticket.started, ticket.vacancy is not None)


def _piece(found: Found, here: Mapping[str, Ticket]) -> Matches:
    matches, tallies = found
    known = {ticket_id: tuple(Tally(*one) for one in counts) for ticket_id, counts in tallies}
    return Matches(tuple(_match(one, here) for one in matches), known)


def _match(found: FoundMatch, here: Mapping[str, Ticket]) -> PotentialMatch:
    """A match by its ids; of its players no more than these is needed."""
    tickets, teams, tallies = found
    players = {name: tuple(Player(player) for player in ids) for name, ids in teams.items()}
    return PotentialMatch(tuple(here[one] for one in tickets), players, (), tuple(Tally(*one) for one in tallies))


def _cut(given: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (given[start : start + size] for start in range(0, len(given), size))
