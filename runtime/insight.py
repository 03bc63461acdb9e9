"""What operators see when they look closer: game sessions from inside, their logs, the versions in use."""

from collections.abc import Collection, Sequence

from anyio import to_thread

from deployment.deployer import Deployer
from deployment.source import ScriptName
from deployment.store import Store
from desk.game_log import LiveLog, LogLine
from desk.house import (
    FileView,
    GameSessionDetail,
    GameSessionLog,
    GameSessionView,
    GroupView,
    LogView,
    PlayerView,
    PrunedView,
    PruneView,
    SourceView,
    UnknownGameSession,
    UseView,
)
from desk.memory import Memory
from runtime.fleet import Fleet
from runtime.log_lines import Line
from runtime.log_writer import LogWriter
from runtime.record import Record, State
from runtime.remote_show import RemoteShow
from runtime.words import GameSessionShown
from session.game import MAX_WAITING

#: Of the ids that begin alike, in the error that says so.
_IDS_NAMED = 5


class Insight:
    """Looks into the fleet, its logs on the disk, and the store."""

    def __init__(self, fleet: Fleet, logs: LogWriter, show: RemoteShow, store: Store, deployer: Deployer) -> None:
        self._fleet = fleet
        self._logs = logs
        self._show = show
        self._store = store
        self._deployer = deployer

    # Game sessions.

    async def game_session(self, record: Record, view: GameSessionView) -> GameSessionDetail:
        """One game session, with what its worker says of it."""
        shown = None if record.state is State.ENDED else await self._show.show(record)
        players = tuple(PlayerView(*player) for player in shown.players) if shown else ()
        facts = record.facts
        return GameSessionDetail(
            view,
            players,
            _groups(players),
            _use(shown) if shown else None,
            facts.max_players,
            dict(facts.properties),
            facts.data,
            facts.matchmaker_data,
        )

    async def log(self, game_session: str) -> GameSessionLog:
        """What is kept of a log, of an earlier run of the server too. Raises UnknownGameSession."""
        found = await self._found(game_session)
        lines = await (self._logs.lines(found) if isinstance(found, str) else found.log.lines())
        identity = found if isinstance(found, str) else found.id
        return GameSessionLog(identity, tuple(map(_view, lines)))

    async def live_log(self, game_session: str) -> LiveLog:
        """A log to be followed. Raises UnknownGameSession."""
        found = await self._found(game_session)
        if isinstance(found, str):
            past: Memory[LogLine] = Memory(1)
            past.close()
            return LiveLog(past, lambda: "")
        return LiveLog(found.log.memory, lambda: found.reason if found.state is State.ENDED else None)

    async def _found(self, prefix: str) -> Record | str:
        """The one game session whose id begins so: its record, or its id where only its log is left."""
        records = {record.id: record for record in self._fleet.found(prefix)}
        if prefix in records:
            return records[prefix]
        known = await self._logs.known()
        ids = {prefix} if prefix in known else {*records, *(one for one in known if one.startswith(prefix))}
        if len(ids) != 1:
            raise unknown(prefix, ids)
        (only,) = ids
        return records.get(only, only)

    # Versions.

    async def source(self, name: ScriptName, number: int) -> SourceView:
        """The files of a version. Raises UnknownScript or UnknownVersion."""
        version = await to_thread.run_sync(self._store.version, name, number)
        source = await to_thread.run_sync(self._store.source, version)
        files = tuple(FileView(file.path, file.content.decode("utf-8", "surrogateescape")) for file in source.files)
        return SourceView(name, number, source.launch, files)

    async def prune(self, name: str | None, keep: int, dry_run: bool) -> PruneView:
        """Remove what nobody needs, of one script or of all. Raises UnknownScript."""
        names = await to_thread.run_sync(self._store.names) if name is None else [ScriptName(name)]
        scripts = [await self._pruned(one, keep, dry_run) for one in names]
        return PruneView(dry_run, tuple(scripts))

    async def _pruned(self, name: ScriptName, keep: int, dry_run: bool) -> PrunedView:
        pruned = await self._deployer.prune(name, keep, lambda: self._in_use(name), dry_run=dry_run)
        return PrunedView(name, tuple(one.number for one in pruned.removed), pruned.kept, pruned.freed_bytes)

    def _in_use(self, name: ScriptName) -> frozenset[int]:
        return frozenset(record.version for record in self._fleet.living if record.script == name)


def unknown(prefix: str, ids: Collection[str]) -> UnknownGameSession:
    """The error that these game sessions have such an id, none or several."""
    named = ", ".join([*sorted(ids)[:_IDS_NAMED], *(["..."] if len(ids) > _IDS_NAMED else [])])
    many = f"{len(ids)} game sessions have ids that begin with {prefix!r}: {named}"
    return UnknownGameSession(many if ids else f"there is no game session {prefix!r}")


def _view(line: Line) -> LogView:
    return LogView(line.time, line.level, line.text, line.number)


def _groups(players: Sequence[PlayerView]) -> tuple[GroupView, ...]:
    groups = sorted({group for player in players for group in player.groups})
    return tuple(
        GroupView(group, tuple(player.player_id for player in players if group in player.groups)) for group in groups
    )


def _use(shown: GameSessionShown) -> UseView:
    return UseView(
        waiting_inputs=shown.waiting_inputs,
        max_waiting_inputs=MAX_WAITING,
        memory_bytes=shown.memory_bytes,
        max_memory_bytes=shown.max_memory_bytes,
        script_errors=shown.script_errors,
        log_lines_dropped=shown.log_lines_dropped,
    )
