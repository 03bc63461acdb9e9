"""`harena status`: a running server at a glance."""

from typing import TYPE_CHECKING

import typer  # noqa: F401 - the annotations below are Typer's

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort

if TYPE_CHECKING:
    from desk.house import StatusView


def status(
    http_host: HttpHost = DEFAULT_HOST, http_port: HttpPort = DEFAULT_HTTP_PORT, as_json: AsJson = False
) -> None:
    """Show a running server at a glance: addresses, folders, workers."""
    from desk.house import StatusView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json, print_table, print_text

    view = DeskClient(http_host, http_port).view(StatusView, "status")
    if as_json:
        print_json(view)
        return
    print_text(f"harena {view.version}")
    print_table(("", ""), _facts(view))
    headings = (">WORKER", ">PORT", ">ZYGOTE", ">GAME SESSIONS", ">PLAYERS", ">SANDBOXES")
    workers = [(w.pid, w.port, w.zygote_pid or "-", w.game_sessions, w.players, w.sandboxes) for w in view.workers]
    print_table(headings, workers)


def _facts(view: "StatusView") -> list[tuple[str, str]]:
    from runtime.cli.printing import shown_duration

    counts = f"{view.scripts} scripts, {view.game_sessions} game sessions, {view.players} players"
    return [
        ("up for", f"{shown_duration(view.uptime_seconds)} (process {view.pid})"),
        ("players", f"ws://{view.host}:{view.port}"),
        ("API", f"http://{view.host}:{view.http_port}"),
        ("scripts", view.scripts_dir or "no folder is watched"),
        ("data", view.data_dir),
        ("carries", counts),
    ]
