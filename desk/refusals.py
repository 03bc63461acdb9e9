"""What a request is answered when it cannot be done: a status, a sentence, and a hint at the way out."""

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deployment.record import UnknownScript, UnknownVersion
from deployment.store import StoreDamaged, StoreUnwritable
from desk.bodies import TooMuchAtOnce
from desk.certificate_view import NoTls, NotRenewed
from desk.event_stream import TooManyStreams
from desk.gamelift.errors import GameLiftError, NotThere, OfficeTrouble
from desk.house import Refused, UnknownGameSession
from desk.key_view import NotHere, UnknownKey
from desk.script_path import NoScript
from desk.ticket_view import UnknownTicket


class BadRequest(ValueError):
    """The request makes no sense; the message says what was expected."""


class BodyTooLarge(ValueError):
    """The request's body has more bytes than are read."""


#: The first whose error it is counts.
STATUS: Mapping[type[Exception], tuple[int, str]] = {
    UnknownScript: (404, "`harena script list` shows the scripts that there are"),
    UnknownVersion: (404, "`harena script versions NAME` shows the versions that there are"),
    UnknownGameSession: (404, "`harena session list --ended` shows the game sessions that there are"),
    Refused: (409, "`harena status` and `harena session list` show what the server carries"),
    NoScript: (422, "a script is a .py file, or a folder with a main.py in it"),
    BadRequest: (400, "GET / lists the requests that there are"),
    BodyTooLarge: (413, "send less"),
    UnknownKey: (404, "`harena keys list` shows the access keys that there are"),
    NoTls: (404, "start it with `harena dev --tls`, or set tls.enabled = true"),
    NotRenewed: (409, "`harena certs show` tells which certificate counts"),
    UnknownTicket: (404, "`harena match list` shows the tickets that there are"),
    NotHere: (403, "use the command on that machine"),
    NotThere: (404, "`harena fleet list` and `harena queue list` show those that there are"),
    GameLiftError: (409, "`harena fleet list` and `harena queue list` show what there is"),
    OfficeTrouble: (500, "mend the setting gamelift.database, or restore the data folder from a copy"),
    TooMuchAtOnce: (503, "try again, a moment later"),
    TooManyStreams: (503, "end one of the clients that follow the events"),
    StoreDamaged: (500, "restore the data folder from a copy; scripts that are not named here still work"),
    StoreUnwritable: (507, "make room on the disk, or let the server write to its data folder"),
}

#: The type that Starlette asks of those who answer an exception.
Answering: TypeAlias = Callable[[Request, Exception], Response]


def answering() -> dict[int | type[Exception], Answering]:
    """Everything that can be raised while a request is answered, and who answers then."""
    return {**dict.fromkeys(STATUS, _refused), HTTPException: _not_ours, Exception: _our_mistake}


def _refused(_request: Request, error: Exception) -> Response:
    status, hint = next(answer for kind, answer in STATUS.items() if isinstance(error, kind))
    # In ASCII for the sake of names that are no Unicode.
    return Response(json.dumps({"error": str(error), "hint": hint}), status, media_type="application/json")


def _not_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    what = f"{request.method} {request.url.path}"
    said = {404: f"there is nothing at {what}", 405: f"{what} cannot be asked that way"}
    content = {"error": said.get(error.status_code, error.detail), "hint": "GET / lists the requests that there are"}
    return JSONResponse(content, error.status_code, error.headers)


def _our_mistake(_request: Request, error: Exception) -> Response:
    # Starlette raises the error again after this answer, so that the server's log has the traceback.
    content = {
        "error": f"the server made a mistake: {type(error).__name__}",
        "hint": "this is a bug; its log says more",
    }
    return JSONResponse(content, 500)
