"""What `harena validate` has to say of a script."""

import os
from collections.abc import Sequence

from rich.text import Text

from deployment.checker import Fault
from runtime.fault_text import fault_text, printable
from session.values import value

_ANSWER_CHARACTERS = 8


@value
class Verdict:
    """Whether the script at a path would be accepted. `refusal` says why there is none, `script` is empty then."""

    path: str
    script: str
    ok: bool
    refusal: str
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


def verdict_text(verdict: Verdict) -> Text:
    """Warnings and faults first, the answer last; files are named so that a terminal or an editor can open them."""
    parts = [fault_text(warning, _folder(verdict), warning=True) for warning in verdict.warnings]
    parts += [fault_text(fault, _folder(verdict)) for fault in verdict.faults]
    return Text("\n").join([*parts, _answer(verdict)])


def summary(verdicts: Sequence[Verdict]) -> str:
    """All of them in one line."""
    accepted = sum(verdict.ok for verdict in verdicts)
    refused = len(verdicts) - accepted
    what = "1 script" if len(verdicts) == 1 else f"{len(verdicts)} scripts"
    return f"{what}: {accepted} accepted, {refused} refused"


def _folder(verdict: Verdict) -> str:
    return os.path.dirname(verdict.path) if verdict.path.endswith(".py") else verdict.path


def _answer(verdict: Verdict) -> Text:
    if verdict.ok:
        return Text.assemble(("ok".ljust(_ANSWER_CHARACTERS), "green bold"), " ", printable(verdict.path))
    why = verdict.refusal or _counted(len(verdict.faults))
    return Text.assemble(
        ("refused".ljust(_ANSWER_CHARACTERS), "red bold"), f" {printable(verdict.path)} ({printable(why)})"
    )


def _counted(faults: int) -> str:
    return "1 fault" if faults == 1 else f"{faults} faults"
