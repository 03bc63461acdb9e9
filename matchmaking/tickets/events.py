"""What is told of tickets, in the shape of the service's events (EventBridge and SNS have the same).

Keys, their order and their spelling are those of the FlexMatch guide's examples, "match-events".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from matchmaking.pool import Tally
from matchmaking.tickets.configuration import MatchmakingConfiguration
from matchmaking.tickets.ticket import Connection, MatchmakingTicket, Reason

Json = Mapping[str, object]


class EventType(StrEnum):
    """Each kind of event, as its detail's ``type``."""

    SEARCHING = "MatchmakingSearching"
    POTENTIAL_MATCH = "PotentialMatchCreated"
    ACCEPT_MATCH = "AcceptMatch"
    ACCEPT_COMPLETED = "AcceptMatchCompleted"
    SUCCEEDED = "MatchmakingSucceeded"
    TIMED_OUT = "MatchmakingTimedOut"
    CANCELLED = "MatchmakingCancelled"
    FAILED = "MatchmakingFailed"


class Acceptance(StrEnum):
    """How the acceptance of a match ended."""

    ACCEPTED = "Accepted"
    REJECTED = "Rejected"
    TIMED_OUT = "TimedOut"


@dataclass(frozen=True, slots=True)
class MatchmakingEvent:
    """One event. ``detail`` is JSON values, as they go out; ``configuration_arn`` is its resource."""

    type: EventType
    configuration_arn: str
    detail: Json


def timestamp(unix_seconds: float) -> str:
    """A moment as in the events: ISO 8601 in UTC, to the millisecond."""
    moment = datetime.fromtimestamp(round(unix_seconds * 1000) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Events:
    """The events of one matchmaking configuration."""

    def __init__(self, configuration: MatchmakingConfiguration) -> None:
        self._configuration = configuration

    def searching(self, ticket: MatchmakingTicket) -> MatchmakingEvent:
        """A ticket is in the pool, for the first time or again.

        ``estimatedWaitMillis`` are seconds in spite of its name: the guide says so, and clients count on it.
        """
        wait = ticket.estimated_wait_seconds
        estimate = {"estimatedWaitMillis": "NOT_AVAILABLE" if wait is None else wait}
        return self._event(EventType.SEARCHING, [ticket], estimate)

    def potential_match(self, tickets: Sequence[MatchmakingTicket], tallies: Sequence[Tally]) -> MatchmakingEvent:
        """A match has been found, after so many tries."""
        configuration = self._configuration
        asked = configuration.acceptance_required
        timeout = {"acceptanceTimeout": configuration.acceptance_timeout_seconds} if asked else {}
        more = {**timeout, **_metrics(tallies), "acceptanceRequired": asked, "matchId": tickets[0].match}
        return self._event(EventType.POTENTIAL_MATCH, tickets, more)

    def accept_match(self, tickets: Sequence[MatchmakingTicket]) -> MatchmakingEvent:
        """Players have answered; the event holds all answers so far."""
        return self._event(EventType.ACCEPT_MATCH, tickets, {"matchId": tickets[0].match})

    def accept_completed(self, tickets: Sequence[MatchmakingTicket], acceptance: Acceptance) -> MatchmakingEvent:
        """All have accepted, or there is no hope of it any more."""
        more = {"acceptance": acceptance.value, "matchId": tickets[0].match}
        return self._event(EventType.ACCEPT_COMPLETED, tickets, more)

    def succeeded(self, tickets: Sequence[MatchmakingTicket], connection: Connection) -> MatchmakingEvent:
        """A match has its game session; in standalone mode the players alone are told."""
        where = {
            "gameSessionArn": connection.game_session_arn,
            "ipAddress": connection.ip_address,
            "dnsName": connection.dns_name,
            "port": connection.port,
        }
        told = {name: text for name, text in where.items() if text}
        return self._event(EventType.SUCCEEDED, tickets, {"matchId": tickets[0].match}, told)

    def timed_out(self, ticket: MatchmakingTicket) -> MatchmakingEvent:
        """A ticket found no match in its time."""
        return self._event(EventType.TIMED_OUT, [ticket], {**_why(ticket), **_metrics(ticket.tallies)})

    def cancelled(self, ticket: MatchmakingTicket) -> MatchmakingEvent:
        """A ticket was stopped, or its players did not accept a match: the message says which, the reason never."""
        why = {"reason": Reason.CANCELLED.value, "message": ticket.why.message}
        return self._event(EventType.CANCELLED, [ticket], {**why, **_metrics(ticket.tallies)})

    def failed(self, ticket: MatchmakingTicket) -> MatchmakingEvent:
        """A ticket's match could not be given a game session."""
        return self._event(EventType.FAILED, [ticket], {**_why(ticket), "matchId": ticket.match})

    def _event(
        self, kind: EventType, tickets: Sequence[MatchmakingTicket], more: Json, where: Json | None = None
    ) -> MatchmakingEvent:
        told = [_ticket(ticket, kind) for ticket in tickets]
        players = [player for ticket in tickets for player in _players(ticket, kind)]
        custom = self._configuration.custom_event_data
        detail = {
            "tickets": told,
            **({"customEventData": custom} if custom else {}),
            **more,
            "type": kind.value,
            "gameSessionInfo": {**(where or {}), "players": players},
        }
        return MatchmakingEvent(kind, self._configuration.arn, detail)


def _ticket(ticket: MatchmakingTicket, kind: EventType) -> Json:
    return {"ticketId": ticket.id, "startTime": timestamp(ticket.started), "players": list(_players(ticket, kind))}


def _players(ticket: MatchmakingTicket, kind: EventType) -> Iterable[Json]:
    """Each player, with what is known of it: its seat, its team, its answer (missing: it has not answered)."""
    seats = dict(ticket.connection.player_sessions) if ticket.connection else {}
    answers = dict(ticket.answers) if kind is EventType.ACCEPT_MATCH else {}
    for player in ticket.players:
        told: dict[str, object] = {"playerId": player.player_id}
        if player.player_id in seats:
            told["playerSessionId"] = seats[player.player_id]
        if player.team:
            told["team"] = player.team
        if player.player_id in answers:
            told["accepted"] = answers[player.player_id]
        yield told


def _why(ticket: MatchmakingTicket) -> Json:
    return {"reason": ticket.why.reason.value, "message": ticket.why.message}


def _metrics(tallies: Sequence[Tally]) -> Json:
    """The only "why" that the service tells of."""
    counts = [{"ruleName": tally.rule, "passedCount": tally.passed, "failedCount": tally.failed} for tally in tallies]
    return {"ruleEvaluationMetrics": counts}
