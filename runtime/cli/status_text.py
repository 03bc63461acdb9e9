"""A server at a glance, for a human."""

from collections.abc import Sequence

from rich.text import Text

from desk.house import GameSessionView
from desk.status_view import StatusView, WorkerView
from runtime.cli.printing import plain_table, shown_duration, shown_time

_GAME_SESSION_HEADINGS = ("GAME SESSION", "ROOM", "SCRIPT", "STATE", ">PLAYERS")
_WORKER_HEADINGS = (">WORKER", ">PORT", ">ZYGOTE", ">GAME SESSIONS", ">PLAYERS", ">SANDBOXES")


def status_text(view: StatusView) -> str:
    """Addresses, folders and counts, and below them a line for each worker; no newline at the end."""
    workers = [_worker(one) for one in view.workers]
    parts = (f"harena {view.version}\n", plain_table(("", ""), _facts(view)), plain_table(_WORKER_HEADINGS, workers))
    return "\n".join(parts).rstrip("\n")


def screen_text(view: StatusView, game_sessions: Sequence[GameSessionView], lines: int) -> Text:
    """What fits on a screen of so many lines: the server, then its game sessions, the newest first."""
    rows = [_game_session(one) for one in reversed(game_sessions)]
    text = Text(status_text(view))
    room = lines - len(text.plain.splitlines()) - 4
    if rows and room > 0:
        text.append("\n\n" + plain_table(_GAME_SESSION_HEADINGS, rows[:room]).rstrip("\n"))
    if rows and len(rows) > room:
        text.append(f"\n... {len(rows) - max(room, 0):,} more: `harena session list`", "dim")
    return text


def _game_session(view: GameSessionView) -> tuple[int | str, ...]:
    script = f"{view.script} v{view.version}" if view.script else "-"
    return view.id, view.name, script, view.state, view.players


def _facts(view: StatusView) -> list[tuple[str, str]]:
    counts = ((view.scripts, "script"), (view.game_sessions, "game session"), (view.players, "player"))
    return [
        ("up for", f"{shown_duration(view.uptime_seconds)} (process {view.pid})"),
        ("players", f"{'wss' if view.certificate else 'ws'}://{view.host}:{view.port}"),
        *_certificate(view),
        ("API", f"http://{view.host}:{view.http_port}"),
        ("scripts", view.scripts_dir or "no folder is watched"),
        ("data", view.data_dir),
        ("sandboxes", _layers(view)),
        ("carries", ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts)),
    ]


def _certificate(view: StatusView) -> list[tuple[str, str]]:
    shown = view.certificate
    if shown is None:
        return []
    trouble = f"; a newer one does not count: {shown.trouble}" if shown.trouble else ""
    return [("certificate", f"until {shown_time(shown.ends)}{trouble}")]


def _layers(view: StatusView) -> str:
    missing = [layer.name for layer in view.layers if not layer.holds]
    if not view.layers:
        return "no worker runs"
    return f"all layers hold but {', '.join(missing)}" if missing else f"all {len(view.layers)} layers hold"


def _worker(view: WorkerView) -> tuple[int | str, ...]:
    return view.pid, view.port, view.zygote_pid or "-", view.game_sessions, view.players, view.sandboxes
