"""Logs of game sessions, for who has an address that GetGameSessionLogUrl has signed."""

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from desk.gamelift.limits import LOG_URL_SECONDS
from desk.house import GameSessionLog, UnknownGameSession

if TYPE_CHECKING:
    from desk.gamelift.office import Office

LOG_ROUTE = "/gamelift/logs/{game_session}"
_PURPOSE = "log"


def log_path(office: "Office", game_session: str) -> str:
    """The path of a game session's log, with the time until which it can be asked, and a signature of both."""
    until = str(int(office.clock()) + LOG_URL_SECONDS)
    path = LOG_ROUTE.format(game_session=game_session)
    return f"{path}?expires={until}&signature={office.seals.signature(_PURPOSE, f'{game_session} {until}')}"


async def log_answered(office: "Office", request: Request) -> Response:
    """Give the log as text, if the address is a signed one and not too old."""
    game_session = request.path_params["game_session"]
    until, signature = (request.query_params.get(name, "") for name in ("expires", "signature"))
    if not office.seals.signed(_PURPOSE, f"{game_session} {until}", signature):
        return PlainTextResponse("This address is none that GetGameSessionLogUrl gave.\n", 403)
    if office.clock() >= int(until):
        return PlainTextResponse("This address is too old: GetGameSessionLogUrl gives another.\n", 403)
    try:
        log = await office.house.log(game_session)
    except UnknownGameSession:
        return PlainTextResponse("There is no log of this game session any more.\n", 404)
    return PlainTextResponse(_text(log), headers={"Cache-Control": "no-store"})


def _text(log: GameSessionLog) -> str:
    lines = (f"{line.time:.3f} {line.level.upper()} {line.text}\n" for line in log.log)
    # What a script has logged need not be Unicode that can be written as UTF-8.
    return "".join(lines).encode(errors="backslashreplace").decode()
