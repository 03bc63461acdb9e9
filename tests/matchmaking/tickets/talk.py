"""Conversations with matchmakers, as text: what is asked of them, and what they do.

A line that does not begin with a blank is said to them; all others are what came of it and are written by it:

    matchmaker duel red:1-1 blue:1-2 timeout=60      a configuration and its rule set's teams (least-most players); also
                                                     acceptance=30 additional=1 automatic standalone silent=search
                                                     custom=foo keep=100 most=2 ended=9
    remove duel                                      the configuration is not wanted any more
    @ 1.5                                            the clock, in seconds
    start duel A ann,bob skill=10                    players want a match; all have these attributes
    backfill duel F game-1 ann/red,bob/blue          a game session wants more players
    stop A        accept A ann        reject A ann   of tickets
    match red=A blue=B,C                             a search has found this (of backfill tickets: fill=F blue=B)
    pass          tick                               time passes; and a search is made
    placed M1 game-1      not_placed M1      broken M1
    refill duel game-1 ann/red,bob/blue              who plays there now (``nobody``)
    ended duel game-1                                the game session is over
    restart       resume                             tickets are kept as JSON and read again; placing goes on
    describe A
    in full                                          from here on events are shown as they are

Random ids are shown as M1, M2 in the order in which they appear. What comes of it: a ticket and its status, ``*`` an
event (its players with their team and their answer, + or -), ``!`` a refusal, and what is to be done.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence

from matchmaking.pool import Matches, Player, PotentialMatch, Tally, Ticket
from matchmaking.ruleset import BatchDistance, RuleSet, TeamDefinition
from matchmaking.tickets import effects as does
from matchmaking.tickets.configuration import BackfillMode, FlexMatchMode, MatchmakingConfiguration, WhenSilent
from matchmaking.tickets.effects import Effect, Effects
from matchmaking.tickets.events import MatchmakingEvent
from matchmaking.tickets.kept import kept, ticket_of
from matchmaking.tickets.matchmakers import Matchmakers
from matchmaking.tickets.requests import InvalidTicketRequest, TicketNotFound, TooManyTickets
from matchmaking.tickets.ticket import Connection, MatchId, MatchmakingTicket

ARN = "arn:aws:gamelift:here:123456789012:matchmakingconfiguration"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
#: What a search counted, in every match that a conversation finds.
TALLIES = (Tally("even", 2, 1),)

#: The rule that it counted, which these conversations have no other use for.
EVEN = BatchDistance("even", "skill", 1000.0)


class Talk:
    """One conversation; ``say`` a line and get the lines that it brings about."""

    def __init__(self) -> None:
        self._rng = random.Random(1)
        self._matchmakers = Matchmakers(self._rng)
        self._configured: dict[str, tuple[MatchmakingConfiguration, RuleSet]] = {}
        self._kept: dict[str, MatchmakingTicket] = {}
        self._ids: dict[str, str] = {}
        self._now = 0.0
        self._in_full = False

    def say(self, line: str) -> Iterator[str]:
        """Say one line; give what came of it."""
        for number, real in ((number, real) for real, number in self._ids.items()):
            line = re.sub(rf"\b{number}\b", real, line)
        try:
            effects = self._effects(line.split(" "))
        except (InvalidTicketRequest, TicketNotFound, TooManyTickets) as refusal:
            yield self._short(f"  ! {type(refusal).__name__}: {refusal}")
            return
        for effect in effects:
            self._keep(effect)
            yield self._short(f"  {self._shown(effect)}")

    def _effects(self, words: list[str]) -> Effects:  # noqa: C901 - a case for each line
        matchmakers, now = self._matchmakers, self._now
        match words:
            case ["#", *_] | [""]:
                return []
            case ["in", "full"]:
                self._in_full = True
                return []
            case ["@", seconds]:
                self._now = float(seconds)
                return []
            case ["matchmaker", name, *settings]:
                self._configured[name] = configured(name, settings)
                matchmakers.configure(*self._configured[name])
                return []
            case ["remove", name]:
                matchmakers.remove(name)
                return []
            case ["start", name, ticket, names, *attributes]:
                return matchmakers.start(name, ticket, players(names, attributes), now)
            case ["backfill", name, ticket, game_session, names]:
                return matchmakers[name].start_backfill(ticket, game_session, players(names), now)
            case ["stop", ticket]:
                return matchmakers.stop(ticket, now)
            case ["accept" | "reject" as answer, ticket, names]:
                return matchmakers.accept(ticket, names.split(","), answer == "accept", now)
            case ["match", *teams]:
                return self._found(teams)
            case ["pass"]:
                return [effect for name in self._configured for effect in matchmakers[name].pass_time(now)]
            case ["tick"]:
                return matchmakers.tick(now)
            case ["refill", name, game_session, names]:
                return matchmakers[name].refill(game_session, players(names), now)
            case ["ended", name, game_session]:
                return matchmakers[name].game_session_ended(game_session, now)
            case ["restart"]:
                self._restart()
                return []
            case ["resume"]:
                return matchmakers.resume(now)
            case ["describe", ticket]:
                found = matchmakers.find(ticket)
                return [does.Changed(found)] if found else []
        return self._of_a_match(words)

    def _of_a_match(self, words: list[str]) -> Effects:
        matchmakers, now = self._matchmakers, self._now
        match words:
            case ["placed", match, game_session]:
                everybody = [player.player_id for ticket in self._in_match(match) for player in ticket.players]
                seats = tuple((player, f"psess-{player}") for player in everybody)
                where = Connection(game_session, "127.0.0.1", "", 1900, seats)
                return matchmakers.placed(MatchId(match), where, now)
            case ["not_placed", match]:
                return matchmakers.placement_timed_out(MatchId(match), now)
            case ["broken", match]:
                return matchmakers.placement_failed(MatchId(match), now)
        raise AssertionError(f"nobody understands {' '.join(words)!r}")

    def _in_match(self, match: str) -> list[MatchmakingTicket]:
        return [ticket for ticket in self._kept.values() if ticket.match == match and ticket.vacancy is None]

    def _found(self, teams: Sequence[str]) -> Effects:
        """Give a match to the matchmaker as a search that was made elsewhere would."""
        named = {name: ids.split(",") for name, _, ids in (team.partition("=") for team in teams)}
        kept_tickets = [self._kept[ticket_id] for ids in named.values() for ticket_id in ids]
        tickets = tuple(Ticket(one.id, one.players, one.started, one.vacancy is not None) for one in kept_tickets)
        line_up: dict[str, list[Player]] = {}
        for name, ids in named.items():
            for player in (player for ticket_id in ids for player in self._kept[ticket_id].players):
                line_up.setdefault(player.team or name, []).append(player)
        match = PotentialMatch(tickets, {name: tuple(members) for name, members in line_up.items()}, (), TALLIES)
        return self._matchmakers[kept_tickets[0].configuration].found(Matches((match,)), self._now)

    def _keep(self, effect: Effect) -> None:
        match effect:
            case does.Changed(ticket):
                self._kept[ticket.id] = ticket
            case does.Forget(ticket_id):
                del self._kept[ticket_id]

    def _restart(self) -> None:
        text = json.dumps([kept(ticket) for ticket in self._kept.values()])
        self._matchmakers = Matchmakers(self._rng, map(ticket_of, json.loads(text)))
        for configuration, rule_set in self._configured.values():
            self._matchmakers.configure(configuration, rule_set)

    def _short(self, line: str) -> str:
        for real in UUID.findall(line):
            self._ids.setdefault(real, f"M{len(self._ids) + 1}")
        return UUID.sub(lambda found: self._ids[found[0]], line)

    def _shown(self, effect: Effect) -> str:
        match effect:
            case does.Changed(ticket):
                wait = ticket.estimated_wait_seconds
                estimate = "" if wait is None else f" (likely {wait} s)"
                why = f" {ticket.why.reason}: {ticket.why.message}" if ticket.why.reason else ""
                return f"{ticket.id} {ticket.status}{why}{estimate}"
            case does.Tell(event):
                return self._told(event)
            case does.Place(match, placed, max_players, data):
                return f"place {match} {seen(placed)}, {max_players} seats, {data}"
            case does.Fill(match, game_session, placed, data):
                return f"fill {match} in {game_session} {seen(placed)}, {data}"
            case does.Abandon(match):
                return f"abandon {match}"
            case does.Forget(ticket_id):
                return f"forget {ticket_id}"

    def _told(self, event: MatchmakingEvent) -> str:
        assert event.configuration_arn.startswith(ARN)
        if self._in_full:
            return f"* {json.dumps(event.detail)}"
        detail = json.loads(json.dumps(event.detail))
        tickets = " ".join(f"{ticket['ticketId']}({_answers(ticket['players'])})" for ticket in detail["tickets"])
        more = {name: detail[name] for name in ("acceptance", "estimatedWaitMillis", "message") if name in detail}
        return f"* {event.type} {tickets}" + "".join(f", {text}" for text in more.values())


def _answers(told: Sequence[dict[str, object]]) -> str:
    return " ".join(map(_answer, told))


def _answer(told: dict[str, object]) -> str:
    team = f"/{told['team']}" if "team" in told else ""
    sign = "" if "accepted" not in told else "+" if told["accepted"] else "-"
    return f"{told['playerId']}{team}{sign}"


def seen(placed: Sequence[Player]) -> str:
    """Write players with their teams."""
    return " ".join(f"{player.player_id}/{player.team}" for player in placed)


def players(names: str, attributes: Sequence[str] = ()) -> list[Player]:
    """Read ``ann/red,bob``, and what all of them have: ``skill=10`` or ``mode=ctf``."""
    if names == "nobody":
        return []
    pairs = (word.partition("=") for word in attributes)
    shared = {name: float(text) if text.isdigit() else text for name, _, text in pairs}
    split = (name.partition("/") for name in names.split(","))
    return [Player(player, shared, {}, team) for player, _, team in split]


def configured(name: str, settings: Sequence[str]) -> tuple[MatchmakingConfiguration, RuleSet]:
    """Read a matchmaker's line."""
    told = {key: text for key, _, text in (word.partition("=") for word in settings if ":" not in word)}
    teams = (word.partition(":")[::2] for word in settings if ":" in word)
    bounds = ((team, sizes.partition("-")) for team, sizes in teams)
    configuration = MatchmakingConfiguration(
        name,
        f"{ARN}/{name}",
        int(told.get("timeout", 60)),
        acceptance_required="acceptance" in told,
        acceptance_timeout_seconds=int(told.get("acceptance", 600)),
        additional_players=int(told.get("additional", 0)),
        custom_event_data=told.get("custom", ""),
        backfill_mode=BackfillMode.AUTOMATIC if "automatic" in told else BackfillMode.MANUAL,
        flex_match_mode=FlexMatchMode.STANDALONE if "standalone" in told else FlexMatchMode.WITH_QUEUE,
        when_silent=WhenSilent(told.get("silent", "cancel")),
        keep_ended_seconds=int(told.get("keep", 3600)),
        max_tickets=int(told.get("most", 20_000)),
        max_ended_tickets=int(told.get("ended", 20_000)),
    )
    return configuration, RuleSet(
        name, tuple(TeamDefinition(team, int(least), int(most)) for team, (least, _, most) in bounds), rules=(EVEN,)
    )


def performed(transcript: str) -> str:
    """Say every line of a transcript anew, and give the transcript as it comes out."""
    talk, lines = Talk(), []
    for line in transcript.splitlines():
        if line.startswith("  "):
            continue
        lines += [line, *talk.say(line)]
    return "\n".join(lines) + "\n"
