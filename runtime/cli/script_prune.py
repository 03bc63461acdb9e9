"""`harena script prune`: versions that nobody needs any more go."""

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort

if TYPE_CHECKING:
    from desk.house import PrunedView, PruneView


def prune(
    script: Annotated[
        str | None, typer.Argument(metavar="SCRIPT", help="Its name; without one, all scripts.", show_default=False)
    ] = None,
    keep: Annotated[
        int, typer.Option("--keep", metavar="N", min=0, max=1_000, help="Versions among the last N activations stay.")
    ] = 10,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Remove old versions of scripts.

    The active version stays, those that were active lately, and those of game sessions that have not ended.
    """
    from desk.house import PruneView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    body = {"script": script, "keep": keep, "dry_run": dry_run}
    view = DeskClient(http_host, http_port).post(PruneView, body, "prune")
    if as_json:
        print_json(view)
        return
    for line in _lines(view):
        print_text(line)


def _lines(view: "PruneView") -> list[str]:
    touched = [_line(script, view.dry_run) for script in view.scripts if script.removed or script.freed_bytes]
    return touched or ["there is nothing to remove"]


def _line(script: "PrunedView", dry_run: bool) -> str:
    count = len(script.removed)
    versions = f"{count} version{'' if count == 1 else 's'}"
    named = f" ({_spans(script.removed)})" if count else ""
    would = "would be removed" if dry_run else "removed"
    freed = f"{script.freed_bytes / 1024:,.1f} KiB {'to be freed' if dry_run else 'freed'}"
    return f"{script.script}: {versions} {would}{named}, {script.kept} kept, {freed}"


def _spans(numbers: tuple[int, ...]) -> str:
    """Numbers as `v1-v4, v7`."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and spans[-1][-1] == number - 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    return ", ".join("-".join(f"v{number}" for number in span) for span in spans)
