"""The host's handle on one sandbox: puts questions to it, believes nothing it says unchecked, and ends it in time."""

import asyncio
import os
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Protocol

from sandbox.deaths import Scene, how_it_ended
from sandbox.frames import Assembler, BadFrame, Kind, packets, unpack_untrusted
from sandbox.limits import BACKLOG_BYTES, FRAME_BYTES, PACKET_BYTES, Limits
from sandbox.nursery import Newborn, Nursery
from sandbox.questions import ask_as_plain
from sandbox.reports import (
    Death,
    Loaded,
    LoadRefused,
    LogLine,
    ScriptError,
    dying_untrusted,
    error_untrusted,
    loaded_untrusted,
    log_untrusted,
    refused_untrusted,
)
from sandbox.rulings import answer_untrusted
from session.answers import Answer, Outcome
from session.callbacks import NAMES
from session.effects import Ask
from session.quota import Quota
from session.values import value

#: Packets that are taken from one sandbox in one turn of the loop; the others wait for the next.
PACKETS_A_TURN = 64
#: So long a sandbox that is out of time may take to say in which line, before it is killed.
LAST_WORDS_SECONDS = 0.05
#: As much of its last words is read.
LAST_WORDS_BYTES = 64 * 1024
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


@value
class Script:
    """A script to load, with everything that it is to take for the world.

    ``files`` are contents by path; ``seed`` starts its randomness; ``unix_start`` is the time of day, in seconds, at
    which the game session begins; ``facts`` are the game session's id, name, script, version and largest number of
    players.
    """

    files: Mapping[str, bytes]
    launch: str
    seed: int
    unix_start: float
    facts: tuple[str, str, str, int, int]


class Sandbox:
    """One script in its own process. ``load`` it first; then ``ask``, until ``close`` or its death."""

    def __init__(self, limits: Limits, audience: Audience) -> None:
        self._limits = limits
        self._audience = audience
        self._loop = asyncio.get_running_loop()
        self._born: Newborn | None = None
        self._files: Mapping[str, bytes] = {}
        self._assembler = Assembler(FRAME_BYTES)
        self._outbox: deque[bytes] = deque()
        self._outbox_bytes = 0
        self._pending: deque[Ask] = deque()
        self._deadline = 0.0
        self._watchdog: asyncio.TimerHandle | None = None
        self._loading: asyncio.Future[Loaded | LoadRefused | Death] = self._loop.create_future()
        self._log_quota = Quota(2 * limits.log_lines_per_second, 4 * limits.log_lines_per_second, self._loop.time())
        self._cause: Death | None = None
        self._closed = False

    @property
    def pid(self) -> int:
        """The process id of the sandbox; 0 before it is born."""
        return self._born.pid if self._born else 0

    async def load(self, nursery: Nursery, script: Script) -> Loaded | LoadRefused | Death:
        """Have a child forked and the script loaded in it. Raises NoSandbox where there is none to be had."""
        self._files = script.files
        self._born = await nursery.spawn(self._limits.memory_bytes, self._ended)
        self._loop.add_reader(self._born.channel, self._read)
        fields: dict[str, object] = {field: getattr(script, field) for field in Script.__match_args__}
        fields["limits"] = [getattr(self._limits, field) for field in Limits.__match_args__]
        self._watch(self._limits.load_wall_seconds)
        self._send(Kind.LOAD, fields)
        return await self._loading

    def ask(self, asks: Sequence[Ask]) -> None:
        """Put questions to the script; each has its own time, from when the one before it was answered."""
        if self._cause or self._closed:
            return
        if not self._pending:
            self._watch(self._limits.call_wall_seconds)
        self._pending.extend(asks)
        self._send(Kind.ASK, [ask_as_plain(ask) for ask in asks])

    def close(self) -> None:
        """End the sandbox; nothing is heard of it any more."""
        self._closed = True
        self._kill()
        self._release()

    # Frames to the sandbox.

    def _send(self, kind: Kind, body: object) -> None:
        for packet in packets(kind, body):
            self._outbox.append(packet)
            self._outbox_bytes += len(packet)
        if self._outbox_bytes > BACKLOG_BYTES:
            self._give_up(Outcome.EXCEEDED_TIME, "it does not read what it is asked")
        else:
            self._write()

    def _write(self) -> None:
        if self._born is None:
            return
        try:
            while self._outbox:
                self._born.channel.send(self._outbox[0])
                self._outbox_bytes -= len(self._outbox.popleft())
        except BlockingIOError:
            self._loop.add_writer(self._born.channel, self._write)
            return
        except OSError:  # It has ended; its death is on the way.
            self._outbox.clear()
        self._loop.remove_writer(self._born.channel)

    # Frames from the sandbox.

    def _read(self) -> None:
        self._take_packets()

    def _take_packets(self) -> bool:
        """Take some of the packets that are there; True says that there may be more."""
        answers: list[Answer] = []
        try:
            more = self._packets_untrusted(answers)
        except BlockingIOError:
            more = False
        except BadFrame as error:
            more = False
            self._stop_listening()
            self._give_up(Outcome.BAD_FRAME, f"it sent {error}")
        if answers:
            self._audience.answered(answers)
        return more and not self._closed

    def _packets_untrusted(self, answers: list[Answer]) -> bool:
        for _ in range(PACKETS_A_TURN):
            if self._born is None or not (packet := self._received()):
                self._stop_listening()
                return False
            frame = self._assembler.feed_untrusted(packet)
            if frame is not None:
                self._take_untrusted(*frame, answers)
        return True

    def _received(self) -> bytes:
        assert self._born is not None
        try:
            return self._born.channel.recv(PACKET_BYTES)
        except ConnectionError:
            return b""

    def _stop_listening(self) -> None:
        if self._born is not None:
            self._loop.remove_reader(self._born.channel)

    def _take_untrusted(self, kind: Kind, body: bytes, answers: list[Answer]) -> None:  # noqa: C901 - a case for each kind
        plain = unpack_untrusted(body)
        match kind:
            case Kind.ANSWER:
                answers.append(self._answer_untrusted(plain))
            case Kind.LOG:
                line = log_untrusted(plain)
                if self._may_speak():
                    self._audience.logged(line)
            case Kind.ERROR:
                error = error_untrusted(plain)
                if self._may_speak():
                    self._audience.raised(error)
            case Kind.LOADED if not self._loading.done():
                self._loading_ended(loaded_untrusted(plain))
            case Kind.REFUSED if not self._loading.done():
                self._loading_ended(refused_untrusted(plain))
            case Kind.DYING:
                self._cause = dying_untrusted(plain)
            case _:
                raise BadFrame(f"a frame of kind {kind.name} out of turn")

    def _answer_untrusted(self, plain: object) -> Answer:
        answer = answer_untrusted(plain)
        if not self._pending or self._pending[0].ask != answer.ask:
            raise BadFrame("an answer to what it was not asked")
        self._pending.popleft()
        self._deadline = self._loop.time() + self._limits.call_wall_seconds
        return answer

    def _may_speak(self) -> bool:
        """A sandbox limits its own log; one that does not is not listened to beyond twice as much."""
        return not self._closed and self._log_quota.take(self._loop.time())

    def _loading_ended(self, result: Loaded | LoadRefused | Death) -> None:
        self._stop_watching()
        if not self._loading.done():
            self._loading.set_result(result)

    # Time.

    def _watch(self, seconds: float) -> None:
        """Start the time of what was just sent. One timer serves for all: it looks again when it comes too early."""
        self._deadline = self._loop.time() + seconds
        if self._watchdog is None:
            self._watchdog = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        self._watchdog = None
        if not self._pending and self._loading.done():
            return
        if self._loop.time() < self._deadline:
            self._watchdog = self._loop.call_at(self._deadline, self._look)
        else:
            self._give_up(Outcome.EXCEEDED_TIME, "it took longer than allowed")

    def _stop_watching(self) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None

    # Its end.

    def _give_up(self, outcome: Outcome, text: str) -> None:
        """Have the sandbox say where it is, then kill it."""
        if self._cause is not None:
            return
        self._cause = Death(outcome, "", "", 0, "", text)
        self._outbox.clear()
        self._signal(signal.SIGUSR1)
        self._loop.call_later(LAST_WORDS_SECONDS, self._kill)
        self._loop.call_later(GONE_SECONDS, self._ended, None)

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
        if self._closed:
            return
        while self._take_packets():
            pass
        callback = NAMES[type(self._pending[0].callback)] if self._pending else ""
        death = how_it_ended(status, self._cause, Scene(callback, self._last_words(), self._files))
        self._closed = True
        self._release()
        if self._loading.done():
            self._audience.died(death)
        else:
            self._loading_ended(death)

    def _last_words(self) -> bytes:
        """Read what the process wrote to its standard error: the line where it was, in faulthandler's words."""
        if self._born is None:
            return b""
        try:
            return os.read(self._born.errors, LAST_WORDS_BYTES)
        except OSError:
            return b""

    def _release(self) -> None:
        self._stop_watching()
        if self._born is None:
            return
        self._stop_listening()
        self._loop.remove_writer(self._born.channel)
        self._born.channel.close()
        os.close(self._born.errors)
        os.close(self._born.pidfd)
        self._born = None
