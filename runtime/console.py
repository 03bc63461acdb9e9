"""The console of `harena dev`: what runs and how to join it, then one line for everything that happens."""

import time
from collections.abc import Callable
from typing import IO

from rich.console import Console
from rich.text import Text

from desk.events import (
    CertificateCrowded,
    CertificateEnding,
    CertificateRejected,
    CertificateRenewed,
    Deployed,
    Event,
    GameSessionEnded,
    GameSessionStarted,
    Logged,
    NotAScript,
    Rejected,
    ReservationsLost,
    RolledBack,
    ServerReady,
    SettingsChanged,
    SettingsRejected,
    Withdrawn,
    WorkerAdopted,
    WorkerLost,
    WorkerStarted,
)
from runtime.fault_text import fault_text, printable, printable_lines
from sandbox.jail.layers import Layer

_WORD_CHARACTERS = 9
_SCRIPT_CHARACTERS = 12
#: A banner names so many scripts; `harena script list` names all.
_SCRIPTS_IN_BANNER = 8
_LOG_STYLES = {"error": "red", "critical": "red", "warning": "yellow"}


class _Screen(Console):
    """A console that falls silent when nobody reads it any more, instead of ending the server."""

    def on_broken_pipe(self) -> None:
        """The reader has gone."""
        self.quiet = True


class DevConsole:
    """Prints events. Nothing that a script or a player wrote can steer the terminal or end the server by it."""

    def __init__(self, out: IO[str] | None = None, clock: Callable[[], float] = time.time) -> None:
        """`out` is standard output unless it is given; `clock` gives Unix seconds."""
        self._screen = _Screen(file=out, highlight=False, markup=False, emoji=False)
        self._plain = not self._screen.is_terminal
        self._clock = clock

    def tell(self, event: Event) -> None:
        """Print an event; raises nothing if the terminal has gone."""
        if isinstance(event, ServerReady):
            self.print(banner(event))
        else:
            self.print(event_text(event, self._clock()))

    def print(self, text: Text) -> None:
        """Print lines as they are, wrapped by nobody but the terminal."""
        if self._screen.quiet:
            return
        try:
            if self._plain:  # A file has no colours, and what makes them takes longer than a login.
                self._screen.file.write(f"{text.plain}\n")
                self._screen.file.flush()
            else:
                self._screen.print(text, soft_wrap=True)
        except OSError:
            self._screen.quiet = True


def banner(ready: ServerReady) -> Text:
    """What runs, in at most ten lines: where to connect and how, what is watched, what is active, how to stop."""
    example = f"{ready.active[0].name if ready.active else 'NAME'}/ROOM/PLAYER"
    lines = [
        ("players", f"{'wss' if ready.fingerprint else 'ws'}://{_address(ready.host, ready.port)}"),
        *_shown(ready),
        ("log in", f"with the player session id {example} (script/game session/player)"),
        ("API", f"http://{_address(ready.host, ready.http_port)}   for `harena status` and `harena script list`"),
        ("folder", ready.scripts_dir or "none is watched; `harena script deploy PATH` deploys"),
        ("scripts", _active(ready)),
        ("stop", "Ctrl+C"),
    ]
    text = Text("Harena is running", "bold")
    for name, content in lines:
        text.append(f"\n  {name:<9}", "cyan").append(printable(content), "not bold")
    return text


def event_text(event: Event, now: float) -> Text:
    """An event in one line, and the reasons below it where there are any; `now` is in Unix seconds."""
    word, style, script, content = _said(event)
    clock = time.strftime("%H:%M:%S", time.localtime(now))
    text = Text.assemble((clock, "dim"), "  ", (word.ljust(_WORD_CHARACTERS), style), " ")
    text.append(printable(script).ljust(_SCRIPT_CHARACTERS), "bold").append(" ")
    indent = " " * text.cell_len
    text.append(f"\n{indent}".join(printable_lines(content)))
    for line in _reasons(event):
        text.append("\n").append(line)
    return text


def _said(event: Event) -> tuple[str, str, str, str]:
    """The event's word, its colour, the script it is about, and what there is to say."""
    match event:
        case Logged() | GameSessionStarted() | GameSessionEnded():
            return _said_of_game_session(event)
        case Deployed() | Rejected() | RolledBack() | Withdrawn() | NotAScript():
            return _said_of_script(event)
        case SettingsChanged() | SettingsRejected():
            return _said_of_settings(event)
        case CertificateRenewed() | CertificateRejected() | CertificateEnding() | CertificateCrowded():
            return _said_of_certificate(event)
        case ReservationsLost(game_session, reservations, reason):
            return "seats", "yellow", "", f"{reservations} kept in game session {game_session} are lost: {reason}"
        case ServerReady():
            return "ready", "green", "", "players can connect"
        case WorkerStarted() | WorkerAdopted() | WorkerLost():
            return _said_of_worker(event)


def _said_of_worker(event: WorkerStarted | WorkerAdopted | WorkerLost) -> tuple[str, str, str, str]:
    match event:
        case WorkerStarted(pid, port, _, missing) if Layer.SECCOMP.title in missing:
            weaker = f"without {', '.join(missing)}: run only scripts that you trust"
            return "worker", "yellow", "", f"process {pid} takes players at port {port}, its sandboxes {weaker}"
        case WorkerStarted(pid, port):
            return "worker", "dim", "", f"process {pid} takes players at port {port}"
        case WorkerAdopted(pid, port, game_sessions):
            carried = f"{game_sessions} game session{'' if game_sessions == 1 else 's'}"
            return "worker", "yellow", "", f"process {pid} of an earlier server goes on at port {port} with {carried}"
        case WorkerLost(pid):
            return "worker", "red", "", f"process {pid} is lost, its game sessions with it; another is started"


def _said_of_certificate(
    event: CertificateRenewed | CertificateRejected | CertificateEnding | CertificateCrowded,
) -> tuple[str, str, str, str]:
    match event:
        case CertificateRenewed(_, ends, fingerprint):
            return "tls", "green", "", f"a new certificate counts until {_day(ends)}, SHA-256 {fingerprint}"
        case CertificateRejected(file, reason):
            return "tls", "red", "", f"{file}: {reason}; the certificate before it stays"
        case CertificateEnding(file, _, ends):
            return "tls", "red", "", f"{file}: the certificate ends on {_day(ends)}; nobody renewed it"
        case CertificateCrowded(_, reason):
            return "tls", "yellow", "", reason


def _day(unix_seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(unix_seconds))


def _said_of_settings(event: SettingsChanged | SettingsRejected) -> tuple[str, str, str, str]:
    match event:
        case SettingsRejected(_, faults):
            return "settings", "red", "", "\n".join(("the file is faulty, nothing of it counts", *faults))
        case SettingsChanged(_, taken, need_restart):
            said = [f"taken over: {', '.join(taken)}"] if taken else []
            said += [f"only after a restart: {', '.join(need_restart)}"] if need_restart else []
            return "settings", "green", "", "; ".join(said)


def _said_of_game_session(event: Logged | GameSessionStarted | GameSessionEnded) -> tuple[str, str, str, str]:
    ruled_by = f"{event.script} v{event.version}" if event.script else "(relay)"
    match event:
        case Logged(game_session, _, _, level, text):
            return level, _LOG_STYLES.get(level.lower(), "dim"), ruled_by, f"{game_session}: {text}"
        case GameSessionStarted(game_session, _, _, room):
            return "started", "cyan", ruled_by, f"game session {game_session} ({room})"
        case GameSessionEnded(game_session, _, _, reason):
            return "ended", "cyan", ruled_by, f"game session {game_session}: {reason}"


def _said_of_script(event: Deployed | Rejected | RolledBack | Withdrawn | NotAScript) -> tuple[str, str, str, str]:
    match event:
        case Deployed(script, version, origin):
            return "deployed", "green", f"{script} v{version}", f"new game sessions take it ({origin})"
        case Rejected(script, origin):
            return "refused", "red", script, f"this content cannot run, what was active stays ({origin})"
        case RolledBack(script, version):
            return "back", "green", f"{script} v{version}", "new game sessions take this earlier version"
        case Withdrawn(script):
            return "withdrawn", "yellow", script, "its file is gone: no new game sessions, its versions are kept"
        case NotAScript(path, reason):
            return "note", "yellow", "", f"{path}: {reason}"


def _reasons(event: Event) -> list[Text]:
    match event:
        case Deployed(_, _, _, warnings):
            return [fault_text(warning, warning=True) for warning in warnings]
        case Rejected(_, _, faults):
            return [fault_text(fault) for fault in faults]
        case _:
            return []


def _shown(ready: ServerReady) -> list[tuple[str, str]]:
    """What a player's client, or its developer, has to know of the certificate."""
    shown = [("TLS", f"SHA-256 {ready.fingerprint}")] if ready.fingerprint else []
    return [*shown, ("trust", f"{ready.ca_file}   is what clients trust")] if ready.ca_file else shown


def _active(ready: ServerReady) -> str:
    if not ready.active:
        return "none yet: a plain relay, where everything passes"
    named = [f"{script.name} v{script.version}" for script in ready.active[:_SCRIPTS_IN_BANNER]]
    more = len(ready.active) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _address(host: str, port: int) -> str:
    # An address that stands for all of them is none to connect to.
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    return f"{shown if shown.startswith('[') or ':' not in shown else f'[{shown}]'}:{port}"
