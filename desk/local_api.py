"""The local API: what the `harena` command asks of a server, as JSON over HTTP under `/local/v1`."""

import json
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route

from deployment.version import MAX_NOTE_CHARACTERS
from desk.event_stream import EventStreams
from desk.house import House
from desk.hub import Hub
from desk.refusals import BadRequest, BodyTooLarge, answering
from desk.view_json import plain

MAX_BODY_BYTES = 64 * 1024

WELCOME = """\
This is a Harena server, a self-hosted realtime game relay.

Players connect elsewhere, by WebSocket; `harena status` says where.
Operators use the command: harena --help

  harena status                  what runs here
  harena script list             the scripts, and which version of each counts
  harena script deploy PATH      put a script into service
  harena session list            the running game sessions
  harena session logs ID         what a game session's script has logged

The command asks this API, and so may you:

{routes}
"""


def local_api(house: House, hub: Hub) -> Starlette:
    """Make the application. It lets in whoever asks: `desk.guard` stands before it."""
    routes = [Mount("/local/v1", routes=_routes(house, hub))]
    welcome = Route("/", _welcome(routes))
    return Starlette(
        routes=[welcome, *routes],
        exception_handlers=answering(),
    )


def _routes(house: House, hub: Hub) -> list[BaseRoute]:
    desk, streams = _Desk(house), EventStreams(hub)

    async def events(request: Request) -> Response:
        lines = streams.lines(_since(request))
        return StreamingResponse(lines, media_type="application/x-ndjson", headers={"Cache-Control": "no-store"})

    return [
        Route("/status", desk.status),
        Route("/scripts", desk.scripts),
        Route("/scripts/{script}/versions", desk.versions),
        Route("/scripts/{script}/rollback", desk.rollback, methods=["POST"]),
        Route("/deploy", desk.deploy, methods=["POST"]),
        Route("/game-sessions", desk.game_sessions),
        Route("/game-sessions/{game_session}/log", desk.log),
        Route("/events", events),
    ]


class _Desk:
    """One method a request: what was asked is read here, the house answers, and views become JSON."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def status(self, _request: Request) -> Response:
        return _json(self._house.status())

    async def scripts(self, _request: Request) -> Response:
        return _json_list("scripts", self._house.scripts())

    async def versions(self, request: Request) -> Response:
        return _json_list("versions", self._house.versions(request.path_params["script"]))

    async def deploy(self, request: Request) -> Response:
        asked = await _body_untrusted(request)
        path, note = _path(_text(asked, "path")), _text(asked, "note", "")
        if not _is_unicode(note):
            raise BadRequest('"note" is to be text that can be written as UTF-8')
        if len(note) > MAX_NOTE_CHARACTERS:
            raise BadRequest(f'"note" has at most {MAX_NOTE_CHARACTERS:,} characters, not {len(note):,}')
        return _json(await self._house.deploy(path, note))

    async def rollback(self, request: Request) -> Response:
        version = (await _body_untrusted(request)).get("version")
        if version is not None and (type(version) is not int or version < 1):
            raise BadRequest('"version" is to be a number from 1, or null for the one that was active before')
        return _json(await self._house.rollback(request.path_params["script"], version))

    async def game_sessions(self, request: Request) -> Response:
        return _json_list("game_sessions", self._house.game_sessions(_flag(request, "ended")))

    async def log(self, request: Request) -> Response:
        return _json_list("log", self._house.log(request.path_params["game_session"]))


def _welcome(routes: Sequence[Mount]) -> Callable[[Request], Awaitable[Response]]:
    named = [
        f"  {'POST' if 'POST' in (route.methods or ()) else 'GET':<5} {mount.path}{route.path}"
        for mount in routes
        for route in mount.routes
        if isinstance(route, Route)
    ]
    text = WELCOME.format(routes="\n".join(named))

    async def welcome(_request: Request) -> Response:
        return PlainTextResponse(text)

    return welcome


def _json(view: object) -> Response:
    return _written(plain(view))


def _json_list(name: str, views: Sequence[object]) -> Response:
    return _written({name: [plain(view) for view in views]})


def _written(content: object) -> Response:
    # In ASCII: what a stranger's log or a file's name holds need not be Unicode that can be written as UTF-8.
    return Response(json.dumps(content), media_type="application/json")


async def _body_untrusted(request: Request) -> Mapping[str, object]:
    """The JSON object in the request's body, `{}` where it is empty; raises `BadRequest` or `BodyTooLarge`."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge(f"a request's body has at most {MAX_BODY_BYTES:,} bytes")
    try:
        asked = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is not JSON") from error
    if not isinstance(asked, dict):
        raise BadRequest("the body is to be a JSON object")
    return asked


def _text(asked: Mapping[str, object], key: str, default: str | None = None) -> str:
    given = asked.get(key, default)
    if not isinstance(given, str):
        raise BadRequest(f'"{key}" is to be a text')
    return given


def _path(text: str) -> Path:
    try:
        os.fsencode(text)
    except UnicodeEncodeError as error:
        raise BadRequest('"path" is to be one that this machine can have') from error
    path = Path(text)
    if not path.is_absolute() or "\0" in text:
        raise BadRequest('"path" is to be an absolute path: the server does not know where you are')
    return path


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _since(request: Request) -> int | None:
    since = request.query_params.get("since")
    if since is None:
        return None
    if not (since.isascii() and since.isdigit() and len(since) <= 18):
        raise BadRequest('"since" is to be the number of an event')
    return int(since)


def _flag(request: Request, name: str) -> bool:
    given = request.query_params.get(name, "false").lower()
    if given not in {"true", "false", "1", "0"}:
        raise BadRequest(f'"{name}" is to be true or false')
    return given in {"true", "1"}
