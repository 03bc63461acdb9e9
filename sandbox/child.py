"""The child: one script in its own process, answering the relay's questions one after another.

It reads packets from one descriptor and writes packets to it, and does nothing else with the world. It imports neither
sockets nor ctypes: the zygote has prepared everything before ``serve`` is called.
"""

import math
import os
import signal
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import NoReturn

from sandbox.batches import AnswerBatch
from sandbox.begun import Begun
from sandbox.budget import TICK_SECONDS, Budget
from sandbox.calls import Calls
from sandbox.errors import script_error
from sandbox.frames import Assembler, Kind, packets, unpack_untrusted
from sandbox.jail.rlimits import lower_memory, make_room
from sandbox.limits import DEFAULTS, LOAD_BYTES, MIB, PACKET_BYTES, Limits
from sandbox.load import LoadOrder, Refused, decoded, load_order, loaded
from sandbox.policy import describe, running_at
from sandbox.questions import ask_from_plain
from sandbox.script.side import Side
from sandbox.texts import sendable
from session.answers import Answer, Outcome
from session.callbacks import OnTick
from session.quota import Quota

#: A line of the script: file, line, source line.
Where = tuple[str, int, str]


class Child:
    """What runs in the sandbox: reads frames, calls the script, writes frames."""

    def __init__(self, descriptor: int, begun: Begun) -> None:
        self._descriptor = descriptor
        self._assembler = Assembler(LOAD_BYTES)
        self._begun = begun
        self._budget = Budget(self._overspent)
        self._limits = DEFAULTS
        self._batch = AnswerBatch()
        #: A frame is half written, or the batch half changed: a signal that comes just then must write nothing.
        self._halfway = False
        #: The relay wants what is finished, as soon as nothing is halfway.
        self._urged = False
        self._sources: Mapping[str, str] = {}
        self._calls: Calls | None = None
        self._call_seconds, self._tick_seconds = math.inf, math.inf
        self._log_quota = Quota(1.0, 1.0, 0.0)
        self._error_quota = Quota(1.0, 1.0, 0.0)
        self._lines_dropped = 0

    def keep_time(self) -> None:
        """Watch what the script uses of the processor, and send what is finished when the relay asks with SIGUSR1."""
        signal.signal(signal.SIGUSR1, lambda *_: self._hurry())
        self._budget.arm()

    def serve(self) -> None:
        """Answer until the relay closes its end."""
        while self.turn():
            pass

    def turn(self) -> bool:
        """Take a packet, and do what its frame says once that is whole; False where the relay has closed its end."""
        packet = os.read(self._descriptor, PACKET_BYTES)
        if packet:
            self.take(packet)
        return bool(packet)

    def take(self, packet: bytes) -> None:
        """Do what a frame says, if this packet makes it whole."""
        if frame := self._assembler.feed_untrusted(packet):
            self._take(*frame)

    def _take(self, kind: Kind, body: bytes) -> None:
        value = unpack_untrusted(body)
        if kind is Kind.LOAD:
            self._load(load_order(value))
        else:
            self._answer(value)

    def _load(self, order: LoadOrder) -> None:
        self._limits = order.limits
        self._limit_lines()
        self._budget.begin(order.cpu_seconds)
        side = Side(order.limits, order.unix_start, self._write_log)
        try:
            self._sources = decoded(order.files)
            script = loaded(order, self._sources, side)
            self._calls = Calls(script.namespace, side, script.session, self._report)
        except Refused as refused:
            self._send(Kind.REFUSED, refused.as_plain())
        except MemoryError as error:
            self._out_of_memory(error)
        else:
            self._restrict(side, order.limits.lowered(script.configuration))
            callbacks = sorted(self._calls.callbacks)
            self._send(Kind.LOADED, [callbacks, script.configuration, script.warnings])

    def _restrict(self, side: Side, wanted: Limits) -> None:
        """Take what the script's configuration wants less of than the server allows."""
        lower_memory(self._limits.memory_bytes - wanted.memory_bytes)
        self._limits = wanted
        side.restrict(wanted)
        self._limit_lines()
        self._call_seconds = wanted.callback_cpu_milliseconds / 1000
        self._tick_seconds = wanted.tick_cpu_milliseconds / 1000
        self._budget.share(wanted.cpu_window_seconds)

    def _limit_lines(self) -> None:
        lines = self._limits.log_lines_per_second
        self._log_quota, self._error_quota = (Quota(lines, lines, time.monotonic()) for _ in range(2))

    def _answer(self, asks: object) -> None:
        assert isinstance(asks, tuple)
        assert self._calls is not None, "the relay asks only after the script has been loaded"
        since = time.monotonic()
        try:
            for plain in asks:
                ask = ask_from_plain(plain)
                self._begun.set(ask.ask)
                self._budget.begin(self._tick_seconds if type(ask.callback) is OnTick else self._call_seconds)
                answer = self._calls.answer(ask)
                now = time.monotonic()
                if now - since > TICK_SECONDS:
                    self._budget.look()  # At the end of the stack, no handler of a signal runs.
                since = now
                self._finished(answer, now)
            self.flush()
            self._budget.begin(math.inf)  # To decode what comes next is not for the last call to pay.
        except MemoryError as error:
            self._out_of_memory(error)

    def _finished(self, answer: Answer, now: float) -> None:
        self._halfway = True
        if not self._batch.add(answer):
            self.flush()
            self._batch.add(answer)
        if self._batch.due(now):
            self.flush()
        self._halfway = False
        if self._urged:
            self.flush()

    def flush(self) -> None:
        """Send the answers that are finished."""
        was, self._halfway = self._halfway, True
        self._urged = False
        try:
            if self._batch:
                self._send(Kind.ANSWERS, self._batch.taken())
        finally:
            self._halfway = was

    def _send(self, kind: Kind, value: object) -> None:
        frame = tuple(packets(kind, value))  # A script catches what may be raised here: nothing is written by then.
        was, self._halfway = self._halfway, True
        try:
            for packet in frame:
                os.write(self._descriptor, packet)
        finally:
            self._halfway = was
        if self._urged and not was:
            self.flush()

    def _report(self, callback: str, function: Callable[..., object], error: BaseException, occasion: str) -> None:
        """Send what left a callback, and where; of too many a second, only their number is said."""
        if not self._error_quota.take(time.monotonic()):
            self._lines_dropped += 1
            return
        told = script_error(callback, function, error, occasion, self._sources)
        self._send(Kind.ERROR, [told.callback, told.file, told.line, told.source_line, told.text, told.occasion])

    def _write_log(self, level: str, text: str) -> None:
        """Send a line to the log; of too many a second, only their number."""
        if not self._log_quota.take(time.monotonic()):
            self._lines_dropped += 1
            return
        if self._lines_dropped:
            dropped, self._lines_dropped = self._lines_dropped, 0
            self._send(Kind.LOG, ["warning", f"{dropped} lines were dropped: too many a second", dropped])
        self._send(Kind.LOG, [level, sendable(text), 0])

    def _hurry(self) -> None:
        """The relay is about to kill us: what is finished is not to be lost."""
        self._urged = True
        if not self._halfway:
            self.flush()

    def _overspent(self, outcome: Outcome, used: int, allowed: int, frame: FrameType | None) -> None:
        """End, unless something is halfway: that takes no time, and it is looked at again."""
        if not self._halfway:
            self._end(outcome, lambda: running_at(frame, self._sources), used, allowed)

    def _out_of_memory(self, error: MemoryError) -> NoReturn:
        """A script that has hit the memory limit ends: nothing says what state it is in."""

        def where() -> Where:
            raised = describe(error, self._sources)
            return raised.file, raised.line, raised.source_line

        self._end(Outcome.EXCEEDED_MEMORY, where, 0, self._limits.memory_bytes // MIB)

    def _end(self, outcome: Outcome, where: Callable[[], Where], used: int, allowed: int) -> NoReturn:
        """Send what is finished and which limit is hit, and be gone: nothing of the script runs any more."""
        make_room()  # At the end of the stack there may be none for this call: then it is looked at again.
        try:
            self._halfway = True
            self.flush()
            self._send(Kind.DYING, [outcome.value, *where(), used, allowed])
        finally:
            os._exit(1)
