"""The queue of a game session: inputs in the order in which they came, each with its answer or waiting for it."""

from collections import deque

from session.answers import Answer, Outcome
from session.callbacks import IF_SCRIPT_FAILS, Callback
from session.farewells import Farewell
from session.hearing import Heard
from session.peer import Peer
from session.values import AskId, value


@value
class Entered:
    """A peer with a seat came in."""


@value
class Gone:
    """A peer's channel is lost, or was cut."""


@value
class Began:
    """The game session began, if the script will."""


@value
class Clock:
    """The game session was updated, or ticks or timers are due: nothing but the script's own business."""


@value
class Checked:
    """The script is to say whether it is well."""


@value
class Snapshotted:
    """A snapshot of the script's state is due."""


@value
class Restored:
    """The script has been loaded into a new sandbox."""


@value
class Terminated:
    """The game session is to end; the script may say its farewell first."""

    farewell: Farewell


Input = Heard | Entered | Gone | Began | Clock | Checked | Snapshotted | Restored | Terminated


class Entry:
    """One input in the queue. ``peer`` is whose input it is; the server's own come from a peer that nobody is."""

    __slots__ = ("answer", "input", "peer", "question")

    def __init__(self, peer: Peer, given: Input, question: Callback | None, answer: Answer | None) -> None:
        self.peer = peer
        self.input = given
        self.question = question
        self.answer = answer


class Fifo:
    """Entries in order of arrival. The head leaves when it has its answer."""

    __slots__ = ("_asked", "entries", "last_ask")

    def __init__(self) -> None:
        #: What waits, oldest first; only this class changes it.
        self.entries: deque[Entry] = deque()
        self._asked: dict[AskId, Entry] = {}
        #: The id of the latest question.
        self.last_ask = AskId(0)

    def wait(self, entry: Entry) -> AskId:
        """Append an entry that needs an answer; give the id under which it is to be asked."""
        self.last_ask = ask = AskId(self.last_ask + 1)
        self._asked[ask] = entry
        self.entries.append(entry)
        return ask

    def begin_anew(self, entry: Entry) -> list[tuple[AskId, Callback]]:
        """Put an entry before all others, and give what is to be asked: this, then whatever waits, oldest first.

        An older entry of its kind that waits is forgotten: its sandbox has died before it had begun with it.
        """
        self._asked = {ask: old for ask, old in self._asked.items() if type(old.input) is not type(entry.input)}
        if self.entries and type(self.entries[0].input) is type(entry.input):
            self.entries.popleft()
        waiting = [(ask, old.question) for ask, old in self._asked.items() if old.question is not None]
        assert entry.question is not None, "a new sandbox is told of the game first"
        first = self.wait(entry), entry.question
        self.entries.rotate(1)
        return [first, *waiting]

    def queue(self, entry: Entry) -> None:
        """Append an entry that has its answer, behind those that wait for theirs."""
        self.entries.append(entry)

    def answered(self, answer: Answer) -> Entry:
        """Give an entry its answer, and it back; where the script failed to rule, the closed verdict goes first."""
        entry = self._asked.pop(answer.ask)
        entry.answer = answer if answer.outcome is Outcome.OK else _closed(entry, answer)
        return entry

    def fail_one(self, ask: AskId, outcome: Outcome) -> None:
        """Give one entry the closed verdict: its script died over it. Harmless where it does not wait."""
        if ask in self._asked:
            self.answered(Answer(ask, verdict=False, outcome=outcome))

    def fail(self, outcome: Outcome) -> None:
        """Give every waiting entry the closed verdict: its script is dead."""
        for ask in tuple(self._asked):
            self.answered(Answer(ask, verdict=False, outcome=outcome))

    def ready(self) -> Entry | None:
        """Take out the head if it has its answer."""
        if self.entries and self.entries[0].answer is not None:
            return self.entries.popleft()
        return None


def _closed(entry: Entry, answer: Answer) -> Answer:
    assert entry.question is not None, "only what was asked is answered"
    verdict = IF_SCRIPT_FAILS[type(entry.question)]
    return Answer(answer.ask, verdict, None, "", answer.commands, answer.wake_at, answer.outcome)
