"""The lobby: where tickets wait. All matchmakers of this server, on the event loop, with what they come to.

A matchmaker computes at once and waits for nothing, so that requests need no locks. What comes of a request is in the
ledger before it is answered; what is to be done then, a match to be placed, waits here for the usher.
"""

import random
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import anyio
import anyio.lowlevel
from sqlalchemy import Connection

from desk.gamelift.errors import GameLiftError, invalid, not_found
from desk.gamelift.matchmaking.ledger import Deed, Ledger
from desk.gamelift.matchmaking.matchmaker import Configured
from desk.gamelift.matchmaking.pools import Pool
from desk.gamelift.matchmaking.searching import Searches
from desk.gamelift.state.database import Database
from matchmaking.tickets.configuration import BackfillMode
from matchmaking.tickets.effects import Effects
from matchmaking.tickets.events import MatchmakingEvent
from matchmaking.tickets.life import Status
from matchmaking.tickets.matchmakers import Matchmakers
from matchmaking.tickets.requests import InvalidTicketRequest, TicketNotFound, TooManyTickets
from matchmaking.tickets.ticket import MatchId, MatchmakingTicket

if TYPE_CHECKING:
    from matchmaking.insight.explaining import Explanation


class Lobby:
    """``clock`` gives Unix seconds; ``tickets`` are those that were kept before a restart.

    What comes of a search, and of time, is taken in portions of about ``at_once`` players or tickets, and each portion
    is written before the next is taken: in between others have their turn.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float],
        at_once: int,
        configured: Iterable[Configured] = (),
        tickets: Iterable[MatchmakingTicket] = (),
    ) -> None:
        #: Held while a configuration is written and let count.
        self.configuring = anyio.Lock()
        self.clock = clock
        self.matchmakers = Matchmakers(random.Random(), tickets)
        self.configured: dict[str, Configured] = {}
        self._ledger = Ledger(database, self._to_do, self._target, clock)
        self._searches = Searches(at_once)
        self._at_once = at_once
        self._deeds: list[Deed] = []
        self._something_to_do = anyio.Event()
        self._somebody_waits = anyio.Event()
        for one in configured:
            self.configure(one)

    # Matchmakers.

    def configure(self, made: Configured) -> None:
        """Begin a matchmaker, or change one."""
        self.configured[made.configuration.name] = made
        self.matchmakers.configure(made.configuration, made.rule_set)
        self._wake()

    def remove(self, name: str) -> Configured:
        """End a matchmaker, and give it. Raises `GameLiftError` while it has active tickets."""
        try:
            self._ledger.add(self.matchmakers.remove(name))
        except InvalidTicketRequest as error:
            raise invalid(str(error)) from None
        self._searches.forget(name)
        return self.configured.pop(name)

    def being_filled(self) -> list[str]:
        """Give the ARNs of the game sessions of ours for which somebody asks for players, or may not any more."""
        alone = {name for name, made in self.configured.items() if made.stands_alone}
        tickets = [ticket for ticket in self.matchmakers.backfills() if ticket.configuration not in alone]
        return [ticket.vacancy.game_session_arn for ticket in tickets if ticket.vacancy]

    def begin(self, game_sessions_that_ended: Iterable[str]) -> None:
        """Go on after a restart: nobody fills up what is over, and what was being placed is placed."""
        now = self.clock()
        for arn in game_sessions_that_ended:
            self._ledger.add(self.matchmakers.game_session_ended(arn, now))
        self._ledger.add(self.matchmakers.resume(now))
        self._wake()

    # Tickets.

    async def change(self, act: Callable[[Matchmakers, float], Effects]) -> Effects:
        """Do something to tickets; when this returns it is kept. Raises `GameLiftError` or `OfficeTrouble`."""
        try:
            effects = act(self.matchmakers, self.clock())
        except InvalidTicketRequest as error:
            raise invalid(str(error)) from None
        except TicketNotFound as error:
            raise not_found(str(error)) from None
        except TooManyTickets as error:  # StartMatchmaking lists no exception for it; the SDKs try this one again.
            raise GameLiftError("ThrottlingException", str(error)) from None
        self._ledger.add(effects)
        self._wake()
        await self._ledger.flush()
        return effects

    async def game_session_ended(self, arn: str) -> None:
        """Nobody is to be asked for a game session any more. Raises `OfficeTrouble`."""
        await self.change(lambda all_of_them, now: all_of_them.game_session_ended(arn, now))

    def give_up(self, match: MatchId) -> None:
        """A match cannot be placed, for a mistake of ours; its tickets fail, with the next that is written."""
        self._ledger.add(self.matchmakers.placement_failed(match, self.clock()))
        self._wake()

    def pass_time(self, name: str) -> bool:
        """Let time pass for a matchmaker; what comes of it is written with the next that is.

        True: that was a portion, and more may be due.
        """
        effects = self.matchmakers[name].pass_time(self.clock(), self._at_once)
        self._ledger.add(effects)
        return len(effects) >= self._at_once

    async def search(self, name: str) -> None:
        """Find matches for a matchmaker. Raises `SearchFailed` or `OfficeTrouble`."""
        matchmaker = self.matchmakers[name]
        await self._ledger.flush()
        waiting = self._waiting(name)
        if not waiting:
            return
        for piece in await self._searches.search(self._pool(name), waiting, self.clock()):
            if self.configured.get(name) is None or self.matchmakers[name] is not matchmaker:
                return  # It was changed: what was found is for other rules.
            self._ledger.add(matchmaker.found(piece, self.clock()))
            await self._ledger.flush()
            await anyio.lowlevel.checkpoint()  # Others have their turn between the pieces.

    def search_seconds(self, name: str) -> float:
        """Say how long the last search for a matchmaker took."""
        return self._searches.turns.seconds(name)

    async def explain(self, ticket: MatchmakingTicket) -> "Explanation":
        """Say why a ticket that is searching has no match yet. Raises `SearchFailed`."""
        name = ticket.configuration
        return await self._searches.explain(self._pool(name), self._waiting(name), ticket.id, self.clock())

    # Who waits.

    def anybody_waits(self, name: str) -> bool:
        """Tell whether a matchmaker has active tickets."""
        return self.matchmakers.count_active(name) > 0

    async def until_somebody_waits(self) -> None:
        """Wait while there are no active tickets at all."""
        await self._somebody_waits.wait()

    def rest_if_empty(self) -> None:
        """Have ``until_somebody_waits`` wait again if there is nobody."""
        if not any(map(self.anybody_waits, self.matchmakers)):
            self._somebody_waits = anyio.Event()

    async def until_something_is_to_be_done(self) -> None:
        """Wait while there is nothing for the usher to do."""
        if not self._deeds:
            self._something_to_do = anyio.Event()
            await self._something_to_do.wait()

    def deeds(self) -> list[Deed]:
        """Take a portion of what is to be done, in order."""
        taken, self._deeds = self._deeds[: self._at_once], self._deeds[self._at_once :]
        return taken

    @property
    def fills_by_itself(self) -> bool:
        """Some matchmaker fills up game sessions of its own accord."""
        return any(one.configuration.backfill_mode is BackfillMode.AUTOMATIC for one in self.configured.values())

    async def flush(self, also: Callable[[Connection], None] | None = None) -> None:
        """Write what is not written yet, and in the same transaction something else. Raises `OfficeTrouble`."""
        await self._ledger.flush(also)

    def _wake(self) -> None:
        self._somebody_waits.set()

    def _to_do(self, deed: Deed) -> None:
        self._deeds.append(deed)
        self._something_to_do.set()

    def _target(self, event: MatchmakingEvent) -> str:
        name = event.configuration_arn.rpartition("/")[2]
        made = self.configured.get(name)
        return str(made.facts.get("NotificationTarget", "")) if made else ""

    def _waiting(self, name: str) -> list[MatchmakingTicket]:
        return [ticket for ticket in self.matchmakers.active(name) if ticket.status is Status.SEARCHING]

    def _pool(self, name: str) -> Pool:
        made = self.configured[name]
        return Pool(name, 0, made.text, made.configuration.additional_players)
