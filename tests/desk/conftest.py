"""What the tests of the desk share: a small house, its hub, and a client of its API."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from desk.hub import Hub
from desk.local_api import local_api
from tests.desk.house import SmallHouse


@pytest.fixture
def hub() -> Hub:
    """A hub whose clock stands still."""
    return Hub(clock=lambda: 7.0)


@pytest.fixture
def house(tmp_path: Path, hub: Hub) -> Iterator[SmallHouse]:
    """A house without scripts."""
    small = SmallHouse(tmp_path / "store", hub)
    yield small
    small.store.close()


@pytest.fixture
async def client(house: SmallHouse, hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the API of the house, without a socket."""
    transport = httpx.ASGITransport(local_api(house, hub), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:9080") as asking:
        yield asking
