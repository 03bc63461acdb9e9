"""What a rule set does to a population: a matchmaker at work in virtual time, as fast as it can go.

The matchmaker is the real one, with its time-outs and its acceptance; only game sessions are placed at once.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.insight.measures import MatchMeasures, measured
from matchmaking.insight.pairing import Alone
from matchmaking.insight.population import Arrival, BadPopulation, Population
from matchmaking.line import why_never
from matchmaking.pool import Tally, Ticket
from matchmaking.ruleset import RuleSet
from matchmaking.tickets.configuration import MatchmakingConfiguration
from matchmaking.tickets.effects import Changed, Effects, Place
from matchmaking.tickets.life import Status
from matchmaking.tickets.matchmakers import Matchmakers
from matchmaking.tickets.requests import InvalidTicketRequest
from matchmaking.tickets.ticket import Connection, MatchmakingTicket


@dataclass(frozen=True, slots=True)
class Moment:
    """How it stood at one time: tickets that waited, and all that were matched or gave up by then."""

    at: float
    waiting: int
    matched: int
    timed_out: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How a ticket ended, and how long it waited, in seconds.

    ``never``: it could not match at all, and why. ``alone``: the rules that it missed without any other, at its end.
    """

    players: int
    status: Status
    waited: float
    tallies: tuple[Tally, ...]
    never: str = ""
    alone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came of a simulation."""

    rule_set: RuleSet
    tickets: tuple[Ended, ...]
    matches: tuple[MatchMeasures, ...]
    moments: tuple[Moment, ...]


class Simulation:
    """One run. ``steps`` advances it from tick to tick."""

    def __init__(
        self,
        rule_set: RuleSet,
        population: Population,
        configuration: MatchmakingConfiguration,
        tick_seconds: float,
        rng: random.Random,
        choices: Choices = DEFAULT_CHOICES,
    ) -> None:
        self.rule_set = rule_set
        self._population = population
        self._tick_seconds = tick_seconds
        self._choices = choices
        #: The crowd does not depend on what the search draws: another rule set meets the same one.
        self._crowd = random.Random(rng.getrandbits(64))
        self._answers = random.Random(rng.getrandbits(64))
        self._name = configuration.name
        self._seconds = population.seconds + configuration.request_timeout_seconds
        self._matchmakers = Matchmakers(rng)
        self._matchmakers.configure(configuration, rule_set)
        self._alone = Alone(rule_set, choices)
        self._waiting: dict[str, MatchmakingTicket] = {}
        self._ended: list[Ended] = []
        self._matches: list[MatchMeasures] = []
        self._moments: list[Moment] = []
        self._counts: Counter[Status] = Counter()

    def steps(self) -> Iterator[float]:
        """Run; give, after each tick, how much is done, from 0 to 1. Raises BadPopulation for whoever may not be."""
        arrivals = self._population.arrivals(self._crowd)
        coming = next(arrivals, None)
        now, number = 0.0, 0
        while coming is not None or self._waiting:
            now += self._tick_seconds
            while coming is not None and coming.at <= now:
                number += 1
                self._arrive(f"T{number}", coming)
                coming = next(arrivals, None)
            if self._waiting:  # Of nights without anybody there may be many.
                self._perform(self._matchmakers.tick(now, self._choices), now)
            self._moments.append(
                Moment(now, len(self._waiting), self._counts[Status.COMPLETED], self._counts[Status.TIMED_OUT])
            )
            yield min(now / self._seconds, 1.0)

    @property
    def result(self) -> Simulated:
        """What came of it so far."""
        return Simulated(self.rule_set, tuple(self._ended), tuple(self._matches), tuple(self._moments))

    def _arrive(self, ticket_id: str, arrival: Arrival) -> None:
        try:
            effects = self._matchmakers.start(self._name, ticket_id, arrival.players, arrival.at)
        except InvalidTicketRequest as error:
            raise BadPopulation(str(error)) from None
        self._perform(effects, arrival.at)

    def _perform(self, effects: Effects, now: float) -> None:
        """Do what a desk would do: every player answers at once, and every match is placed at once."""
        asked: list[MatchmakingTicket] = []
        for effect in effects:
            match effect:
                case Changed(ticket):
                    self._keep(ticket)
                    if ticket.status is Status.REQUIRES_ACCEPTANCE and not ticket.answers:
                        asked.append(ticket)
                case Place(match, players):
                    self._matches.append(measured(self.rule_set, players))
                    self._perform(self._matchmakers.placed(match, Connection(match), now), now)
                case _:
                    pass
        for ticket in asked:
            self._answer(ticket, now)

    def _answer(self, asked: MatchmakingTicket, now: float) -> None:
        for player in asked.players:
            ticket = self._matchmakers.find(asked.id)
            if ticket is None or ticket.status is not Status.REQUIRES_ACCEPTANCE or ticket.match != asked.match:
                return  # Somebody has rejected the match.
            accepted = self._answers.random() < self._population.accept_share
            self._perform(self._matchmakers.accept(asked.id, [player.player_id], accepted, now), now)

    def _keep(self, ticket: MatchmakingTicket) -> None:
        if ticket.ended is None:
            self._waiting[ticket.id] = ticket
            return
        del self._waiting[ticket.id]
        self._counts[ticket.status] += 1
        self._ended.append(self._end(ticket, ticket.ended - ticket.started))

    def _end(self, ticket: MatchmakingTicket, waited: float) -> Ended:
        ended = Ended(len(ticket.players), ticket.status, waited, ticket.tallies)
        if ticket.status is Status.COMPLETED:
            return ended
        alone = Ticket(ticket.id, ticket.players, 0.0)
        return replace(ended, never=why_never(self.rule_set, alone), alone=self._alone.misses(alone, waited))
