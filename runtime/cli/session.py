"""`harena session`: the game sessions of a running server, and what their scripts have logged."""

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort

if TYPE_CHECKING:
    from desk.house import GameSessionView

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
def logs(
    game_session: Annotated[
        str, typer.Argument(metavar="GAME_SESSION", help="Its id, or the beginning of it where that is unique.")
    ],
    lines: Annotated[
        int | None, typer.Option("--lines", "-n", metavar="N", min=1, help="Only the newest N entries.")
    ] = None,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Print a game session's log: what its script has logged, and its errors."""
    from desk.house import LogView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.log_text import log_text
    from runtime.cli.printing import print_json, print_text

    log = DeskClient(http_host, http_port).views(LogView, "log", "game-sessions", game_session, "log")
    log = log if lines is None else log[-lines:]
    if as_json:
        print_json(log)
        return
    for line in log:
        print_text(log_text(line))


def _row(view: "GameSessionView") -> tuple[str, ...]:
    from runtime.cli.printing import shown_time

    script = f"{view.script} v{view.version}" if view.script else "-"
    ended = "" if view.ended is None else f"{shown_time(view.ended)}  {view.reason}"
    return view.id, view.name, script, view.state, str(view.players), shown_time(view.started), ended
