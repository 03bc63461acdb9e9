"""What holds whatever players, game sessions and the clock do, in whatever order, with restarts in between."""

import json
import math
import random
from collections import Counter
from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from matchmaking.pool import Matches, Player, PotentialMatch, Ticket
from matchmaking.tickets.effects import Abandon, Changed, Effects, Fill, Forget, Place, Tell
from matchmaking.tickets.events import EventType
from matchmaking.tickets.kept import kept, ticket_of
from matchmaking.tickets.life import ACTIVE, IN_A_MATCH, TRANSITIONS, Status
from matchmaking.tickets.matchmakers import Matchmakers
from matchmaking.tickets.requests import InvalidTicketRequest
from matchmaking.tickets.ticket import Connection, MatchId, MatchmakingTicket
from tests.matchmaking.tickets.talk import configured

CONFIGURED = {
    "asking": configured("asking", ["red:1-3", "blue:1-3", "timeout=60", "acceptance=20", "automatic", "keep=300"]),
    "plain": configured("plain", ["red:1-3", "blue:1-3", "timeout=30", "silent=search", "keep=50"]),
}
NAMES = st.sampled_from(sorted(CONFIGURED))
PLAYERS = st.lists(st.sampled_from(("ann", "bob", "cid", "dan", "eve", "flo")), min_size=1, max_size=3, unique=True)
GAME_SESSIONS = st.sampled_from(("game-1", "game-2"))
LAST_WORDS = {EventType.TIMED_OUT, EventType.CANCELLED, EventType.FAILED, EventType.SUCCEEDED}


class MatchmakersMachine(RuleBasedStateMachine):
    """Two matchmakers, and all that the desk would know of them: the effects."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.rng = random.Random(7)
        self.matchmakers = Matchmakers(self.rng)
        self.configure()
        self.kept: dict[str, MatchmakingTicket] = {}
        self.forgotten: set[str] = set()
        self.asked = 0
        #: Matches that are being placed, and those of which the desk may still hear.
        self.placing: set[MatchId] = set()
        self.placed_once: set[MatchId] = set()
        self.last_words: Counter[str] = Counter()

    def configure(self) -> None:
        for configuration, rule_set in CONFIGURED.values():
            self.matchmakers.configure(configuration, rule_set)

    def perform(self, effects: Effects, *, again: bool = False) -> None:
        for effect in effects:
            match effect:
                case Changed(ticket):
                    self.change(ticket)
                case Forget(ticket):
                    assert self.kept.pop(ticket).status not in ACTIVE
                    self.forgotten.add(ticket)
                case Place(match) | Fill(match):
                    assert again or match not in self.placed_once, "placed twice"
                    self.placing.add(match)
                    self.placed_once.add(match)
                case Abandon(match):
                    self.placing.remove(match)
                case Tell(event):
                    json.dumps(event.detail)
                    tickets = [ticket["ticketId"] for ticket in event.detail["tickets"]]  # type: ignore[attr-defined]  # JSON
                    self.last_words.update(tickets if event.type in LAST_WORDS else ())

    def change(self, ticket: MatchmakingTicket) -> None:
        before = self.kept.get(ticket.id)
        assert ticket.id not in self.forgotten
        if before is None:
            assert ticket.status is Status.QUEUED
        elif before.status is not ticket.status:
            assert ticket.status in TRANSITIONS[before.status].values(), f"{before.status} to {ticket.status}"
        self.kept[ticket.id] = ticket

    def players(self, names: list[str], *, playing: bool = False) -> list[Player]:
        teams = ("red", "blue") if playing else ("", "")
        return [Player(name, {"skill": 10.0, "maps": ("a",)}, {}, teams[at % 2]) for at, name in enumerate(names)]

    def next_id(self) -> str:
        self.asked += 1
        return f"T{self.asked}"

    @rule(name=NAMES, names=PLAYERS)
    def start(self, name: str, names: list[str]) -> None:
        self.perform(self.matchmakers.start(name, self.next_id(), self.players(names), self.now))

    @rule(name=NAMES, names=PLAYERS, game_session=GAME_SESSIONS)
    def backfill(self, name: str, names: list[str], game_session: str) -> None:
        playing = self.players(names, playing=True)
        with suppress(InvalidTicketRequest):  # All of them have asked for another match.
            self.perform(self.matchmakers[name].start_backfill(self.next_id(), game_session, playing, self.now))

    @rule(name=NAMES, names=PLAYERS, game_session=GAME_SESSIONS)
    def refill(self, name: str, names: list[str], game_session: str) -> None:
        playing = self.players(names, playing=True)
        self.perform(self.matchmakers[name].refill(game_session, playing, self.now))

    @rule(name=NAMES, game_session=GAME_SESSIONS)
    def game_session_ends(self, name: str, game_session: str) -> None:
        self.perform(self.matchmakers[name].game_session_ended(game_session, self.now))

    @precondition(lambda self: self.kept)
    @rule(data=st.data())
    def stop(self, data: st.DataObject) -> None:
        ticket = self.kept[data.draw(st.sampled_from(sorted(self.kept)))]
        try:
            self.perform(self.matchmakers.stop(ticket.id, self.now))
            assert ticket.status in ACTIVE
        except InvalidTicketRequest:
            assert ticket.status not in ACTIVE

    @precondition(lambda self: any(one.status is Status.REQUIRES_ACCEPTANCE for one in self.kept.values()))
    @rule(data=st.data(), accepted=st.sampled_from((True, True, True, False)))
    def answer(self, data: st.DataObject, accepted: bool) -> None:
        asked = [one for one in self.kept.values() if one.status is Status.REQUIRES_ACCEPTANCE and not one.vacancy]
        ticket = data.draw(st.sampled_from(asked))
        names = data.draw(st.lists(st.sampled_from([one.player_id for one in ticket.players]), min_size=1))
        late = self.now >= ticket.proposed + CONFIGURED[ticket.configuration][0].acceptance_timeout_seconds
        try:
            self.perform(self.matchmakers.accept(ticket.id, names, accepted, self.now))
            assert not late
        except InvalidTicketRequest:
            assert late

    @precondition(lambda self: self.kept)
    @rule(data=st.data(), name=NAMES)
    def find(self, data: st.DataObject, name: str) -> None:
        """A search has found matches, some of them with tickets that do not wait any more."""
        of_name = [ticket.id for ticket in self.kept.values() if ticket.configuration == name]
        players = [ticket_id for ticket_id in of_name if not self.kept[ticket_id].vacancy]
        if not players:
            return
        found = data.draw(st.lists(st.sampled_from(players), min_size=1, max_size=3, unique=True))
        backfills = [ticket_id for ticket_id in of_name if self.kept[ticket_id].vacancy]
        found += data.draw(st.lists(st.sampled_from(backfills), max_size=1)) if backfills else []
        tickets = tuple(Ticket(one.id, one.players, one.started) for one in (self.kept[each] for each in found))
        teams = {"red": tuple(player for ticket in tickets for player in ticket.players), "blue": ()}
        match = PotentialMatch(tickets, teams)
        self.perform(self.matchmakers[name].found(Matches((match, match)), self.now))

    @precondition(lambda self: self.placing)
    @rule(data=st.data(), game_session=GAME_SESSIONS, how=st.sampled_from(("placed", "timed out", "failed")))
    def placing_ends(self, data: st.DataObject, game_session: str, how: str) -> None:
        match = data.draw(st.sampled_from(sorted(self.placed_once)))
        self.placing.discard(match)
        match how:
            case "placed":
                self.perform(self.matchmakers.placed(match, Connection(game_session), self.now))
            case "timed out":
                self.perform(self.matchmakers.placement_timed_out(match, self.now))
            case _:
                self.perform(self.matchmakers.placement_failed(match, self.now))

    @rule(seconds=st.floats(0, 40), name=NAMES, enough=st.sampled_from((1, 4, math.inf)))
    def time_passes(self, seconds: float, name: str, enough: float) -> None:
        self.now += seconds
        configuration, _ = CONFIGURED[name]
        due, changed = self.due(name), set()
        while effects := self.matchmakers[name].pass_time(self.now, enough):
            changed |= {one.ticket.id for one in effects if isinstance(one, Changed)}
            changed |= {one.ticket for one in effects if isinstance(one, Forget)}
            self.perform(effects)
        assert changed == due
        for ticket in self.kept.values():
            if ticket.configuration == name and ticket.status in ACTIVE - IN_A_MATCH and not _automatic(ticket):
                assert self.now - ticket.started < configuration.request_timeout_seconds

    def due(self, name: str) -> set[str]:
        """What time has to do with, found by looking at every ticket."""
        configuration, _ = CONFIGURED[name]
        found = set()
        for ticket in self.kept.values():
            if ticket.configuration != name:
                continue
            if ticket.ended is not None:
                stop = ticket.vacancy is not None and ticket.vacancy.stopped
                due = self.now - configuration.keep_ended_seconds >= ticket.ended and not stop
            elif ticket.status is Status.REQUIRES_ACCEPTANCE:
                due = self.now >= ticket.proposed + configuration.acceptance_timeout_seconds
            else:
                waits = ticket.status not in IN_A_MATCH and not _automatic(ticket)
                due = waits and self.now >= ticket.started + configuration.request_timeout_seconds
            found |= {ticket.id} if due else set()
        return found

    @rule()
    def restart(self) -> None:
        text = json.dumps([kept(ticket) for ticket in self.kept.values()])
        self.matchmakers = Matchmakers(self.rng, map(ticket_of, json.loads(text)))
        self.configure()
        resumed = self.matchmakers.resume(self.now)
        assert {effect.match for effect in resumed if isinstance(effect, Place | Fill)} == self.placing
        self.perform(resumed, again=True)

    @invariant()
    def what_was_told_is_all(self) -> None:
        for ticket in self.kept.values():
            assert self.matchmakers.find(ticket.id) == ticket

    @invariant()
    def nobody_waits_twice(self) -> None:
        active = [ticket for ticket in self.kept.values() if ticket.status in ACTIVE]
        waiting = [one.player_id for ticket in active if not ticket.vacancy for one in ticket.players]
        assert len(waiting) == len(set(waiting))
        vacancies = [ticket.vacancy.game_session_arn for ticket in active if ticket.vacancy]
        assert len(vacancies) == len(set(vacancies))

    @invariant()
    def who_is_placed_is_being_placed(self) -> None:
        placing = {ticket.match for ticket in self.kept.values() if ticket.status is Status.PLACING}
        assert placing == self.placing
        for ticket in self.kept.values():
            assert (ticket.match != "") >= (ticket.status in IN_A_MATCH)

    @invariant()
    def each_end_is_told_once(self) -> None:
        for ticket in self.kept.values():
            silent = ticket.status in ACTIVE or "duplicate player" in ticket.why.message
            assert self.last_words[ticket.id] == (0 if silent else 1)


def _automatic(ticket: MatchmakingTicket) -> bool:
    return ticket.vacancy is not None and ticket.vacancy.automatic


TestMatchmakers = MatchmakersMachine.TestCase
TestMatchmakers.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
