"""The child: one script in its own process, answering the relay's questions one after another.

It reads packets from one descriptor and writes packets to it, and does nothing else with the world. It imports neither
sockets nor ctypes: the zygote has prepared everything before ``serve`` is called.
"""

import os
import resource
import time
from collections.abc import Callable, Mapping
from typing import NoReturn

from sandbox.batches import AnswerBatch
from sandbox.begun import Begun
from sandbox.calls import Calls
from sandbox.errors import script_error
from sandbox.frames import Assembler, Kind, packets, unpack_untrusted
from sandbox.jail.rlimits import lower_memory
from sandbox.limits import LOAD_BYTES, PACKET_BYTES, Limits
from sandbox.load import LoadOrder, Refused, decoded, load_order, loaded
from sandbox.policy import describe
from sandbox.questions import ask_from_plain
from sandbox.script.side import Side
from sandbox.texts import sendable
from session.answers import Outcome
from session.quota import Quota


class Child:
    """What runs in the sandbox: reads frames, calls the script, writes frames."""

    def __init__(self, descriptor: int, begun: Begun) -> None:
        self._descriptor = descriptor
        self._begun = begun
        self._batch = AnswerBatch()
        self._sources: Mapping[str, str] = {}
        self._calls: Calls | None = None
        self._log_quota = Quota(1.0, 1.0, 0.0)
        self._error_quota = Quota(1.0, 1.0, 0.0)
        self._lines_dropped = 0

    def serve(self) -> None:
        """Answer until the relay closes its end."""
        assembler = Assembler(LOAD_BYTES)
        while packet := os.read(self._descriptor, PACKET_BYTES):
            frame = assembler.feed_untrusted(packet)
            if frame is not None:
                self._take(*frame)

    def _take(self, kind: Kind, body: bytes) -> None:
        value = unpack_untrusted(body)
        if kind is Kind.LOAD:
            self._load(load_order(value))
        else:
            self._answer(value)

    def _load(self, order: LoadOrder) -> None:
        self._limit_lines(order.limits.log_lines_per_second)
        side = Side(order.limits, order.unix_start, self._write_log)
        try:
            self._sources = decoded(order.files)
            script = loaded(order, self._sources, side)
            self._calls = Calls(script.namespace, side, script.session, self._report)
        except Refused as refused:
            self._send(Kind.REFUSED, refused.as_plain())
        except MemoryError as error:
            self._die(error)
        else:
            self._restrict(side, order.limits, order.limits.lowered(script.configuration))
            callbacks = sorted(self._calls.callbacks)
            self._send(Kind.LOADED, [callbacks, script.configuration, script.warnings])

    def _restrict(self, side: Side, allowed: Limits, wanted: Limits) -> None:
        """Take what the script's configuration wants less of than the server allows."""
        side.restrict(wanted)
        self._limit_lines(wanted.log_lines_per_second)
        lower_memory(allowed.memory_bytes - wanted.memory_bytes)

    def _limit_lines(self, lines_per_second: int) -> None:
        self._log_quota = Quota(lines_per_second, lines_per_second, time.monotonic())
        self._error_quota = Quota(lines_per_second, lines_per_second, time.monotonic())

    def _answer(self, asks: object) -> None:
        assert isinstance(asks, tuple)
        assert self._calls is not None, "the relay asks only after the script has been loaded"
        try:
            for plain in asks:
                ask = ask_from_plain(plain)
                self._begun.set(ask.ask)
                answer = self._calls.answer(ask)
                if not self._batch.add(answer):
                    self.flush()
                    self._batch.add(answer)
                if self._batch.due(time.monotonic()):
                    self.flush()
            self.flush()
        except MemoryError as error:
            self._die(error)

    def flush(self) -> None:
        """Send the answers that are finished."""
        if self._batch:
            self._send(Kind.ANSWERS, self._batch.taken())

    def _send(self, kind: Kind, value: object) -> None:
        for packet in packets(kind, value):
            os.write(self._descriptor, packet)

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

    def _die(self, error: MemoryError) -> NoReturn:
        """A script that has hit the memory limit ends: nothing says what state it is in.

        The soft limit is lifted to the hard one, so that there is room to say where.
        """
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
        raised = describe(error, self._sources)
        self.flush()
        self._send(Kind.DYING, [Outcome.EXCEEDED_MEMORY.value, raised.file, raised.line, raised.source_line])
        os._exit(1)
