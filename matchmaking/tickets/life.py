"""The life of a matchmaking ticket, as a table: the statuses are those of the service's API.

A ticket is taken into the pool, becomes part of a potential match, is accepted where that is wanted, placed, and is
over. A match that comes to nothing gives its tickets back to the pool. What is over stays so.
"""

from enum import StrEnum, auto


class Status(StrEnum):
    """Where a ticket is in its life, in the API's words."""

    QUEUED = "QUEUED"
    SEARCHING = "SEARCHING"
    REQUIRES_ACCEPTANCE = "REQUIRES_ACCEPTANCE"
    PLACING = "PLACING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    TIMED_OUT = "TIMED_OUT"


class Step(StrEnum):
    """What moves a ticket from status to status."""

    TAKEN_IN = auto()
    PROPOSED = auto()
    MATCHED = auto()
    AGREED = auto()
    RETURNED = auto()
    REFUSED = auto()
    PLACED = auto()
    BROKEN = auto()
    EXPIRED = auto()
    STOPPED = auto()


TRANSITIONS: dict[Status, dict[Step, Status]] = {
    Status.QUEUED: {
        Step.TAKEN_IN: Status.SEARCHING,
        Step.EXPIRED: Status.TIMED_OUT,
        Step.STOPPED: Status.CANCELLED,
    },
    Status.SEARCHING: {
        Step.PROPOSED: Status.REQUIRES_ACCEPTANCE,
        Step.MATCHED: Status.PLACING,
        Step.EXPIRED: Status.TIMED_OUT,
        Step.STOPPED: Status.CANCELLED,
    },
    # The time of the request goes on, but who is asked is not taken out of the game: it ends once he is back.
    Status.REQUIRES_ACCEPTANCE: {
        Step.AGREED: Status.PLACING,
        Step.RETURNED: Status.SEARCHING,
        Step.REFUSED: Status.CANCELLED,
        Step.STOPPED: Status.CANCELLED,
    },
    Status.PLACING: {
        Step.PLACED: Status.COMPLETED,
        Step.RETURNED: Status.SEARCHING,
        Step.BROKEN: Status.FAILED,
        Step.STOPPED: Status.CANCELLED,
    },
    Status.COMPLETED: {},
    Status.FAILED: {},
    Status.CANCELLED: {},
    Status.TIMED_OUT: {},
}

#: A ticket with one of these is not over.
ACTIVE = frozenset(status for status, steps in TRANSITIONS.items() if steps)
#: A ticket with one of these belongs to a potential match.
IN_A_MATCH = frozenset({Status.REQUIRES_ACCEPTANCE, Status.PLACING})
