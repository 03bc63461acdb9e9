"""`harena script`: which scripts there are and which version of each counts."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli import script_diff, script_prune
from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort, ScriptArgument

if TYPE_CHECKING:
    from desk.house import DeployView, ScriptView, VersionView

app = typer.Typer(help="Scripts and their versions, on a running server.", no_args_is_help=True)

_SHOWN_DIGITS = 12


@app.command("list")
def list_scripts(
    http_host: HttpHost = DEFAULT_HOST, http_port: HttpPort = DEFAULT_HTTP_PORT, as_json: AsJson = False
) -> None:
    """List the scripts: active version, newest version, game sessions."""
    from desk.house import ScriptView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_table, print_text

    scripts = DeskClient(http_host, http_port).views(ScriptView, "scripts", "scripts")
    if as_json:
        print_json(scripts)
    elif not scripts:
        print_text("there are no scripts yet: save one in the watched folder, or `harena script deploy PATH`")
    else:
        print_table(
            ("SCRIPT", ">ACTIVE", ">NEWEST", ">GAME SESSIONS", "CREATED", "LAST REFUSAL"),
            [_script_row(script) for script in scripts],
        )


@app.command()
def versions(
    script: ScriptArgument,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """List a script's versions, newest first."""
    from desk.house import VersionView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_table

    views = DeskClient(http_host, http_port).views(VersionView, "versions", "scripts", script, "versions")
    if as_json:
        print_json(views)
    else:
        print_table((">VERSION", "", "CREATED", "FROM", "DIGEST", "NOTE"), [_version_row(view) for view in views])


@app.command()
def deploy(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A .py file, or a folder with a main.py.")],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What to remember about this version.")] = "",
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Put a script into service.

    New game sessions take it; running ones stay on the version that they began with.
    """
    from desk.house import DeployView
    from runtime.cli.desk_client import DeskClient

    body = {"path": os.path.abspath(path), "note": note}
    _tell(DeskClient(http_host, http_port).post(DeployView, body, "deploy"), as_json=as_json)


@app.command()
def rollback(
    script: ScriptArgument,
    version: Annotated[
        int | None,
        typer.Argument(metavar="VERSION", min=1, help="Its number; without it, the one that was active before."),
    ] = None,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Let an earlier version count again.

    Running game sessions stay on the version that they began with.
    """
    from desk.house import DeployView
    from runtime.cli.desk_client import DeskClient

    body = {"version": version}
    _tell(DeskClient(http_host, http_port).post(DeployView, body, "scripts", script, "rollback"), as_json=as_json)


app.command("diff")(script_diff.diff)
app.command("prune")(script_prune.prune)


def _tell(view: "DeployView", *, as_json: bool) -> None:
    from runtime.cli.deploy_text import deploy_text
    from runtime.cli.printing import print_json, print_text
    from runtime.cli.refusal import ExitCode

    if as_json:
        print_json(view)
    else:
        print_text(deploy_text(view))
    if not view.ok:
        raise typer.Exit(ExitCode.NO)


def _script_row(script: "ScriptView") -> tuple[str, ...]:
    from runtime.cli.printing import shown_time

    active, latest = script.active, f"v{script.latest}"
    version = f"v{active.number}" if active else "withdrawn"
    created = shown_time(active.created) if active else ""
    return script.name, version, latest, str(script.game_sessions), created, script.last_fault


def _version_row(version: "VersionView") -> tuple[str, ...]:
    from runtime.cli.printing import shown_time

    active = "active" if version.active else ""
    created = shown_time(version.created)
    return f"v{version.number}", active, created, version.origin, version.digest[:_SHOWN_DIGITS], version.note
