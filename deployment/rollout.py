"""The life of one deployment, as a table: pure, so that whoever performs it cannot take a step that is not in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from deployment.checker import Checked, Fault
from deployment.source import ScriptSource
from deployment.version import ScriptVersion


class State(Enum):
    """How far a deployment has come."""

    PENDING = "pending"
    CHECKED = "checked"
    ACTIVE = "active"
    RETIRED = "retired"
    REJECTED = "rejected"


class Step(Enum):
    """What can happen to a deployment."""

    PASSED = "passed"
    FAILED = "failed"
    ACTIVATED = "activated"
    SUPERSEDED = "superseded"


#: PENDING waits for its check, CHECKED for the store; both can fail, and then whatever was active stays so.
#: ACTIVE ends only because another deployment follows it or its script is withdrawn. The other two are final.
TRANSITIONS: Mapping[State, Mapping[Step, State]] = {
    State.PENDING: {Step.PASSED: State.CHECKED, Step.FAILED: State.REJECTED},
    State.CHECKED: {Step.ACTIVATED: State.ACTIVE, Step.FAILED: State.REJECTED},
    State.ACTIVE: {Step.SUPERSEDED: State.RETIRED},
    State.RETIRED: {},
    State.REJECTED: {},
}


class WrongStep(AssertionError):
    """Our own mistake: a deployment was to take a step that its state does not know."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One act of making a content count.

    `server_at_fault` says that a rejection is not the script's doing (full disk, no sandbox): the same content may be
    tried again.
    """

    source: ScriptSource
    origin: str
    note: str = ""
    state: State = State.PENDING
    version: ScriptVersion | None = None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    server_at_fault: bool = False

    def checked(self, found: Checked) -> "Deployment":
        """The check has spoken: the deployment is CHECKED, or REJECTED with the faults."""
        step = Step.PASSED if found.ok else Step.FAILED
        return replace(self, state=self._after(step), faults=found.faults, warnings=found.warnings)

    def failed(self, reason: str) -> "Deployment":
        """Something of ours stood in the way of the check or the store: REJECTED, and not the script's fault."""
        fault = Fault(self.source.launch, 0, 0, reason)
        return replace(self, state=self._after(Step.FAILED), faults=(fault,), server_at_fault=True)

    def activated(self, version: ScriptVersion) -> "Deployment":
        """New game sessions are ruled by `version` from now on."""
        return replace(self, state=self._after(Step.ACTIVATED), version=version)

    def superseded(self) -> "Deployment":
        """Another deployment took its place, or the script was withdrawn."""
        return replace(self, state=self._after(Step.SUPERSEDED))

    def _after(self, step: Step) -> State:
        try:
            return TRANSITIONS[self.state][step]
        except KeyError:
            raise WrongStep(f"a deployment that is {self.state.value} cannot be {step.value}") from None
