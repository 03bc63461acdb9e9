"""One game session from inside, for a human."""

from desk.house import GameSessionDetail, GameSessionView, PlayerView, UseView
from runtime.cli.printing import plain_table, shown_duration, shown_time

_MIB = 1024 * 1024
#: Of a game session's data; --json has all of it.
_SHOWN_CHARACTERS = 200
_PLAYER_HEADINGS = ("PLAYER", ">PEER", "GROUPS", "PLAYER SESSION", ">HERE FOR")


def show_text(detail: GameSessionDetail, now: float) -> str:
    """What it is, what it uses, then its players and groups; no newline at the end. `now` is in Unix seconds."""
    view = detail.game_session
    rows = [*_facts(view, now), *_told(detail), *_used(detail.use)]
    parts = [f"game session {view.id}\n", plain_table(("", ""), rows)]
    if detail.players:
        parts.append(plain_table(_PLAYER_HEADINGS, [_player(player, now) for player in detail.players]))
    if detail.groups:
        groups = [(group.group, ", ".join(group.players)) for group in detail.groups]
        parts.append(plain_table((">GROUP", "PLAYERS"), groups))
    return "\n".join(parts).rstrip("\n")


def _facts(view: GameSessionView, now: float) -> list[tuple[str, str]]:
    until = now if view.ended is None else view.ended
    lived = shown_duration(until - view.started)
    ended = [] if view.ended is None else [("ended", f"{shown_time(view.ended)}: {view.reason}")]
    return [
        ("name", view.name),
        ("script", f"{view.script} v{view.version}" if view.script else "none: a plain relay"),
        ("state", view.state),
        ("started", f"{shown_time(view.started)}, {'lived' if view.ended else 'up'} for {lived}"),
        *ended,
        ("players", str(view.players)),
    ]


def _told(detail: GameSessionDetail) -> list[tuple[str, str]]:
    """What its script was told of it; a long text is cut."""
    properties = [("property", f"{key} = {given}") for key, given in detail.properties.items()]
    seats = f"{detail.max_players}, or fewer if its configuration says so"
    texts = [("data", detail.data), ("matchmaker", detail.matchmaker_data)]
    return [
        *([("max players", seats)] if detail.max_players else []),
        *properties,
        *((name, _cut(text)) for name, text in texts if text),
    ]


def _cut(text: str) -> str:
    line = " ".join(text[:_SHOWN_CHARACTERS].split())
    return line if len(text) <= _SHOWN_CHARACTERS else f"{line}..."


def _used(use: UseView | None) -> list[tuple[str, str]]:
    if use is None:
        return []
    memory = f"{use.memory_bytes / _MIB:.1f} of {use.max_memory_bytes / _MIB:g} MiB"
    return [
        ("waiting", f"{use.waiting_inputs:,} of {use.max_waiting_inputs:,} inputs"),
        *([("memory", memory)] if use.max_memory_bytes else []),
        ("errors", f"{use.script_errors:,} of its script"),
        ("log", f"{use.log_lines_dropped:,} lines dropped"),
    ]


def _player(player: PlayerView, now: float) -> tuple[str | int, ...]:
    groups = ", ".join(map(str, player.groups)) or "-"
    here = shown_duration(now - player.connected)
    return player.player_id, player.peer_id, groups, player.player_session_id, here
