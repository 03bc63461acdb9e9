"""`harena player`: seats in the game sessions of a running server."""

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, GameSessionArgument, HttpHost, HttpPort

if TYPE_CHECKING:
    from desk.house import PlayerSessionView

app = typer.Typer(help="Player sessions: seats in game sessions, on a running server.", no_args_is_help=True)


@app.command()
def create(
    game_session: GameSessionArgument,
    player_id: Annotated[
        str, typer.Option("--player-id", metavar="ID", help="Who the player is; without it, the next free player-N.")
    ] = "",
    player_data: Annotated[
        str, typer.Option("--player-data", metavar="TEXT", help="What the script is told of the player.")
    ] = "",
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Keep a seat for a player.

    What is printed is the player session id, with which the player logs in, once, before the seat is given away.
    """
    from desk.house import PlayerSessionView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text

    client = DeskClient(http_host, http_port)
    body = {"player_id": player_id, "player_data": player_data}
    view = client.post(PlayerSessionView, body, "game-sessions", game_session, "player-sessions")
    if as_json:
        print_json(view)
    else:
        print_text(view.id)


@app.command("list")
def list_player_sessions(
    game_session: GameSessionArgument,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """List the player sessions of a game session, oldest first.

    The id of one that has not been used yet is a key, and not shown.
    """
    from desk.house import PlayerSessionView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_table, print_text

    client = DeskClient(http_host, http_port)
    views = client.views(PlayerSessionView, "player_sessions", "game-sessions", game_session, "player-sessions")
    if as_json:
        print_json(views)
    elif not views:
        print_text("there are no player sessions")
    else:
        print_table(("PLAYER", "STATE", "CREATED", "PLAYER SESSION"), [_row(view) for view in views])


def _row(view: "PlayerSessionView") -> tuple[str, ...]:
    from runtime.cli.printing import shown_time

    return view.player_id, view.state, shown_time(view.created), view.id
