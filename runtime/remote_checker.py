"""The checker of the desk process: it has scripts checked by the worker, which has the sandboxes."""

from collections.abc import Awaitable, Callable

import anyio

from deployment.checker import Checked, CheckFailed
from deployment.source import ScriptSource
from runtime.words import CheckScript, ScriptChecked


class RemoteChecker:
    """Fills the place of ``deployment.checker.Checker``. Who calls ``check`` bounds its time.

    ``there`` waits until there is a worker, for one that is being started would not hear what ``tell`` says.
    """

    def __init__(self, there: Callable[[], Awaitable[None]], tell: Callable[[CheckScript], None]) -> None:
        self._there = there
        self._tell = tell
        self._last_check = 0
        self._waiting: dict[int, anyio.Event] = {}
        self._results: dict[int, ScriptChecked] = {}

    async def check(self, source: ScriptSource) -> Checked:
        """Have a script checked. Raises CheckFailed where that is impossible at the moment."""
        await self._there()
        self._last_check += 1
        number = self._last_check
        arrived = self._waiting[number] = anyio.Event()
        files = tuple((file.path, file.content) for file in source.files)
        try:
            self._tell(CheckScript(number, source.name, files, source.launch))
            await arrived.wait()
        finally:
            del self._waiting[number]
        result = self._results.pop(number, None)
        if result is None or result.failed:
            raise CheckFailed(result.failed if result else "the relay worker has ended")
        return Checked(result.faults, result.warnings)

    def take(self, result: ScriptChecked) -> None:
        """A result has come."""
        if arrived := self._waiting.get(result.check):
            self._results[result.check] = result
            arrived.set()

    def lost(self) -> None:
        """The worker has ended: nobody waits for its results any more."""
        for arrived in self._waiting.values():
            arrived.set()
