"""Keys: every setting of a server, with its bounds, its default, and whether it is taken over while the server runs.

A key is the name of a field of ``runtime.config``, below its section: ``sandbox.call_wall_seconds``. Those of ``Site``
stand at the top of the file and have no section.
"""

from dataclasses import MISSING, Field, fields, replace
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_type_hints

from desk.gamelift.limits import GameLiftLimits
from desk.limits import DeskLimits
from relay.channel import ChannelLimits
from relay.dtls.limits import DtlsLimits
from relay.fast.limits import FastLimits
from runtime.config import Config, FleetLimits, LogSettings, SandboxSettings, Site
from runtime.log_files import LogLimits
from runtime.tls.settings import TlsSettings
from session.farewells import MAX_REASON_BYTES
from session.values import value

MIB = 1024 * 1024

#: The sections by their names in the file; that of ``site`` is the file itself.
SECTIONS: dict[str, type] = {
    "site": Site,
    "fleet": FleetLimits,
    "channel": ChannelLimits,
    "tls": TlsSettings,
    "fast": FastLimits,
    "dtls": DtlsLimits,
    "sandbox": SandboxSettings,
    "desk": DeskLimits,
    "gamelift": GameLiftLimits,
    "log": LogSettings,
    "logs": LogLimits,
}
_TOP = "site"


@value
class Rule:
    """What a setting may be: between two numbers, one of some words, or a text of so many bytes."""

    low: float = 0.0
    high: float = 1e15
    words: tuple[str, ...] = ()
    max_bytes: int = 4_096
    live: bool = False


def _live(low: float, high: float) -> Rule:
    return Rule(low, high, live=True)


RULES: dict[str, Rule] = {
    "host": Rule(max_bytes=255),
    "port": Rule(0, 65_535),
    "http_port": Rule(0, 65_535),
    "scripts": Rule(),
    "data": Rule(),
    "ready_file": Rule(),
    "workers": Rule(1, 64),
    "stop_seconds": _live(0, 3_600),
    "orphan_seconds": _live(0, 3_600),
    "fleet.accepting": Rule(live=True),
    "fleet.max_game_sessions": _live(0, 100_000),
    "fleet.max_connections": Rule(1, 1_000_000),
    "fleet.reservation_seconds": _live(0.1, 3_600),
    "fleet.draining_message": Rule(max_bytes=MAX_REASON_BYTES, live=True),
    "fleet.stopping_message": Rule(max_bytes=MAX_REASON_BYTES, live=True),
    "channel.login_seconds": _live(0.1, 600),
    "channel.handshake_seconds": _live(0.1, 600),
    "channel.ping_seconds": _live(0.1, 60),
    "channel.grace_seconds": _live(0, 600),
    "channel.close_seconds": _live(0.1, 60),
    "channel.message_bytes": _live(8 * 1024, MIB),
    "channel.request_bytes": _live(1024, MIB),
    "channel.out_buffer_bytes": _live(64 * 1024, 1024 * MIB),
    "tls.enabled": Rule(),
    "tls.certificate": Rule(),
    "tls.key": Rule(),
    "tls.names": Rule(),
    "fast.enabled": Rule(),
    "fast.silent_seconds": _live(0.1, 3_600),
    "fast.opening_seconds": _live(0.1, 60),
    "fast.out_datagrams": _live(1, 1_000_000),
    "dtls.max_guests": _live(1, 100_000),
    "dtls.guest_seconds": _live(1, 600),
    "dtls.handshakes_per_second": _live(1, 1_000_000),
    "dtls.handshakes_at_once": _live(1, 1_000_000),
    "dtls.cookie_seconds": _live(1, 600),
    "sandbox.load_wall_seconds": _live(0.1, 30),
    "sandbox.call_wall_seconds": _live(0.01, 60),
    "sandbox.load_cpu_milliseconds": _live(10, 30_000),
    "sandbox.callback_cpu_milliseconds": _live(10, 60_000),
    "sandbox.tick_cpu_milliseconds": _live(10, 60_000),
    "sandbox.cpu_percent": _live(1, 100),
    "sandbox.memory_bytes": _live(4 * MIB, 64 * 1024 * MIB),
    "sandbox.commands_per_call": _live(1, 100_000),
    "sandbox.message_bytes_per_second": _live(1024, 1024 * MIB),
    "sandbox.timers": _live(0, 100_000),
    "sandbox.log_lines_per_second": _live(0, 10_000),
    "sandbox.allow_weaker": Rule(),
    "desk.kept_events": Rule(1, 1_000_000),
    "desk.max_event_streams": Rule(0, 150),
    "desk.max_connections": Rule(200, 50_000),
    "desk.heartbeat_seconds": Rule(0.1, 3_600),
    "desk.max_body_bytes": Rule(16 * 1024, 64 * MIB),
    "desk.metrics": Rule(),
    "desk.local_anywhere": Rule(),
    "gamelift.database": Rule(),
    "gamelift.region": Rule(max_bytes=32),
    "gamelift.address": Rule(max_bytes=255),
    "gamelift.webhook_url": Rule(max_bytes=2_048),
    "gamelift.webhook_secret": Rule(max_bytes=1_024),
    "gamelift.calls_per_second": Rule(1, 1_000_000),
    "gamelift.create_game_session_per_second": Rule(0.1, 1_000_000),
    "gamelift.create_player_session_per_second": Rule(0.1, 1_000_000),
    "gamelift.create_player_sessions_per_second": Rule(0.1, 1_000_000),
    "gamelift.describe_player_sessions_per_second": Rule(0.1, 1_000_000),
    "gamelift.create_script_per_second": Rule(0.1, 1_000_000),
    "gamelift.start_placement_per_second": Rule(0.1, 1_000_000),
    "gamelift.start_matchmaking_per_second": Rule(0.1, 1_000_000),
    "gamelift.accept_match_per_second": Rule(0.1, 1_000_000),
    "gamelift.stop_matchmaking_per_second": Rule(0.1, 1_000_000),
    "gamelift.start_match_backfill_per_second": Rule(0.1, 1_000_000),
    "gamelift.describe_matchmaking_per_second": Rule(0.1, 1_000_000),
    "gamelift.other_changes_per_second": Rule(0.1, 1_000_000),
    "gamelift.other_questions_per_second": Rule(0.1, 1_000_000),
    "gamelift.max_scripts": Rule(0, 100_000),
    "gamelift.max_fleets": Rule(0, 100_000),
    "gamelift.max_aliases": Rule(0, 100_000),
    "gamelift.max_processes": Rule(1, 100_000),
    "gamelift.max_queues": Rule(0, 100_000),
    "gamelift.max_pending_placements": Rule(0, 100_000),
    "gamelift.max_rule_sets": Rule(0, 100_000),
    "gamelift.max_matchmakers": Rule(0, 10_000),
    "gamelift.max_tickets": Rule(0, 1_000_000),
    "gamelift.max_ended_tickets": Rule(0, 10_000_000),
    "gamelift.players_at_once": Rule(1, 10_000),
    "gamelift.search_seconds": Rule(0.05, 60),
    "gamelift.ended_tickets_kept_seconds": Rule(1, 86_400),
    "gamelift.when_silent": Rule(words=("cancel", "search")),
    "gamelift.kept_days": Rule(0.01, 36_500),
    "log.level": Rule(words=("debug", "info", "warning", "error", "critical"), live=True),
    "log.format": Rule(words=("text", "json")),
    "logs.max_log_bytes": Rule(64 * 1024, 1024 * MIB),
    "logs.max_log_files": Rule(1, 100_000),
}


@value
class Key:
    """One setting. ``kind`` is bool, int, float, str or Path; ``section`` and ``name`` are those in ``Config``."""

    section: str
    name: str
    kind: type
    default: object
    rule: Rule

    @property
    def dotted(self) -> str:
        """The name by which it is called."""
        return self.name if self.section == _TOP else f"{self.section}.{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "HARENA_" + self.dotted.upper().replace(".", "__")

    def wanted(self) -> str:
        """What it is to be, for people."""
        if self.rule.words:
            return "one of " + ", ".join(self.rule.words)
        if self.kind in (int, float):
            low, high = (
                f"{bound:,.0f}" if bound.is_integer() else f"{bound:g}"
                for bound in (float(self.rule.low), float(self.rule.high))
            )
            return f"{'a whole number' if self.kind is int else 'a number'} from {low} to {high}"
        return {bool: "true or false", Path: "a path"}.get(
            self.kind, f"a text of at most {self.rule.max_bytes:,} bytes"
        )


def _keys() -> dict[str, Key]:
    found = [
        Key(section, field.name, _kind(hint), _default(field), _rule(section, field.name))
        for section, kind in SECTIONS.items()
        for field, hint in zip(fields(kind), get_type_hints(kind).values(), strict=True)
    ]
    return {key.dotted: key for key in found}


def _rule(section: str, name: str) -> Rule:
    return RULES.get(name if section == _TOP else f"{section}.{name}", Rule())


def _kind(hint: object) -> type:
    """The type of a field; of ``Path | None`` it is Path."""
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    (kind,) = (one for one in kinds if one is not NoneType)
    assert isinstance(kind, type)
    return kind


def _default(field: "Field[object]") -> object:
    assert field.default is not MISSING, f"{field.name} has no default"
    return field.default


KEYS: dict[str, Key] = _keys()


def setting(config: Config, key: Key) -> object:
    """What a key is set to."""
    return getattr(getattr(config, key.section), key.name)


def changed(before: Config, after: Config) -> tuple[list[str], list[str]]:
    """The keys whose settings differ: those that can be taken over, and those that need a restart."""
    different = [key for key in KEYS.values() if setting(before, key) != setting(after, key)]
    live = [key.dotted for key in different if key.rule.live]
    scripts = sorted({*before.secrets.by_script, *after.secrets.by_script})
    secrets = [f"secrets.{name}" for name in scripts if before.secrets.of(name) != after.secrets.of(name)]
    return live + secrets, [key.dotted for key in different if not key.rule.live]


def taken_over(before: Config, after: Config) -> Config:
    """The configuration of a running server, with what can be taken over of a later one."""
    sections: dict[str, Any] = {
        name: _with_live(name, getattr(before, name), getattr(after, name)) for name in SECTIONS
    }
    return replace(before, secrets=after.secrets, **sections)


def _with_live(section: str, before: Any, after: Any) -> Any:
    live = {key.name: getattr(after, key.name) for key in KEYS.values() if key.section == section and key.rule.live}
    return replace(before, **live)
