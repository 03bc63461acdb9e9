"""One nursery for all tests that need real sandboxes."""

from collections.abc import AsyncIterator

import pytest

from sandbox.ears import Ears
from sandbox.nursery import Nursery


@pytest.fixture(scope="session")
async def nursery(anyio_backend: str) -> AsyncIterator[Nursery]:
    ears = Ears()
    nursery = await Nursery.start(ears)
    yield nursery
    nursery.close()
    ears.close()
