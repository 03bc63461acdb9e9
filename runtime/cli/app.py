"""The command's tree: which commands there are. Each imports what it needs only when it runs."""

from typing import Annotated

import typer

from runtime.cli import (
    certs,
    dev,
    fleet,
    keys,
    match,
    net,
    new,
    player,
    queue,
    run,
    script,
    session,
    status,
    validate,
)

HELP = """A self-hosted realtime game relay whose every decision is put to a sandboxed Python script.

Begin with `harena dev FOLDER`: every Python file that you save in that folder is a script from then on."""

EPILOG = "Exit codes: 0 yes, 1 no (refused, not found), 2 wrong usage, 3 no server was reached."

app = typer.Typer(
    name="harena",
    help=HELP,
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("new")(new.new)
app.command("dev")(dev.dev)
app.command("run")(run.run)
app.command("validate")(validate.validate)
app.add_typer(match.app, name="match")
app.add_typer(script.app, name="script")
app.add_typer(session.app, name="session")
app.add_typer(player.app, name="player")
app.add_typer(fleet.app, name="fleet")
app.add_typer(queue.app, name="queue")
app.command("place")(queue.place)
app.add_typer(keys.app, name="keys")
app.add_typer(certs.app, name="certs")
app.command("net")(net.net)
app.command("status")(status.status)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"harena {version('harena')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version, and that is all.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback should there be a bug; so does HARENA_DEBUG=1.")
    ] = False,
) -> None:
    """Both options are dealt with elsewhere: the one in its callback, the other where errors are caught."""
