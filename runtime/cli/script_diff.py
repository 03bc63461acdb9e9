"""`harena script diff`: what has changed between two versions of a script."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort, ScriptArgument

if TYPE_CHECKING:
    from desk.house import VersionView


def diff(
    script: ScriptArgument,
    a: Annotated[
        int | None, typer.Argument(metavar="A", min=1, help="From this version, ...", show_default=False)
    ] = None,
    b: Annotated[
        int | None, typer.Argument(metavar="B", min=1, help="... to this one (the active one).", show_default=False)
    ] = None,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Show what has changed between two versions of a script, file by file.

    Without numbers: from the version before the active one to the active one; after a rollback, from the active one to
    the newest.
    """
    from desk.house import SourceView, VersionView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.diff_text import ScriptDiff, diff_text, file_diffs
    from runtime.cli.printing import print_json, print_text

    client = DeskClient(http_host, http_port)
    versions = client.views(VersionView, "versions", "scripts", script, "versions")
    a, b = _chosen(versions, a, b)
    old, new = (client.view(SourceView, "scripts", script, "versions", str(number)) for number in (a, b))
    found = ScriptDiff(script, a, b, file_diffs(old, new))
    if as_json:
        print_json(found)
    else:
        print_text(diff_text(found))


def _chosen(versions: Sequence["VersionView"], a: int | None, b: int | None) -> tuple[int, int]:
    """Which two versions are meant; raises `Refusal` where there is but one. `versions` has the newest first."""
    from runtime.cli.refusal import Refusal

    newest = versions[0].number
    active = next((version.number for version in versions if version.active), newest)
    if a is not None:
        return a, active if b is None else b
    if active != newest:
        return active, newest
    if len(versions) < 2:
        raise Refusal("there is only one version, and nothing to compare it with")
    return versions[1].number, newest
