"""`harena session logs`: what a game session's script has logged, and what it logs now."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, GameSessionArgument, HttpHost, HttpPort

if TYPE_CHECKING:
    from desk.house import LogView
    from runtime.cli.desk_client import DeskClient


class Level(StrEnum):
    """How much a line weighs, the lightest first."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


_WEIGHTS = {level.value: weight for weight, level in enumerate(Level)}


def logs(
    game_session: GameSessionArgument,
    lines: Annotated[
        int | None, typer.Option("--lines", "-n", metavar="N", min=1, help="Only the newest N entries.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what is logged from now on, until the end or Ctrl+C.")
    ] = False,
    level: Annotated[Level, typer.Option("--level", help="Nothing that weighs less.")] = Level.DEBUG,
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
    as_json: AsJson = False,
) -> None:
    """Print a game session's log: what its script has logged, and its errors.

    Logs of game sessions that have ended are kept for a while, also when the server is started anew. With --json and
    --follow each entry is one line.
    """
    from contextlib import suppress

    from desk.house import GameSessionLog
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_json

    client = DeskClient(http_host, http_port)
    found = client.view(GameSessionLog, "game-sessions", game_session, "log")
    log = found.log
    told = log[-1].number if log else 0
    chosen = [line for line in log if _weight(line) >= _WEIGHTS[level.value]]
    chosen = chosen if lines is None else chosen[-lines:]
    if as_json and not follow:
        print_json(chosen)
        return
    printer = _Printer(level, as_json, chosen[0].number - 1 if chosen and lines else 0)
    for line in chosen:
        printer.line(line)
    if follow:
        with suppress(KeyboardInterrupt):
            # By its whole id: the beginning of it may mean two, or another one, by now.
            path = ("game-sessions", found.game_session, "log", "follow")
            _follow(client, client.lines(*path, query=f"?since={told}"), printer)


def _follow(client: "DeskClient", said: Iterable[Mapping[str, object]], printer: "_Printer") -> None:
    """Print what a stream says, until it says that the game session has ended; raises `Refusal` where it does not."""
    from desk.house import LogView
    from runtime.cli.refusal import ExitCode, Refusal

    for one in said:
        match one.get("event"):
            case "Following" | "Missed":
                continue  # Lines that were missed leave a gap in the numbers, which is shown.
            case "Ended":
                printer.ended(str(one.get("reason", "")))
                return
            case _:
                printer.line(client.understood(LogView, one))
    raise Refusal("the server has stopped before the game session has ended", exit_code=ExitCode.NOT_REACHED)


class _Printer:
    """Prints lines that weigh enough, and how many are missing between them as far as that can be told."""

    def __init__(self, level: Level, as_json: bool, before: int) -> None:
        self._least = _WEIGHTS[level.value]
        self._as_json = as_json
        self._before = before

    def line(self, line: "LogView") -> None:
        from runtime.cli.log_text import log_text, missing_text
        from runtime.cli.printing import print_json_line, print_text

        missing, self._before = line.number - self._before - 1, line.number
        if missing > 0 and not self._least and not self._as_json:
            print_text(missing_text(missing))
        if _weight(line) < self._least:
            return
        if self._as_json:
            print_json_line(line)
        else:
            print_text(log_text(line))

    def ended(self, reason: str) -> None:
        """The last line of a log says so itself, unless it weighs too little."""
        from runtime.cli.printing import print_json_line, print_text
        from runtime.fault_text import printable

        if self._as_json:
            print_json_line({"event": "Ended", "reason": reason})
        elif self._least > _WEIGHTS[Level.INFO.value]:
            print_text(f"the game session has ended: {printable(reason)}")


def _weight(line: "LogView") -> int:
    """What is of no level that we know weighs enough for everybody."""
    return _WEIGHTS.get(line.level.lower(), len(_WEIGHTS))
