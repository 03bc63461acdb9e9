"""`harena queue` and `harena place`: game sessions begun wherever there is room for them."""

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort

if TYPE_CHECKING:
    from desk.fleet_views import PlacementView

app = typer.Typer(help="Queues, which place game sessions in fleets, on a running server.", no_args_is_help=True)

QueueArgument = Annotated[str, typer.Argument(metavar="QUEUE", help="The queue's name.", show_default=False)]


@app.command("list")
def list_queues(
    http_host: HttpHost = DEFAULT_HOST, http_port: HttpPort = DEFAULT_HTTP_PORT, as_json: AsJson = False
) -> None:
    """List the queues, oldest first, each with what it leads to."""
    from desk.fleet_views import QueueView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_table, print_text

    views = DeskClient(http_host, http_port).views(QueueView, "queues", "queues")
    if as_json:
        print_json(views)
    elif not views:
        print_text("there are no queues")
    else:
        rows = [(view.name, str(view.timeout_seconds), " ".join(view.destinations)) for view in views]
        print_table(("QUEUE", ">SECONDS", "FLEETS"), rows)


@app.command()
def create(
    queue: QueueArgument,
    fleets: Annotated[
        list[str], typer.Argument(metavar="FLEET...", help="Ids of fleets, the best first.", show_default=False)
    ],
    timeout_seconds: Annotated[
        int, typer.Option("--timeout-seconds", metavar="N", min=10, max=600, help="How long a placement may wait.")
    ] = 600,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Make a queue that leads to fleets."""
    from desk.fleet_views import QueueView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    body = {"name": queue, "destinations": fleets, "timeout_seconds": timeout_seconds}
    view = DeskClient(http_host, http_port).post(QueueView, body, "queues")
    if as_json:
        print_json(view)
    else:
        print_text(view.name)


@app.command()
def delete(
    queue: QueueArgument,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Delete a queue; what waits in it fails."""
    from desk.fleet_views import QueueView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    view = DeskClient(http_host, http_port).post(QueueView, {}, "queues", queue, "delete")
    if as_json:
        print_json(view)
    else:
        print_text(f"{view.name} is deleted")


def place(
    queue: QueueArgument,
    players: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PLAYER]...", help="Who is to have a seat, by player id.", show_default=False),
    ] = None,
    max_players: Annotated[
        int | None, typer.Option("--max-players", metavar="N", min=1, help="Seats; else as many as players.")
    ] = None,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Have a game session begun in a queue, and wait for it.

    What is printed are its id, its address, and for each player the player session id to log in with.
    """
    from desk.fleet_views import PlacementView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json
    from runtime.cli.refusal import ExitCode

    client = DeskClient(http_host, http_port)
    body = {"queue": queue, "players": players or [], "max_players": max_players}
    view = client.post(PlacementView, body, "placements")
    while view.status == "PENDING":
        view = client.view(PlacementView, "placements", view.id)
    if as_json:
        print_json(view)
    else:
        _print(view)
    if view.status != "FULFILLED":
        raise typer.Exit(ExitCode.NO)


def _print(view: "PlacementView") -> None:
    from runtime.cli.printing import print_text

    if view.status != "FULFILLED":
        print_text(f"the placement {view.id} is {view.status}: {view.message}")
        return
    print_text(f"{view.game_session} at {view.address}:{view.port}")
    for player, player_session in view.player_sessions.items():
        print_text(f"{player} {player_session}")
