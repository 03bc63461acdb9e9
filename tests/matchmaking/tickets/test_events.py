"""Events as they go out; their details are in the conversation `shapes`."""

import pytest

from matchmaking.tickets.events import timestamp


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "1970-01-01T00:00:00.000Z"), (1.9996, "1970-01-01T00:00:02.000Z")]
)
def test_times_are_to_the_millisecond(seconds: float, shown: str) -> None:
    assert timestamp(seconds) == shown
