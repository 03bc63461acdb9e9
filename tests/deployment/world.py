"""What these tests share: a checker that compiles, a record of events, and a deployer at work on a real folder."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.lowlevel

from deployment.checker import Checked, Fault
from deployment.deployer import Deployer
from deployment.events import Event
from deployment.rollout import Deployment
from deployment.source import ScriptName, ScriptSource
from deployment.store import Store

E = TypeVar("E")

#: No test waits longer than this for anything.
PATIENCE_SECONDS = 20.0


class CompilingChecker:
    """Accepts what Python can compile; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[ScriptSource] = []
        self.at_once = 0
        self.most_at_once = 0

    async def check(self, source: ScriptSource) -> Checked:
        """One fault for the first file that is not Python."""
        self.asked.append(source)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await anyio.lowlevel.checkpoint()
            return Checked(tuple(fault for file in source.files if (fault := _fault(file.path, file.content))))
        finally:
            self.at_once -= 1


def _fault(path: str, content: bytes) -> Fault | None:
    try:
        compile(content, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = error.lineno or 0 if isinstance(error, SyntaxError) else 0
        return Fault(path, line, 0, str(error))
    return None


@dataclass
class Events:
    """Everything published, in order; `next` waits for one that has not been taken yet."""

    seen: list[Event] = field(default_factory=list)
    taken: int = 0
    came: anyio.Event = field(default_factory=anyio.Event)

    def publish(self, event: Event) -> None:
        """An event came."""
        self.seen.append(event)
        self.came.set()
        self.came = anyio.Event()

    async def next(self, kind: type[E], matches: Callable[[E], bool] = lambda event: True) -> E:
        """The next event of that kind; those before it are passed over."""
        with anyio.fail_after(PATIENCE_SECONDS):
            while True:
                while self.taken < len(self.seen):
                    event = self.seen[self.taken]
                    self.taken += 1
                    if isinstance(event, kind) and matches(event):
                        return event
                await self.came.wait()

    def of(self, kind: type[E]) -> list[E]:
        """All events of that kind so far."""
        return [event for event in self.seen if isinstance(event, kind)]


@dataclass
class World:
    """A deployer at work on a folder."""

    folder: Path
    store: Store
    checker: CompilingChecker
    events: Events
    deployer: Deployer

    def versions(self, name: str) -> list[bytes]:
        """The contents of all versions of a script's launched file, oldest first."""
        sources = [self.store.source(version) for version in self.store.versions(ScriptName(name))]
        return [next(file.content for file in source.files if file.path == source.launch) for source in sources]

    def active(self, name: str) -> bytes | None:
        """The content of the active version's launched file."""
        version = self.store.active(ScriptName(name))
        return None if version is None else self.versions(name)[version.number - 1]


Watching = Callable[..., AbstractAsyncContextManager[World]]


def active_number(store: Store, name: str = "chat") -> int | None:
    """The number of the active version."""
    version = store.active(ScriptName(name))
    return None if version is None else version.number


def number(deployment: Deployment | None) -> int | None:
    """The number of the version that a deployment made active."""
    return None if deployment is None or deployment.version is None else deployment.version.number
