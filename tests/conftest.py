"""What all tests share. Values are really frozen here: this comes before anything else of the house is imported."""

import pytest

import session.values

session.values.really_frozen = True


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the house does."""
    return "asyncio"
