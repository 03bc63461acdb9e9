"""`harena status`: a running server at a glance."""

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort

if TYPE_CHECKING:
    from desk.house import GameSessionView
    from desk.status_view import StatusView
    from runtime.cli.desk_client import DeskClient

_FOLLOW_SECONDS = 1.0


def status(
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Look again every second, until Ctrl+C.")] = False,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Show a running server at a glance: addresses, folders, workers."""
    from contextlib import suppress

    from runtime.cli.desk_client import DeskClient

    client = DeskClient(http_host, http_port)
    if follow:
        with suppress(KeyboardInterrupt):
            _follow(client, as_json=as_json)
    else:
        _show(_asked(client), as_json=as_json)


def _asked(client: "DeskClient") -> "StatusView":
    from desk.status_view import StatusView

    return client.view(StatusView, "status")


def _show(view: "StatusView", *, as_json: bool) -> None:
    from runtime.cli.printing import print_json, print_text
    from runtime.cli.status_text import status_text

    if as_json:
        print_json(view)
    else:
        print_text(status_text(view))


def _follow(client: "DeskClient", *, as_json: bool) -> None:
    """Ask for ever: one place on a terminal that changes, otherwise a block, or a line of JSON, for each change."""
    import sys

    if sys.stdout.isatty() and not as_json:
        _keep_on_screen(client)
    else:
        _print_changes(client, as_json=as_json)


def _keep_on_screen(client: "DeskClient") -> None:
    """While the server is gone, the screen says so, until it is back."""
    import time

    from rich.live import Live
    from rich.text import Text

    from runtime.cli.refusal import ExitCode, Refusal
    from runtime.cli.status_text import screen_text

    with Live(screen=True, auto_refresh=False) as live:
        while True:
            try:
                live.update(screen_text(_asked(client), _game_sessions(client), live.console.height), refresh=True)
            except Refusal as refusal:
                if refusal.exit_code is not ExitCode.NOT_REACHED:
                    raise
                live.update(Text(f"{refusal.sentence}; it is asked again", "red"), refresh=True)
            time.sleep(_FOLLOW_SECONDS)


def _print_changes(client: "DeskClient", *, as_json: bool) -> None:
    """The time that the server is up changes always, and so does not count."""
    import time
    from dataclasses import replace

    from runtime.cli.printing import print_json_line, print_text
    from runtime.cli.status_text import status_text

    shown: StatusView | None = None
    while True:
        view = _asked(client)
        timeless = replace(view, uptime_seconds=0.0)
        if timeless != shown and as_json:
            print_json_line(view)
        elif timeless != shown:
            print_text(status_text(view) + "\n")
        shown = timeless
        time.sleep(_FOLLOW_SECONDS)


def _game_sessions(client: "DeskClient") -> "tuple[GameSessionView, ...]":
    from desk.house import GameSessionView

    return client.views(GameSessionView, "game_sessions", "game-sessions")
