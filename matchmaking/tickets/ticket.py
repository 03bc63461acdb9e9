"""A matchmaking ticket: players who wait together, and all that a matchmaker knows of them.

A potential match is nothing but the tickets that name it; so the tickets alone are a matchmaker's whole state.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import NewType

from matchmaking.pool import Player, Tally
from matchmaking.tickets.life import TRANSITIONS, Status, Step

MatchId = NewType("MatchId", str)

#: No potential match at all.
NO_MATCH = MatchId("")


class Reason(StrEnum):
    """Why a ticket has its status, as a code (``StatusReason``); the events say the same."""

    NONE = ""
    CANCELLED = "Cancelled"
    TIMED_OUT = "TimedOut"
    UNEXPECTED_ERROR = "UNEXPECTED_ERROR"
    REJECTED = "AcceptanceRejected"
    ACCEPTANCE_TIMED_OUT = "AcceptanceTimedOut"
    PLACEMENT_TIMED_OUT = "PlacementTimedOut"
    WITHDRAWN = "TicketWithdrawn"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a ticket has its status: a code for programs, a sentence for people."""

    reason: Reason = Reason.NONE
    message: str = ""


@dataclass(frozen=True, slots=True)
class Vacancy:
    """The game session that a backfill ticket asks players for.

    ``automatic``: the matchmaker itself asks. ``stopped``: such a ticket was stopped by request, and there is to be
    no other for its game session.
    """

    game_session_arn: str
    automatic: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a match is played. ``player_sessions`` are of the players who were placed now, each with its id.

    In standalone mode there is none of it: the event tells who plays, and whoever hears it knows where.
    """

    game_session_arn: str = ""
    ip_address: str = ""
    dns_name: str = ""
    port: int = 0
    player_sessions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MatchmakingTicket:
    """One ticket; another value whenever something of it changes. Times are the seconds of ``now``.

    While it is in a potential match, ``match`` names it, ``proposed`` is when that was made, the players have their
    teams, and ``answers`` hold who has accepted or rejected it. ``vacancy`` is there for a backfill ticket.
    """

    id: str
    configuration: str
    players: tuple[Player, ...]
    started: float
    status: Status = Status.QUEUED
    why: Why = Why()
    ended: float | None = None
    vacancy: Vacancy | None = None
    match: MatchId = NO_MATCH
    proposed: float = 0.0
    answers: tuple[tuple[str, bool], ...] = ()
    connection: Connection | None = None
    tallies: tuple[Tally, ...] = ()
    estimated_wait_seconds: int | None = None

    @property
    def automatic(self) -> bool:
        """The matchmaker itself asks for players."""
        return self.vacancy is not None and self.vacancy.automatic

    @property
    def rejected(self) -> bool:
        """One of its players has rejected the match."""
        return any(not accepted for _, accepted in self.answers)

    @property
    def accepted(self) -> bool:
        """All of its players accept the match; those of a backfill ticket play already, and are not asked."""
        return self.vacancy is not None or (not self.rejected and len(self.answers) == len(self.players))


def stepped(ticket: MatchmakingTicket, step: Step, now: float, why: Why | None = None) -> MatchmakingTicket:
    """Move a ticket to the status that follows; KeyError where there is none. What is over has an end."""
    status = TRANSITIONS[ticket.status][step]
    moved = replace(ticket, status=status, why=why or Why())
    return moved if TRANSITIONS[status] else replace(moved, ended=now, estimated_wait_seconds=None)


def added(*tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    """Add up tallies rule by rule, the rules in the order in which they come."""
    sums: dict[str, tuple[int, int]] = {}
    for tally in chain.from_iterable(tallies):
        passed, failed = sums.get(tally.rule, (0, 0))
        sums[tally.rule] = passed + tally.passed, failed + tally.failed
    return tuple(Tally(rule, passed, failed) for rule, (passed, failed) in sums.items())
