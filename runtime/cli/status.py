"""`harena status`: a running server at a glance."""

from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort

if TYPE_CHECKING:
    from desk.house import StatusView
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
    from desk.house import StatusView

    return client.view(StatusView, "status")


def _show(view: "StatusView", *, as_json: bool) -> None:
    from runtime.cli.printing import print_json, print_text
    from runtime.cli.status_text import status_text

    if as_json:
        print_json(view)
    else:
        print_text(status_text(view))


def _follow(client: "DeskClient", *, as_json: bool) -> None:
    """Ask for ever: one place on a terminal that changes, otherwise one after another, JSON a line each."""
    import sys
    import time
    from contextlib import nullcontext

    from rich.live import Live
    from rich.text import Text

    from runtime.cli.printing import print_json_line, print_text
    from runtime.cli.status_text import status_text

    with Live(auto_refresh=False) if sys.stdout.isatty() and not as_json else nullcontext() as live:
        while True:
            view = _asked(client)
            if live is not None:
                live.update(Text(status_text(view)), refresh=True)
            elif as_json:
                print_json_line(view)
            else:
                print_text(status_text(view) + "\n")
            time.sleep(_FOLLOW_SECONDS)
