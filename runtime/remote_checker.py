"""The checker of the desk process: it has scripts checked by the worker, which has the sandboxes."""

from collections.abc import Awaitable, Callable

from deployment.checker import Checked, CheckFailed
from deployment.source import ScriptSource
from runtime.open_questions import OpenQuestions, WorkerGone
from runtime.words import CheckScript, ScriptChecked

#: There is but one worker that checks, whatever its number.
THE_CHECKING = 0


class RemoteChecker:
    """Fills the place of ``deployment.checker.Checker``. Who calls ``check`` bounds its time.

    ``there`` waits until there is a worker, for one that is being started would not hear what ``tell`` says.
    """

    def __init__(self, there: Callable[[], Awaitable[None]], tell: Callable[[CheckScript], None]) -> None:
        self._there = there
        self._tell = tell
        self._open: OpenQuestions[ScriptChecked] = OpenQuestions()

    async def check(self, source: ScriptSource) -> Checked:
        """Have a script checked. Raises CheckFailed where that is impossible at the moment."""
        await self._there()
        files = tuple((file.path, file.content) for file in source.files)

        def tell(number: int) -> None:
            self._tell(CheckScript(number, source.name, files, source.launch))

        try:
            result = await self._open.ask(THE_CHECKING, tell, None)
        except WorkerGone:
            raise CheckFailed("the relay worker has ended") from None
        if result.failed:
            raise CheckFailed(result.failed)
        return Checked(result.faults, result.warnings)

    def take(self, result: ScriptChecked) -> None:
        """A result has come."""
        self._open.answered(result.check, result)

    def lost(self) -> None:
        """The worker has ended: nobody waits for its results any more."""
        self._open.lost(THE_CHECKING)
