"""Deployments, one after another for each script: check, store, activate, and tell what happened."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

import anyio
from anyio import to_thread

from deployment.checker import Checker, CheckFailed
from deployment.couriers import Couriers
from deployment.events import Deployed, Event, Refused, Rejected, RolledBack, Withdrawn
from deployment.found import Deleted, Saved
from deployment.record import Seen
from deployment.rollout import Deployment, State
from deployment.settling import DEFAULT_TIMING, Timing
from deployment.source import PathKey, ScriptName, ScriptSource
from deployment.store import Pruned, Store, StoreDamaged, StoreError
from deployment.version import ScriptVersion
from deployment.watcher import Watcher

WATCHED_FOLDER = "watched folder"
ROLLBACK = "rollback"

#: How many scripts are checked and stored at once; further ones wait for their turn.
PARALLEL_DEPLOYMENTS = 4
CHECK_LIMIT_SECONDS = 30.0

_CHECK_TROUBLE = (CheckFailed, OSError, anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A rollback before it begins: where to, with what content, and from where."""

    version: ScriptVersion
    source: ScriptSource
    left: ScriptVersion | None


@dataclass(frozen=True, slots=True)
class _SeenPaths:
    """From which paths the store's scripts came, and which scripts' records cannot be read."""

    paths: list[PathKey]
    damages: list[Refused]


class Deployer:
    """Brings contents to count, from the watched folder and from commands.

    A content that the check rejects is remembered for its path as long as this process runs, so that it is not
    reported at every touch; after a restart a file that is still wrong is reported again.
    """

    def __init__(
        self, store: Store, checker: Checker, publish: Callable[[Event], None], clock: Callable[[], float]
    ) -> None:
        """`clock` gives Unix seconds; `publish` is called on the event loop and must not wait."""
        self._store = store
        self._checker = checker
        self._publish = publish
        self._clock = clock
        self._locks: defaultdict[ScriptName, anyio.Lock] = defaultdict(anyio.Lock)
        self._turns = anyio.Semaphore(PARALLEL_DEPLOYMENTS)
        self._current: dict[ScriptName, Deployment] = {}
        self._rejected: dict[PathKey, str] = {}

    def current(self, name: ScriptName) -> Deployment | None:
        """The deployment that this process made active last: ACTIVE, or RETIRED if the script was withdrawn since."""
        return self._current.get(name)

    async def deploy(self, source: ScriptSource, origin: str, note: str = "") -> Deployment:
        """Check, store and activate a content; the deployment comes back ACTIVE, or REJECTED with its faults.

        A rejection leaves the active version alone. Raises `ValueError` for an origin or a note that is too long.
        """
        async with self._turn(source.name):
            return await self._deploy(Deployment(source, origin, note), None)

    async def saved(self, saved: Saved) -> Deployment | None:
        """A path of the watched folder holds this content; None if it is the one last seen there: nothing is to do."""
        async with self._turn(saved.source.name):
            digest = saved.source.digest
            if digest == self._rejected.get(saved.path) or await self._known(saved.path, digest):
                return None
            deployment = await self._deploy(Deployment(saved.source, WATCHED_FOLDER), Seen(saved.path, digest))
            self._remember(saved.path, digest, deployment)
            return deployment

    async def deleted(self, deleted: Deleted) -> None:
        """A path of the watched folder is gone: a script that came from there is withdrawn, its versions stay."""
        async with self._turn(deleted.name):
            self._rejected.pop(deleted.path, None)
            try:
                withdrawn = await to_thread.run_sync(self._withdraw, deleted)
            except StoreError as error:
                self._publish(Refused(deleted.path, f"its deletion could not be stored: {error}"))
                return
            if withdrawn:
                self._retire(deleted.name)
                self._publish(Withdrawn(deleted.name))

    async def withdraw(self, name: ScriptName) -> None:
        """Let no version of a script be active; they stay. Raises `UnknownScript` or `StoreError`."""
        async with self._turn(name):
            await to_thread.run_sync(self._store.withdraw, name)
            self._retire(name)
            self._publish(Withdrawn(name))

    async def rollback(self, name: ScriptName, number: int | None = None) -> Deployment:
        """Let an earlier version count again: the given one, or the one that was active before.

        It is checked again, since what is allowed may have changed since it was accepted. Repeated without a number,
        this goes back step by step. Raises `UnknownScript`, `UnknownVersion` or `StoreDamaged`.
        """
        async with self._turn(name):
            planned = await to_thread.run_sync(self._plan, name, number)
            deployment = await self._check(Deployment(planned.source, ROLLBACK))
            if deployment.state is State.CHECKED:
                deployment = await self._activate(deployment, lambda: self._step_back(planned.version))
            return self._tell(deployment, lambda version: RolledBack(version, planned.left))

    async def prune(
        self, name: ScriptName, keep: int, in_use: Callable[[], Collection[int]], *, dry_run: bool = False
    ) -> Pruned:
        """Remove a script's versions that nobody needs any more, between its deployments.

        `in_use` gives the numbers of those that are needed though they are not active; it is asked on the event loop.
        Raises as `Store.prune` does.
        """
        async with self._turn(name):
            return await to_thread.run_sync(partial(self._store.prune, name, keep, in_use(), dry_run=dry_run))

    async def run(self, folder: Path, timing: Timing = DEFAULT_TIMING) -> NoReturn:
        """Watch a folder and deploy what is saved in it, until cancelled; once only at a time."""
        known = await to_thread.run_sync(self._seen_paths)
        for damage in known.damages:
            self._publish(damage)
        async with anyio.create_task_group() as tasks:
            couriers = Couriers(tasks, folder, self._deliver, self._publish)
            await Watcher(folder, couriers.take, known.paths, timing).run()
        raise AssertionError("a watch ends only by being cancelled")

    async def _deliver(self, change: Saved | Deleted) -> None:
        match change:
            case Saved():
                await self.saved(change)
            case Deleted():
                await self.deleted(change)

    @asynccontextmanager
    async def _turn(self, name: ScriptName) -> AsyncIterator[None]:
        # The script's lock first: who waits for it takes no turn from other scripts. Both are first come, first served.
        async with self._locks[name], self._turns:
            yield

    async def _deploy(self, pending: Deployment, seen: Seen | None) -> Deployment:
        deployment = await self._check(pending)
        if deployment.state is State.CHECKED:
            deployment = await self._activate(deployment, lambda: self._add(pending, seen))
        return self._tell(deployment, lambda version: Deployed(version, deployment.origin, deployment.warnings))

    async def _check(self, deployment: Deployment) -> Deployment:
        try:
            with anyio.fail_after(CHECK_LIMIT_SECONDS):
                return deployment.checked(await self._checker.check(deployment.source))
        except TimeoutError:
            return deployment.failed(f"the check took longer than {CHECK_LIMIT_SECONDS:g} seconds")
        except _CHECK_TROUBLE as error:
            return deployment.failed(f"the script could not be checked: {str(error) or type(error).__name__}")

    async def _activate(self, deployment: Deployment, act: Callable[[], ScriptVersion]) -> Deployment:
        try:
            return deployment.activated(await to_thread.run_sync(act))
        except StoreError as error:
            return deployment.failed(f"the version could not be stored: {error}")

    def _tell(self, deployment: Deployment, if_active: Callable[[ScriptVersion], Event]) -> Deployment:
        name = deployment.source.name
        if deployment.version is None:
            self._publish(Rejected(name, deployment.faults, deployment.origin, deployment.warnings))
        else:
            self._retire(name)
            self._current[name] = deployment
            self._publish(if_active(deployment.version))
        return deployment

    def _retire(self, name: ScriptName) -> None:
        before = self._current.get(name)
        if before is not None and before.state is State.ACTIVE:
            self._current[name] = before.superseded()

    def _remember(self, path: PathKey, digest: str, deployment: Deployment) -> None:
        self._rejected.pop(path, None)
        if deployment.state is State.REJECTED and not deployment.server_at_fault:
            self._rejected[path] = digest

    # What follows runs in threads, since the store waits for the disk.

    def _add(self, deployment: Deployment, seen: Seen | None) -> ScriptVersion:
        version = self._store.add(deployment.source, deployment.origin, deployment.note, self._clock())
        return self._store.activate(version.script, version.number, seen=seen)

    def _step_back(self, version: ScriptVersion) -> ScriptVersion:
        return self._store.activate(version.script, version.number, back=True)

    def _withdraw(self, deleted: Deleted) -> bool:
        if self._store.last_seen(deleted.path) is None:
            return False
        self._store.withdraw(deleted.name)
        return True

    def _plan(self, name: ScriptName, number: int | None) -> _Plan:
        version = self._store.before(name) if number is None else self._store.version(name, number)
        return _Plan(version, self._store.source(version), self._store.active(name))

    def _seen_paths(self) -> _SeenPaths:
        paths: list[PathKey] = []
        damages: list[Refused] = []
        for name in self._store.names():
            try:
                path = self._store.seen_path(name)
            except StoreDamaged as error:
                damages.append(Refused(name, str(error)))
            else:
                paths += [] if path is None else [path]
        return _SeenPaths(paths, damages)

    async def _known(self, path: PathKey, digest: str) -> bool:
        try:
            known = await to_thread.run_sync(self._store.last_seen, path) == digest
        except StoreDamaged:
            # The deployment that follows meets the same damage and tells it.
            return False
        if known:
            self._rejected.pop(path, None)
        return known
