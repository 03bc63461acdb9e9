"""Fixtures: a store, and a deployer that watches a folder."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from deployment.deployer import Deployer
from deployment.events import CaughtUp
from deployment.settling import DEFAULT_TIMING, Timing
from deployment.store import Store
from tests.deployment.world import CompilingChecker, Events, Watching, World


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    """Starts a deployer over `tmp_path/scripts` and waits until it has caught up."""

    @asynccontextmanager
    async def start(timing: Timing = DEFAULT_TIMING, make_folder: bool = True) -> AsyncIterator[World]:
        folder = tmp_path / "scripts"
        if make_folder:
            folder.mkdir(exist_ok=True)
        events, checker = Events(), CompilingChecker()
        with Store(tmp_path / "store") as store:
            deployer = Deployer(store, checker, events.publish, lambda: 1_800_000_000.0)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(deployer.run, folder, timing)
                await events.next(CaughtUp)
                yield World(folder, store, checker, events, deployer)
                tasks.cancel_scope.cancel()

    return start


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def events() -> Events:
    """A record of events."""
    return Events()


@pytest.fixture
def checker() -> CompilingChecker:
    """A checker that compiles."""
    return CompilingChecker()
