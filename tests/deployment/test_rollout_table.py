"""A deployment takes the steps of its table and no other."""

from itertools import product

import pytest

from deployment.checker import Checked, Fault
from deployment.rollout import TRANSITIONS, Deployment, State, WrongStep
from deployment.source import ScriptName, source_of
from deployment.version import ScriptVersion

PENDING = Deployment(source_of("chat", {"chat.py": b""}, "chat.py"), "command")
VERSION = ScriptVersion(ScriptName("chat"), 1, "0" * 64, 0.0, "command", "")
FAULT = Fault("chat.py", 3, 1, "no")
STEPS = {
    "passed": lambda deployment: deployment.checked(Checked()),
    "faulty": lambda deployment: deployment.checked(Checked((FAULT,))),
    "failed": lambda deployment: deployment.failed("disk full"),
    "activated": lambda deployment: deployment.activated(VERSION),
    "superseded": lambda deployment: deployment.superseded(),
}
REACHED = {
    State.PENDING: PENDING,
    State.CHECKED: STEPS["passed"](PENDING),
    State.ACTIVE: STEPS["activated"](STEPS["passed"](PENDING)),
    State.RETIRED: STEPS["superseded"](STEPS["activated"](STEPS["passed"](PENDING))),
    State.REJECTED: STEPS["faulty"](PENDING),
}
ALLOWED = {
    (State.PENDING, "passed"): State.CHECKED,
    (State.PENDING, "faulty"): State.REJECTED,
    (State.PENDING, "failed"): State.REJECTED,
    (State.CHECKED, "faulty"): State.REJECTED,
    (State.CHECKED, "failed"): State.REJECTED,
    (State.CHECKED, "activated"): State.ACTIVE,
    (State.ACTIVE, "superseded"): State.RETIRED,
}


@pytest.mark.parametrize(("state", "step"), list(product(State, STEPS)))
def test_every_step_from_every_state(state: State, step: str) -> None:
    if (state, step) in ALLOWED:
        assert STEPS[step](REACHED[state]).state is ALLOWED[state, step]
    else:
        with pytest.raises(WrongStep):
            STEPS[step](REACHED[state])


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    assert set(TRANSITIONS) == set(State)
    assert all(deployment.state is state for state, deployment in REACHED.items())


def test_a_rejection_says_why_and_whose_fault_it_was() -> None:
    assert STEPS["faulty"](PENDING).faults == (FAULT,)
    assert not STEPS["faulty"](PENDING).server_at_fault
    failed = STEPS["failed"](PENDING)
    assert failed.server_at_fault
    assert [fault.message for fault in failed.faults] == ["disk full"]
