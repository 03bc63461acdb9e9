"""A server at a glance, for a human."""

from desk.house import StatusView, WorkerView
from runtime.cli.printing import plain_table, shown_duration

_WORKER_HEADINGS = (">WORKER", ">PORT", ">ZYGOTE", ">GAME SESSIONS", ">PLAYERS", ">SANDBOXES")


def status_text(view: StatusView) -> str:
    """Addresses, folders and counts, and below them a line for each worker; no newline at the end."""
    workers = [_worker(one) for one in view.workers]
    parts = (f"harena {view.version}\n", plain_table(("", ""), _facts(view)), plain_table(_WORKER_HEADINGS, workers))
    return "\n".join(parts).rstrip("\n")


def _facts(view: StatusView) -> list[tuple[str, str]]:
    counts = ((view.scripts, "script"), (view.game_sessions, "game session"), (view.players, "player"))
    return [
        ("up for", f"{shown_duration(view.uptime_seconds)} (process {view.pid})"),
        ("players", f"ws://{view.host}:{view.port}"),
        ("API", f"http://{view.host}:{view.http_port}"),
        ("scripts", view.scripts_dir or "no folder is watched"),
        ("data", view.data_dir),
        ("carries", ", ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts)),
    ]


def _worker(view: WorkerView) -> tuple[int | str, ...]:
    return view.pid, view.port, view.zygote_pid or "-", view.game_sessions, view.players, view.sandboxes
