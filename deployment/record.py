"""What is remembered of one script: its versions, which of them was active when, and what its file last held. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise

from deployment.source import PathKey, ScriptName
from deployment.version import ScriptVersion

#: How many activations are remembered, the newest; beyond them `rollback` needs a number.
MAX_ACTIVATIONS = 1_000


class UnknownScript(LookupError):
    """No version of a script of that name is stored."""


class UnknownVersion(LookupError):
    """The script has no version of that number, or none was active before."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a path of the watched folder held when it was last deployed from there."""

    path: PathKey
    digest: str


@dataclass(frozen=True, slots=True)
class Record:
    """One script's versions and pointers.

    `last_number` is the highest number ever given, so that none is given twice. The last of `activations` is the
    active version unless the script is withdrawn; those before it are what stepping back leads to.
    """

    script: ScriptName
    versions: tuple[ScriptVersion, ...] = ()
    last_number: int = 0
    activations: tuple[int, ...] = ()
    withdrawn: bool = False
    seen: Seen | None = None

    def version(self, number: int) -> ScriptVersion:
        """The version of that number; raises `UnknownVersion`."""
        for version in self.versions:
            if version.number == number:
                return version
        raise UnknownVersion(f"{self.script} has no version {number}")

    def version_with(self, digest: str) -> ScriptVersion | None:
        """The version that has this content, if there is one."""
        return next((version for version in self.versions if version.digest == digest), None)

    @property
    def active(self) -> ScriptVersion | None:
        """The version that new game sessions begin with."""
        return None if self.withdrawn or not self.activations else self.version(self.activations[-1])

    @property
    def before(self) -> ScriptVersion:
        """The version to which stepping back leads; raises `UnknownVersion` if none was active before."""
        earlier = self.activations if self.withdrawn else self.activations[:-1]
        if not earlier:
            raise UnknownVersion(f"no version of {self.script} was active before")
        return self.version(earlier[-1])

    def added(self, version: ScriptVersion) -> "Record":
        """With one more version."""
        return replace(self, versions=(*self.versions, version), last_number=version.number)

    def activated(self, number: int) -> "Record":
        """With that version active; what was active before is remembered. Raises `UnknownVersion`."""
        self.version(number)
        again = self.activations[-1:] == (number,)
        activations = self.activations if again else (*self.activations, number)
        return replace(self, activations=activations[-MAX_ACTIVATIONS:], withdrawn=False)

    def prunable(self, keep: int, in_use: Collection[int]) -> tuple[ScriptVersion, ...]:
        """The versions that nobody needs: not active, not in use, not among the last `keep` activations.

        Some version always stays, if need be the newest: a script without one would be forgotten, and its numbers with
        it.
        """
        recent = self.activations[-keep:] if keep else ()
        active = () if self.active is None else (self.active.number,)
        needed = {*recent, *active, *in_use}
        if not any(version.number in needed for version in self.versions):
            needed.add(max((version.number for version in self.versions), default=0))
        return tuple(version for version in self.versions if version.number not in needed)

    def pruned(self, versions: Collection[ScriptVersion]) -> "Record":
        """Without those versions, and without a memory of their activations; none of them is active."""
        gone = {version.number for version in versions}
        stay = [number for number in self.activations if number not in gone]
        # What was active twice in a row, once what lay between is gone, was active once.
        activations = tuple(number for before, number in pairwise([0, *stay]) if number != before)
        return replace(
            self,
            versions=tuple(version for version in self.versions if version.number not in gone),
            activations=activations,
        )

    def stepped_back(self, number: int) -> "Record":
        """With that version active and what came after it forgotten, so that the next step leads further back."""
        if number not in self.activations:
            return self.activated(number)
        last = len(self.activations) - self.activations[::-1].index(number)
        return replace(self, activations=self.activations[:last], withdrawn=False)
