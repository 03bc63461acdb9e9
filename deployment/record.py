"""What is remembered of one script: its versions, which of them was active when, and what its file last held. Pure."""

from dataclasses import dataclass, replace

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

    def stepped_back(self, number: int) -> "Record":
        """With that version active and what came after it forgotten, so that the next step leads further back."""
        if number not in self.activations:
            return self.activated(number)
        last = len(self.activations) - self.activations[::-1].index(number)
        return replace(self, activations=self.activations[:last], withdrawn=False)
