"""The host's handle on one sandbox: puts questions to it, believes nothing it says unchecked, and ends it in time."""

import asyncio
import signal
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Protocol

from sandbox.batches import answers_untrusted
from sandbox.deaths import Scene, how_it_ended, last_words
from sandbox.ears import GATHER_SECONDS, Ears
from sandbox.errors import ScriptError
from sandbox.farewell import Farewell
from sandbox.frames import Assembler, BadFrame, Kind, packets, unpack_untrusted
from sandbox.limits import BACKLOG_BYTES, CPU_WINDOW_SECONDS, FRAME_BYTES, PACKET_BYTES, Limits
from sandbox.nursery import Ended, Newborn, NoSandbox
from sandbox.orders import Script, script_as_plain
from sandbox.overseer import Overseer
from sandbox.patience import Patience
from sandbox.processor import Share
from sandbox.questions import ask_as_plain
from sandbox.reports import (
    Death,
    Loaded,
    LoadRefused,
    LogLine,
    dying_untrusted,
    error_untrusted,
    loaded_untrusted,
    log_untrusted,
    refused_untrusted,
)
from session.answers import Answer, Outcome
from session.callbacks import NAMES
from session.effects import Ask
from session.quota import Quota
from session.values import NO_ASK

#: Packets that are taken from one sandbox in one turn of the loop; the others wait for the next.
PACKETS_A_TURN = 16
#: So many turns' worth are looked for once its process has ended: more than its socket can hold.
LAST_TURNS = 64
#: So long a sandbox that has hung up, or said that it ends, may take to end, before it is killed.
ENDING_SECONDS = 0.05
#: A sandbox that was late is not waited for until it was prompt so often: whoever is slow now and then would hold up
#: every turn of all the others.
DISTRUSTED_TIMES = 10
#: A killed process is gone in a millisecond; after this long it is given up for gone, whatever keeps it.
GONE_SECONDS = 5.0


class Audience(Protocol):
    """What a sandbox needs of whoever listens to it. Called from the loop's thread, never after ``died``."""

    def answered(self, answers: Sequence[Answer]) -> None:
        """The script has ruled, in the order of the questions."""

    def logged(self, line: LogLine) -> None:
        """The script wrote to its log."""

    def raised(self, error: ScriptError) -> None:
        """An exception left a callback."""

    def died(self, death: Death) -> None:
        """The sandbox has ended by itself, or had to be ended. What it answered before has been passed on."""


class Birthplace(Protocol):
    """What a sandbox needs of a nursery."""

    ears: Ears

    async def spawn(self, memory_bytes: int, ended: Ended) -> Newborn:
        """Give a child that waits for its script; ``ended`` is called once when it ends. Raises NoSandbox."""


class Sandbox:
    """One script in its own process. ``load`` it first; then ``ask``, until ``close`` or its death."""

    def __init__(self, limits: Limits, audience: Audience, window_seconds: float = CPU_WINDOW_SECONDS) -> None:
        #: What it may use: less than at first, once its script's configuration is known.
        self.limits = limits
        #: How long what it does now may take, by the clock on the wall: to load its script, then to answer a question.
        self._seconds = 0.0
        self._ears: Ears
        self._audience = audience
        self._loop = asyncio.get_running_loop()
        self._born: Newborn | None = None
        self._files: Mapping[str, bytes] = {}
        self._assembler = Assembler(FRAME_BYTES)
        self._outbox: deque[bytes] = deque()
        self._outbox_bytes = 0
        self._listening = False
        self._writing = False
        self._pending: deque[Ask] = deque()
        #: How many questions have been answered or begun.
        self._progress = 0
        self._answered = 0
        self._patience = Patience(self._progress_untrusted, self._late)
        self._share = Share()
        self._farewell = Farewell(self._kill)
        self._overseer = Overseer(partial(self._give_up, Outcome.EXCEEDED_CPU_SHARE), window_seconds)
        #: So often it has to answer within the moment that a turn waits, before a turn waits for it again.
        self._prompt_in = 0
        self._asked_at = 0.0
        self._loading: asyncio.Future[Loaded | LoadRefused | Death] = self._loop.create_future()
        lines = limits.log_lines_per_second
        self._report_quota = Quota(4 * lines, 8 * lines, self._loop.time())
        self._cause: Death | None = None
        self._ending = False
        self._closed = False

    @property
    def pid(self) -> int:
        """The process id of the sandbox; 0 before it is born."""
        return self._born.pid if self._born else 0

    async def load(self, nursery: Birthplace, script: Script) -> Loaded | LoadRefused | Death:
        """Have a child forked and the script loaded in it. Raises NoSandbox where there is none, or it was closed."""
        self._files, self._ears = script.files, nursery.ears
        self._seconds = self.limits.load_seconds(sum(map(len, script.files.values())))
        self._born = await nursery.spawn(self.limits.memory_bytes, self._ended)
        if self._loading.done():  # It was closed, or its process ended, before anybody here heard that it was born.
            self._kill()
            self._release()
        else:
            self._start_listening(self._born)
            self._share.begin(self.pid)
            self._patience.start(self._seconds)
            self._send(Kind.LOAD, script_as_plain(script, self.limits))
        return await self._loading

    def ask(self, asks: Sequence[Ask]) -> None:
        """Put questions to the script; each has its own time, from when the one before it was answered."""
        if self._cause or self._ending or self._closed:
            return
        if not self._pending:
            self._patience.start(self._seconds)
            self._expect()
        self._pending.extend(asks)
        self._send(Kind.ASK, [ask_as_plain(ask) for ask in asks])
        if self._outbox_bytes > BACKLOG_BYTES:
            self._give_up(Outcome.EXCEEDED_TIME, "it does not read what it is asked")

    def close(self) -> None:
        """End the sandbox; nothing is heard of it any more."""
        if self._closed:
            return
        self._closed = True
        self._kill()
        self._release()
        if not self._loading.done():
            self._loading.set_exception(NoSandbox("it was closed before it was ready"))
            self._loading.exception()  # Whether anybody waits for it or not.

    # Frames to the sandbox.

    def _send(self, kind: Kind, body: object) -> None:
        for packet in packets(kind, body):
            self._outbox.append(packet)
            self._outbox_bytes += len(packet)
        self._write()

    def _write(self) -> None:
        if self._born is None:
            return
        try:
            while self._outbox:
                self._born.channel.send(self._outbox[0])
                self._outbox_bytes -= len(self._outbox.popleft())
        except BlockingIOError:
            if not self._writing:
                self._writing = True
                self._loop.add_writer(self._born.channel, self._write)
            return
        except OSError:  # It has ended; its death is on the way.
            self._forget_outbox()
        self._stop_writing()

    def _forget_outbox(self) -> None:
        self._outbox.clear()
        self._outbox_bytes = 0

    def _stop_writing(self) -> None:
        if self._writing and self._born is not None:
            self._writing = False
            self._loop.remove_writer(self._born.channel)

    # Frames from the sandbox.

    def _start_listening(self, born: Newborn) -> None:
        self._listening = True
        self._ears.listen(born.channel.fileno(), self._take_packets)

    def _expect(self) -> None:
        """Let this turn wait for the answers, if they mostly come so soon."""
        self._asked_at = time.monotonic()
        if not self._prompt_in and self._born is not None:
            self._ears.expect(self._born.channel.fileno())

    def _satisfied(self) -> None:
        self._patience.rest()
        prompt = time.monotonic() - self._asked_at <= GATHER_SECONDS
        self._prompt_in = max(self._prompt_in - 1, 0) if prompt else DISTRUSTED_TIMES
        if self._born is not None:
            self._ears.satisfied(self._born.channel.fileno())

    def _take_packets(self) -> bool:
        """Take some of the packets that are there; True says that there may be more."""
        answers: list[Answer] = []
        try:
            more = self._packets_untrusted(answers)
        except BlockingIOError:
            more = False
        except BadFrame as error:
            more = False
            self._condemn(Death(Outcome.BAD_FRAME, "", "", 0, "", f"it sent {error}"))
            self._kill()  # Whatever it has to say is not to be believed.
            self._stop_listening()
        if answers and not self._closed:
            self._audience.answered(answers)
        return more and not self._closed

    def _packets_untrusted(self, answers: list[Answer]) -> bool:
        for _ in range(PACKETS_A_TURN):
            if self._born is None or not self._listening:
                return False
            if not (packet := self._received(self._born)):
                self._stop_listening()
                self._loop.call_later(ENDING_SECONDS, self._kill)  # Mostly, it has ended already.
                return False
            frame = self._assembler.feed_untrusted(packet)
            if frame is not None:
                self._take_untrusted(*frame, answers)
                if answers and not self._pending:  # Mostly, it has no more to say; to be told so takes an error.
                    break
        return True

    def _received(self, born: Newborn) -> bytes:
        for _ in range(2):
            try:
                return born.channel.recv(PACKET_BYTES + 1)  # One more than is allowed, to see what is not.
            except ConnectionError:  # It has ended without having read all; what it said comes after this.
                continue
        return b""

    def _stop_listening(self) -> None:
        if self._listening and self._born is not None:
            self._listening = False
            self._ears.forget(self._born.channel.fileno())

    def _take_untrusted(self, kind: Kind, body: bytes, answers: list[Answer]) -> None:
        plain = unpack_untrusted(body)
        match kind:
            case Kind.ANSWERS:
                answers += self._answers_untrusted(plain)
            case Kind.LOG:
                self._count_report_untrusted()
                self._audience.logged(log_untrusted(plain))
            case Kind.ERROR:
                self._count_report_untrusted()
                self._audience.raised(error_untrusted(plain))
            case Kind.LOADED if not self._loading.done():
                self._loading_ended(loaded_untrusted(plain))
            case Kind.REFUSED if not self._loading.done():
                self._loading_ended(refused_untrusted(plain))
            case Kind.DYING:
                if self._condemn(dying_untrusted(plain)):
                    self._loop.call_later(ENDING_SECONDS, self._kill)
            case _:
                raise BadFrame(f"a frame of kind {kind.name} out of turn")

    def _answers_untrusted(self, plain: object) -> list[Answer]:
        answers = answers_untrusted(plain, self._pending, self.limits.commands_per_call)
        for _ in answers:
            self._pending.popleft()
        self._answered += len(answers)
        if not self._pending:
            self._satisfied()
        return answers

    def _count_report_untrusted(self) -> None:
        """A sandbox limits its own log and errors, to less than this: what floods us is no sandbox of ours."""
        if not self._report_quota.take(self._loop.time()):
            raise BadFrame("more log lines than any script may write")

    def _loading_ended(self, result: Loaded | LoadRefused | Death) -> None:
        self._patience.stop()
        if isinstance(result, Loaded):
            self.limits = self.limits.lowered(asdict(result.configuration))
            self._seconds = self.limits.call_seconds
            self._overseer.start(self.pid, self.limits.cpu_percent)
        if not self._loading.done():
            self._loading.set_result(result)

    # Time.

    def _progress_untrusted(self) -> int:
        """Count the questions that have been answered or begun; what the sandbox says only ever makes it more."""
        progress = self._answered + self._begun_untrusted()
        if progress > self._progress:
            self._progress = progress
            self._share.begin(self.pid)
        return self._progress

    def _begun_untrusted(self) -> int:
        """Give the place, from 1, of the question that it has begun and not answered; 0 where that is not known."""
        begun = self._born.begun.get_untrusted() if self._born else NO_ASK
        return next((place for place, ask in enumerate(self._pending, 1) if ask.ask == begun), 0)

    def _late(self) -> None:
        """It has had its time; but it may be the relay that is late: what has come meanwhile counts."""
        answered = self._answered
        self._take_packets()
        if not self._at_work():
            return
        if self._answered > answered or self._share.was_denied(self.pid, self._seconds):
            self._patience.start(self._seconds)
        else:
            self._give_up(Outcome.EXCEEDED_TIME, f"it took longer than {self._seconds:g} s")

    def _at_work(self) -> bool:
        return (bool(self._pending) or not self._loading.done()) and self._cause is None and not self._closed

    # Its end.

    def _give_up(self, outcome: Outcome, text: str) -> None:
        """Have the sandbox say where it is, then kill it."""
        if self._condemn(Death(outcome, "", "", 0, "", text)) and self._born is not None:
            self._signal(signal.SIGUSR1)
            self._farewell.wait(self._born.errors)

    def _condemn(self, cause: Death) -> bool:
        """It is to end, whatever it does from now on; False where it was to end already."""
        if self._cause is not None or self._closed:
            return False
        where = cause.file, cause.line, cause.source_line
        self._cause = Death(cause.outcome, self._running(), *where, cause.text)
        self._forget_outbox()
        self._loop.call_later(GONE_SECONDS, self._ended, None)
        return True

    def _at(self) -> Ask | None:
        """Give the question that it has begun and not answered; None where that is not known."""
        place = self._begun_untrusted()
        return self._pending[place - 1] if place else None

    def _running(self) -> str:
        """Name the callback that runs now; "" where none does."""
        at = self._at() or next(iter(self._pending), None)
        return NAMES[type(at.callback)] if at else ""

    def _kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._born is None:
            return
        try:
            signal.pidfd_send_signal(self._born.pidfd, number)
        except ProcessLookupError:
            pass

    def _ended(self, status: int | None) -> None:
        """The process is gone, or given up for gone. What it said before counts."""
        if self._closed or self._ending:
            return
        self._ending = True
        self._kill()  # For what was given up for gone.
        for _ in range(LAST_TURNS):
            if not self._take_packets():
                break
        if self._closed:  # By whoever heard those last packets.
            return
        at = self._at()
        said = last_words(self._born.errors) if self._born else b""
        scene = Scene(at.ask if at else NO_ASK, self._running(), said, self._files)
        death = how_it_ended(status, self._cause, scene)
        self._closed = True
        self._release()
        if self._loading.done():
            self._audience.died(death)
        else:
            self._loading_ended(death)

    def _release(self) -> None:
        self._patience.stop()
        self._overseer.stop()
        self._farewell.stop()
        if self._born is None:
            return
        self._stop_listening()
        self._stop_writing()
        self._born.close()
        self._born = None
