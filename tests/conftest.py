"""What all tests share. Values are really frozen here: this comes before anything else of the house is imported."""

import signal

import pytest
from hypothesis import settings

import session.values

session.values.really_frozen = True

# Whoever runs the tests in the background may have switched this off, for all that they start as well.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes is the machine's business, which may be busy.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the house does."""
    return "asyncio"
