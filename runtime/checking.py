"""Checking: would a script be accepted? It is loaded in a real sandbox, which is then thrown away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple

from deployment.checker import Checked, CheckFailed, Fault
from deployment.source import ScriptSource
from sandbox import faults as sandbox_faults
from sandbox.ears import Ears
from sandbox.errors import ScriptError
from sandbox.host import Birthplace, Sandbox
from sandbox.limits import DEFAULTS, Limits
from sandbox.nursery import COLD_ZYGOTE, NoSandbox, Nursery
from sandbox.orders import Script
from sandbox.reports import Death, Loaded, LoadRefused, LogLine
from session.callbacks import GameSessionFacts
from session.values import GameSessionId

#: A check is no game session: nothing in it depends on time or chance.
_NO_SEED, _NO_TIME = 0, 0.0


class _Nobody:
    """Listens to a sandbox that is only loaded: what it prints meanwhile is nobody's business."""

    def answered(self, answers: object) -> None:
        """Nothing was asked."""

    def logged(self, line: LogLine) -> None:
        """The script printed while it was loaded."""

    def raised(self, error: ScriptError) -> None:
        """No callback runs."""

    def died(self, death: Death) -> None:
        """It died after it was loaded; the check is over by then."""


class SandboxChecker:
    """Fills the place of ``deployment.checker.Checker`` with real sandboxes."""

    def __init__(self, nursery: Birthplace, limits: Limits = DEFAULTS) -> None:
        self._nursery = nursery
        self._limits = limits

    async def check(self, source: ScriptSource) -> Checked:
        """Load the script and say what is wrong with it. Raises CheckFailed where there is no sandbox to be had."""
        files = {file.path: file.content for file in source.files}
        sandbox = Sandbox(self._limits, _Nobody())
        facts = GameSessionFacts(GameSessionId("check"), "check", source.name, 1, 1)
        script = Script(files, source.launch, _NO_SEED, _NO_TIME, facts, lint=True)
        try:
            result = await sandbox.load(self._nursery, script)
        except NoSandbox as error:
            raise CheckFailed(str(error)) from error
        finally:
            sandbox.close()
        match result:
            case Loaded(_, _, warnings):
                return Checked((), _ours(warnings))
            case LoadRefused(faults):
                return Checked(_ours(faults))
            case Death():
                return Checked((_death_as_fault(result, source.launch),))


@asynccontextmanager
async def checker() -> AsyncIterator[SandboxChecker]:
    """Start a zygote for checks, without any server. Raises NoSandbox."""
    ears = Ears()
    nursery = await Nursery.start(ears, COLD_ZYGOTE)
    try:
        yield SandboxChecker(nursery)
    finally:
        nursery.close()
        ears.close()


def _ours(faults: tuple[sandbox_faults.Fault, ...]) -> tuple[Fault, ...]:
    return tuple(Fault(*astuple(fault)) for fault in faults)


def _death_as_fault(death: Death, launch: str) -> Fault:
    message = f"loading the script ended its sandbox ({death.outcome.value}): {death.text}"
    return Fault(death.file or launch, death.line, 0, message, "", death.source_line)
