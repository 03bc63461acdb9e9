"""`harena session show`: one game session from inside."""

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, GameSessionArgument, HttpHost, HttpPort


def show(
    game_session: GameSessionArgument,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Show one game session: players, groups, script and version, what it uses of its limits."""
    import time

    from desk.house import GameSessionDetail
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_text
    from runtime.cli.show_text import show_text

    detail = DeskClient(http_host, http_port).view(GameSessionDetail, "game-sessions", game_session)
    if as_json:
        print_json(detail)
    else:
        print_text(show_text(detail, time.time()))
