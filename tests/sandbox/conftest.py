"""One nursery for all tests that need real sandboxes."""

from collections.abc import AsyncIterator

import pytest

from sandbox.nursery import Nursery


@pytest.fixture(scope="session")
async def nursery(anyio_backend: str) -> AsyncIterator[Nursery]:
    nursery = await Nursery.start()
    yield nursery
    nursery.close()
