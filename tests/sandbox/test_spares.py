"""Spares: who wants a child gets one that is there already, and never one that is no use."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest

from runtime.nurseries import Nurseries
from sandbox.ears import Ears
from sandbox.limits import MIB
from sandbox.nursery import NoSandbox, Nursery
from sandbox.spares import SPARES, Spares
from tests.sandbox.playing import PATIENCE_SECONDS

pytestmark = pytest.mark.anyio

MEMORY = 64 * MIB


@pytest.fixture
async def spares(nursery: Nursery) -> AsyncIterator[Spares]:
    spares = Spares(nursery)
    yield spares
    spares.close()


class End:
    """The end of a child, to be waited for."""

    def __init__(self) -> None:
        self.status: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

    def __call__(self, status: int | None) -> None:
        self.status.set_result(status)


async def test_a_child_that_was_born_before_ends_as_any_other(spares: Spares) -> None:
    await spares.fill(MEMORY)
    end = End()
    child = await spares.spawn(MEMORY, end)
    os.kill(child.pid, signal.SIGKILL)
    assert await asyncio.wait_for(end.status, PATIENCE_SECONDS) == signal.SIGKILL
    child.close()


async def test_there_are_so_many_and_then_others_are_born(spares: Spares) -> None:
    await spares.fill(MEMORY)
    children = [await spares.spawn(MEMORY, End()) for _ in range(SPARES + 2)]
    assert len({child.pid for child in children}) == SPARES + 2
    for child in children:
        child.close()


async def test_two_who_fill_at_once_have_no_more_born_than_are_missing(spares: Spares) -> None:
    await asyncio.gather(spares.fill(MEMORY), spares.fill(MEMORY))
    assert len(spares._waiting) == SPARES


async def test_one_that_is_born_after_the_end_is_let_go(nursery: Nursery) -> None:
    spares = Spares(nursery)
    before = set(os.listdir("/proc/self/fd"))
    filling = asyncio.ensure_future(spares.fill(MEMORY))
    while not nursery._births:  # noqa: ASYNC110 - it does not tell
        await asyncio.sleep(0)
    spares.close()
    await filling
    assert not spares._waiting
    assert set(os.listdir("/proc/self/fd")) == before


async def test_they_are_born_as_soon_as_there_is_a_zygote() -> None:
    nurseries = Nurseries(lambda _: None)
    nurseries.memory_bytes = 2 * MEMORY
    await nurseries.start(allow_weaker=True)
    spares = nurseries._spares
    assert spares is not None
    assert spares._refilling is not None
    await spares._refilling
    assert [spare.memory_bytes for spare in spares._waiting] == [2 * MEMORY] * SPARES
    nurseries.close()


async def test_one_with_another_limit_is_not_given(spares: Spares) -> None:
    await spares.fill(MEMORY)
    waiting = [spare.newborn.pid for spare in spares._waiting]
    child = await spares.spawn(2 * MEMORY, End())
    assert child.pid not in waiting
    child.close()


async def test_one_that_has_ended_meanwhile_is_not_given() -> None:
    own = await Nursery.start(Ears())
    spares = Spares(own)
    await spares.fill(MEMORY)
    own.close()
    with pytest.raises(NoSandbox):
        await spares.spawn(MEMORY, End())
    spares.close()
    own.ears.close()


async def test_those_that_nobody_wanted_end(nursery: Nursery) -> None:
    spares = Spares(nursery)
    await spares.fill(MEMORY)
    waiting = [spare.newborn.pid for spare in spares._waiting]
    pidfds = [os.pidfd_open(pid) for pid in waiting]
    spares.close()
    loop = asyncio.get_running_loop()
    for pidfd in pidfds:
        ended = asyncio.Event()
        loop.add_reader(pidfd, ended.set)
        await asyncio.wait_for(ended.wait(), PATIENCE_SECONDS)
        loop.remove_reader(pidfd)
        os.close(pidfd)
    assert len(waiting) == SPARES
