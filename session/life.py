"""The life of a peer, as a table.

A peer connects, claims a seat (LOGIN: the seat is being looked for), is put to the script (DECIDING), plays (READY),
and is gone. What the table does not hold is a violation by the peer; nobody compares stages elsewhere to find out.
A peer that is GONE stays so, whatever arrives late: an answer of the script, a seat, the loss of its channel.
"""

from enum import IntEnum, auto


class Stage(IntEnum):
    """Where a peer is in its life."""

    CONNECTED = auto()
    LOGIN = auto()
    DECIDING = auto()
    READY = auto()
    GONE = auto()


class Step(IntEnum):
    """What moves a peer from stage to stage."""

    LOGIN = auto()
    SEATED = auto()
    ACCEPTED = auto()
    REFUSED = auto()
    PLAY = auto()
    LOST = auto()


TRANSITIONS: dict[Stage, dict[Step, Stage]] = {
    Stage.CONNECTED: {Step.LOGIN: Stage.LOGIN, Step.REFUSED: Stage.GONE, Step.LOST: Stage.GONE},
    Stage.LOGIN: {Step.SEATED: Stage.DECIDING, Step.REFUSED: Stage.GONE, Step.LOST: Stage.GONE},
    Stage.DECIDING: {Step.ACCEPTED: Stage.READY, Step.REFUSED: Stage.GONE, Step.LOST: Stage.GONE},
    Stage.READY: {Step.PLAY: Stage.READY, Step.LOST: Stage.GONE},
    Stage.GONE: dict.fromkeys(Step, Stage.GONE),
}

#: The stages in which a peer is heard.
PLAYING = frozenset(stage for stage, steps in TRANSITIONS.items() if Step.PLAY in steps) - {Stage.GONE}

#: What is wrong with a step that the table does not hold: the reason that the peer is told.
VIOLATIONS: dict[Stage, dict[Step, str]] = {
    Stage.CONNECTED: {Step.PLAY: "data before the login"},
    Stage.LOGIN: {Step.PLAY: "data before the login was answered", Step.LOGIN: "a second login"},
    Stage.DECIDING: {Step.PLAY: "data before the login was answered", Step.LOGIN: "a second login"},
    Stage.READY: {Step.LOGIN: "a second login"},
}


class PeerViolation(Exception):
    """A peer broke the protocol; its connection is to be closed. The text is the reason that it is told."""


def moved(stage: Stage, step: Step) -> Stage:
    """Give the stage that follows.

    Raises:
        PeerViolation: the peer may not do that now.
    """
    try:
        return TRANSITIONS[stage][step]
    except KeyError:
        raise PeerViolation(VIOLATIONS[stage][step]) from None
