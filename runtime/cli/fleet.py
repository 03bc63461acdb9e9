"""`harena fleet`: game sessions of one script with a bound of their own, for queues to lead to."""

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort, ScriptArgument

if TYPE_CHECKING:
    from desk.fleet_views import FleetView

app = typer.Typer(help="Fleets: game sessions of one script, for queues, on a running server.", no_args_is_help=True)


@app.command("list")
def list_fleets(
    http_host: HttpHost = DEFAULT_HOST, http_port: HttpPort = DEFAULT_HTTP_PORT, as_json: AsJson = False
) -> None:
    """List the fleets, oldest first."""
    from desk.fleet_views import FleetView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_table, print_text

    views = DeskClient(http_host, http_port).views(FleetView, "fleets", "fleets")
    if as_json:
        print_json(views)
    elif not views:
        print_text("there are no fleets")
    else:
        print_table(("FLEET", "NAME", "SCRIPT", "STATUS", ">GAME SESSIONS", ">OF"), [_row(view) for view in views])


@app.command()
def create(
    script: ScriptArgument,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What it is called; else as its script.")] = "",
    max_game_sessions: Annotated[
        int, typer.Option("--max-game-sessions", metavar="N", min=1, help="What it may carry at the same time.")
    ] = 50,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Make a fleet of a script; what is printed is its id. New game sessions take the script's active version."""
    from desk.fleet_views import FleetView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    body = {"script": script, "name": name, "max_game_sessions": max_game_sessions}
    view = DeskClient(http_host, http_port).post(FleetView, body, "fleets")
    if as_json:
        print_json(view)
    else:
        print_text(view.id)


@app.command()
def delete(
    fleet: Annotated[str, typer.Argument(metavar="FLEET", help="Its id.", show_default=False)],
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Delete a fleet; its game sessions say farewell and end."""
    from desk.fleet_views import FleetView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    view = DeskClient(http_host, http_port).post(FleetView, {}, "fleets", fleet, "delete")
    if as_json:
        print_json(view)
    else:
        print_text(f"{view.id} is deleted")


def _row(view: "FleetView") -> tuple[str, ...]:
    return view.id, view.name, view.script, view.status, str(view.game_sessions), str(view.max_game_sessions)
