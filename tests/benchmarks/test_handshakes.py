"""The benchmark of handshakes: that its clients shake hands, and that a row tells what each costs."""

import ssl
from pathlib import Path

import pytest
from anyio import to_thread

from benchmarks.handshakes import Shaken, by_dtls, by_tls, row
from relay.channel import ChannelLimits
from relay.fast.limits import FastLimits
from tests.relay import certified
from tests.relay.plain_relay import PlainRelay, opened


@pytest.mark.anyio
async def test_its_clients_shake_hands(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(certified.authority().chain)
    relay = PlainRelay(ChannelLimits(), 100, FastLimits())
    relay.listener.speak_tls(certified.shows())
    relay.listener.speak_dtls(certified.leaf().chain, certified.leaf().key, certified.authority().chain)
    async with opened(relay):
        await to_thread.run_sync(by_tls(relay.listener.port, tmp_path / "ca.pem", ssl.TLSVersion.TLSv1_3))
        await to_thread.run_sync(by_dtls(relay.fast.port, tmp_path / "ca.pem"))
        assert relay.listener.counts.handshakes == 1


def test_a_row_tells_what_each_handshake_costs() -> None:
    told = row("DTLS 1.2", Shaken(handshakes=500, seconds=2.0, processor_seconds=0.5))
    assert told == "| DTLS 1.2 | 1.00 ms | 1,000 | 250 |"
