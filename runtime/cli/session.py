"""`harena session`: the game sessions of a running server, and what their scripts have logged."""

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli import session_logs, session_show
from runtime.cli.options import (
    DEFAULT_HOST,
    DEFAULT_HTTP_PORT,
    AsJson,
    GameSessionArgument,
    HttpHost,
    HttpPort,
    ScriptArgument,
)

if TYPE_CHECKING:
    from desk.house import GameSessionView

Properties = Annotated[
    list[str] | None,
    typer.Option(
        "--property", metavar="KEY=VALUE", help="What the script is told, by a key; may be given up to 16 times."
    ),
]

app = typer.Typer(help="Game sessions and their logs, on a running server.", no_args_is_help=True)


@app.command("list")
def list_game_sessions(
    ended: Annotated[bool, typer.Option("--ended", help="Those that have ended as well.")] = False,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """List the game sessions, oldest first."""
    from desk.house import GameSessionView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_table, print_text

    query = "?ended=true" if ended else ""
    client = DeskClient(http_host, http_port)
    game_sessions = client.views(GameSessionView, "game_sessions", "game-sessions", query=query)
    if as_json:
        print_json(game_sessions)
    elif not game_sessions:
        print_text("there are no game sessions" if ended else "no game session is running")
    else:
        headings = ("GAME SESSION", "ROOM", "SCRIPT", "STATE", ">PLAYERS", "STARTED", "ENDED")
        print_table(headings, [_row(view) for view in game_sessions])


@app.command()
def create(
    script: ScriptArgument,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What it is called.")] = "",
    max_players: Annotated[
        int | None,
        typer.Option("--max-players", metavar="N", min=1, help="Seats; the script may allow fewer."),
    ] = None,
    properties: Properties = None,
    data: Annotated[str, typer.Option("--data", metavar="TEXT", help="What the script is told of it.")] = "",
    matchmaker_data: Annotated[
        str, typer.Option("--matchmaker-data", metavar="TEXT", help="What a matchmaker says of its players, as JSON.")
    ] = "",
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Start a game session of a script's active version; what is printed is its id, once it runs."""
    from desk.house import GameSessionView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    body = {
        "script": script,
        "name": name,
        "max_players": max_players,
        "properties": _properties(properties),
        "data": data,
        "matchmaker_data": matchmaker_data,
    }
    view = DeskClient(http_host, http_port).post(GameSessionView, body, "game-sessions")
    if as_json:
        print_json(view)
    else:
        print_text(view.id)


@app.command()
def update(
    game_session: GameSessionArgument,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="What it is called from now on.")] = None,
    max_players: Annotated[
        int | None,
        typer.Option("--max-players", metavar="N", min=1, help="Seats; who is there already may stay."),
    ] = None,
    properties: Properties = None,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Change a game session that runs, and tell its script; properties are added or changed, and none is removed."""
    from desk.house import GameSessionView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    body = {"name": name, "max_players": max_players, "properties": _properties(properties)}
    if not any(body.values()):
        raise typer.BadParameter("say what is to change: --name, --max-players or --property")
    view = DeskClient(http_host, http_port).post(GameSessionView, body, "game-sessions", game_session, "update")
    if as_json:
        print_json(view)
    else:
        print_text(f"{view.id} is updated")


@app.command()
def end(
    game_session: GameSessionArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="What its players are told.")] = "",
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """End a game session, after its script's farewell."""
    from desk.house import GameSessionView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text
    from runtime.cli.refusal import ExitCode

    client = DeskClient(http_host, http_port)
    view = client.post(GameSessionView, {"reason": reason}, "game-sessions", game_session, "end")
    if as_json:
        print_json(view)
    else:
        print_text(f"{view.id} has ended: {view.reason}" if view.state == "ended" else f"{view.id} is about to end")
    if view.state != "ended":
        raise typer.Exit(ExitCode.NO)


app.command("show")(session_show.show)
app.command("logs")(session_logs.logs)


def _properties(given: list[str] | None) -> dict[str, str]:
    """Read KEY=VALUE as often as it is given; typer tells a mistake."""
    found: dict[str, str] = {}
    for one in given or ():
        key, is_one, text = one.partition("=")
        if not (key and is_one):
            raise typer.BadParameter(f"{one!r} is not KEY=VALUE", param_hint="--property")
        if key in found:
            raise typer.BadParameter(f"{key!r} is given twice", param_hint="--property")
        found[key] = text
    return found


def _row(view: "GameSessionView") -> tuple[str, ...]:
    from runtime.cli.printing import shown_time

    script = f"{view.script} v{view.version}" if view.script else "-"
    ended = "" if view.ended is None else f"{shown_time(view.ended)}  {view.reason}"
    return view.id, view.name, script, view.state, str(view.players), shown_time(view.started), ended
