"""Handshakes of TLS: a few steps in each turn of the loop, since they cost more than messages, and none for ever.

Whatever is wrong with a peer's TLS is a ``TlsFailure``: it is counted, and ends that peer's connection alone.
"""

import asyncio
import ssl
from enum import StrEnum
from itertools import islice
from typing import Protocol

import structlog

from relay.channel import ChannelLimits
from relay.counts import Counts

LOG = structlog.get_logger()

#: Steps in one turn of the loop. One costs about 0.3 ms (with RSA more), and meanwhile players wait.
STEPS_A_TURN = 4
#: What a peer may send ahead of the step that reads it.
AHEAD_BYTES = 32 * 1024


class TlsFailure(StrEnum):
    """Why a peer's TLS came to nothing."""

    #: Its first byte is that of no TLS; mostly it is plain HTTP.
    NO_TLS = "no_tls"
    #: There is no version or cipher in common, the peer does not trust the certificate, sends rubbish or leaves.
    HANDSHAKE = "handshake"
    #: It took longer than ``handshake_seconds``.
    SLOW = "slow"
    #: What came after the handshake is none of its records: broken, forged, out of order.
    RECORD = "record"


class Shaking(Protocol):
    """A peer that shakes hands."""

    def step(self) -> None:
        """Read what has come, and answer."""

    def late(self) -> None:
        """End it: the time is over."""


class Home(Protocol):
    """What handshakes need of their listener."""

    limits: ChannelLimits
    counts: Counts


class Handshakes:
    """Those of one listener. ``context`` is for those that begin from now on."""

    def __init__(self, context: ssl.SSLContext, home: Home) -> None:
        self.context = context
        self.home = home
        self._loop = asyncio.get_running_loop()
        #: Since when each is under way, the oldest first.
        self._since: dict[Shaking, float] = {}
        #: Those that have something to read, in the order in which it came.
        self._ready: dict[Shaking, None] = {}
        self._turn_is_due = False

    def begin(self, peer: Shaking) -> None:
        """A peer has connected."""
        self._since[peer] = self._loop.time()

    def ready(self, peer: Shaking) -> None:
        """A peer has said something: it gets its step in this turn or in one that follows."""
        self._ready[peer] = None
        self._plan()

    def done(self, peer: Shaking) -> None:
        """Hands are shaken, or will never be. Harmless a second time."""
        self._since.pop(peer, None)
        self._ready.pop(peer, None)

    def failed(self, why: TlsFailure, address: str, detail: str) -> None:
        """Count a failure, and say so."""
        self.home.counts.tls_failures[why] += 1
        LOG.info("tls_failed", why=why.value, address=address, detail=detail)

    def sweep(self, now: float, forgiven: bool) -> None:
        """End those that take too long; ``forgiven`` says that it was this process that did not listen."""
        if forgiven:
            self._since = dict.fromkeys(self._since, now)
        over = now - self.home.limits.handshake_seconds
        for peer in [peer for peer, since in self._since.items() if since < over]:
            self._since.pop(peer, None)
            peer.late()

    def _plan(self) -> None:
        if self._ready and not self._turn_is_due:
            self._turn_is_due = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._turn_is_due = False
        try:
            for peer in tuple(islice(self._ready, STEPS_A_TURN)):
                self._ready.pop(peer, None)
                peer.step()
        finally:
            self._plan()
