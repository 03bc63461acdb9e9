"""The scripts that count at the moment, in memory: what a new game session begins with."""

from anyio import to_thread

from deployment.checker import Fault
from deployment.deployer import Deployer
from deployment.source import ScriptName, ScriptSource
from deployment.store import Store
from deployment.version import ScriptVersion
from session.values import value


@value
class ActiveScript:
    """The version of a script that new game sessions take."""

    version: ScriptVersion
    source: ScriptSource

    @property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """Paths and contents."""
        return tuple((file.path, file.content) for file in self.source.files)


class Scripts:
    """Active scripts by name."""

    def __init__(self) -> None:
        self._active: dict[str, ActiveScript] = {}
        self._last_faults: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        """The scripts of which there can be new game sessions, in alphabetical order."""
        return sorted(self._active)

    @property
    def all(self) -> list[ActiveScript]:
        """The active versions, in alphabetical order of their scripts."""
        return [self._active[name] for name in self.names]

    def active(self, name: str) -> ActiveScript | None:
        """Give a script's active version."""
        return self._active.get(name)

    def last_fault(self, name: str) -> str:
        """Say where and why a content of this script was refused last; "" once a later one was accepted."""
        return self._last_faults.get(name, "")

    async def load(self, store: Store) -> None:
        """Take over what was active when the server last ran. Raises StoreError."""
        for name in await to_thread.run_sync(store.names):
            version = await to_thread.run_sync(store.active, name)
            if version is not None:
                source = await to_thread.run_sync(store.source, version)
                self._active[name] = ActiveScript(version, source)

    def activated(self, version: ScriptVersion, deployer: Deployer) -> None:
        """A version counts from now on."""
        deployment = deployer.current(version.script)
        assert deployment is not None, "what this process has activated it remembers"
        self._active[version.script] = ActiveScript(version, deployment.source)
        self._last_faults.pop(version.script, None)

    def rejected(self, name: ScriptName, fault: Fault) -> None:
        """A content of a script was refused; what is active stays so."""
        place = f"{fault.file}:{fault.line}" if fault.line else fault.file
        self._last_faults[name] = f"{place}: {fault.message}"

    def withdrawn(self, name: ScriptName) -> None:
        """A script is not to be had any more."""
        self._active.pop(name, None)
