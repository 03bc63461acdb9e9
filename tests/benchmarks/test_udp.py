"""The benchmark of datagrams: that what is sent arrives, and is counted as what it is."""

import pytest

from benchmarks.udp import CONTENDERS, Measured, Work, measured, row

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("name", ["bare asyncio", "bare asyncio by DTLS"])
async def test_a_bare_relay_passes_on_what_comes(name: str) -> None:
    work = Work(players=3, rate=100)
    async with CONTENDERS[name](work) as served:
        found = await measured(served, work, seconds=0.3)
    assert found.sent >= 60
    assert found.arrived >= found.sent


def test_a_row_tells_what_each_datagram_costs() -> None:
    told = row("harena", Work(players=11, rate=200), Measured(sent=100, arrived=900, processor_seconds=0.009))
    assert told == "| harena | 10 | 200 | 100,000 | 10.00 µs | 10.0% |"
