"""`harena validate`: would these scripts be accepted?"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import AsJson

if TYPE_CHECKING:
    from deployment.checker import Checked, Checker
    from runtime.cli.verdict import Verdict


def validate(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="Script files, script folders (with a main.py), folders of scripts."),
    ],
    as_json: AsJson = False,
) -> None:
    """Check scripts as a deployment would, without a server.

    Every reason against them is given with its line. Each is loaded in a real sandbox, which is then thrown away.
    The exit code is 1 if one of them is refused.
    """
    import anyio

    from runtime.cli.printing import print_json, print_text
    from runtime.cli.refusal import ExitCode
    from runtime.cli.verdict import summary, verdict_text

    verdicts: list[Verdict] = []

    def tell(verdict: "Verdict") -> None:
        verdicts.append(verdict)
        if not as_json:
            print_text(verdict_text(verdict))

    anyio.run(_check, paths, tell)
    if as_json:
        print_json(verdicts)
    else:
        print_text(summary(verdicts))
    if not all(verdict.ok for verdict in verdicts):
        raise typer.Exit(ExitCode.NO)


async def _check(paths: Sequence[Path], tell: "Callable[[Verdict], None]") -> None:
    from deployment.checker import CheckFailed
    from runtime.checking import checker
    from runtime.cli.refusal import Refusal
    from sandbox.nursery import NoSandbox

    try:
        async with checker() as checking:
            for path in _scripts(paths):
                tell(await _verdict(path, checking))
    except (CheckFailed, NoSandbox) as error:
        raise Refusal(f"scripts cannot be checked here: {error}") from error


def _scripts(paths: Sequence[Path]) -> Iterator[Path]:
    from desk.script_path import NoScript, script_paths

    for path in paths:
        try:
            yield from script_paths(path)
        except NoScript:
            # Looking at it as a script says the same, in its place among the others.
            yield path


async def _verdict(path: Path, checking: "Checker") -> "Verdict":
    from anyio import to_thread

    from desk.script_path import NoScript, script_at
    from runtime.cli.verdict import Verdict

    try:
        source = await to_thread.run_sync(script_at, path)
    except NoScript as error:
        return Verdict(str(path), "", False, str(error))
    checked: Checked = await checking.check(source)
    return Verdict(str(path), source.name, checked.ok, "", checked.faults, checked.warnings)
