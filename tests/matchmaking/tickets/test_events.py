"""Events as they go out; their details are in the conversation `shapes`."""

import pytest

from matchmaking.tickets.configuration import MatchmakingConfiguration
from matchmaking.tickets.events import Events, envelope, timestamp
from matchmaking.tickets.ticket import MatchmakingTicket

ARN = "arn:aws:gamelift:us-west-2:123456789012:matchmakingconfiguration/SampleConfiguration"


def test_the_envelope_is_that_of_eventbridge() -> None:
    event = Events(MatchmakingConfiguration("SampleConfiguration", ARN, 60)).searching(
        MatchmakingTicket("A", "", (), 0)
    )
    assert envelope(event, "cc3d3ebe-1d90-48f8-b268-c96655b8f013", 1502226936.421) == {
        "version": "0",
        "id": "cc3d3ebe-1d90-48f8-b268-c96655b8f013",
        "detail-type": "GameLift Matchmaking Event",
        "source": "aws.gamelift",
        "account": "123456789012",
        "time": "2017-08-08T21:15:36.421Z",
        "region": "us-west-2",
        "resources": [ARN],
        "detail": event.detail,
    }


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "1970-01-01T00:00:00.000Z"), (1.9996, "1970-01-01T00:00:02.000Z")]
)
def test_times_are_to_the_millisecond(seconds: float, shown: str) -> None:
    assert timestamp(seconds) == shown
