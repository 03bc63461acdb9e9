"""The local API: what the `harena` command asks of a server, as JSON over HTTP under `/local/v1`."""

from collections.abc import Awaitable, Callable, Sequence

from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route

from deployment.version import MAX_NOTE_CHARACTERS
from desk.certificates import Certificates, certificate_routes
from desk.event_stream import EventStreams
from desk.gamelift.api import GameLiftApi
from desk.house import House
from desk.hub import Hub
from desk.insight import insight_routes
from desk.limits import DeskLimits
from desk.metrics import metrics_route
from desk.players import player_routes
from desk.reading import body_untrusted, bounded_text_of, flag_of, path_of, since_of, text_of
from desk.refusals import BadRequest, answering
from desk.writing import answer, answer_list

WELCOME = """\
This is a Harena server, a self-hosted realtime game relay.

Players connect elsewhere, by WebSocket; `harena status` says where.
Operators use the command: harena --help

  harena status                  what runs here
  harena script list             the scripts, and which version of each counts
  harena script deploy PATH      put a script into service
  harena session list            the running game sessions
  harena session logs ID         what a game session's script has logged
  harena session create SCRIPT   start a game session
  harena player create SESSION   keep a seat in it for a player

Back ends of games use the AWS SDKs, with this address as the endpoint URL of GameLift.

The command asks this API, and so may you:

{routes}
"""


def local_api(
    house: House,
    hub: Hub,
    limits: DeskLimits | None = None,
    metrics: Callable[[], Collector] | None = None,
    gamelift: GameLiftApi | None = None,
    certificates: Certificates | None = None,
) -> Starlette:
    """Make the application, with metrics, the GameLift API and certificates if there are any.

    It lets in whoever asks: `desk.guard` stands before it. The GameLift API looks for itself.
    """
    limits = limits or DeskLimits()
    streams = EventStreams(hub, limits.heartbeat_seconds, limits.max_event_streams)
    below = _routes(house, limits, streams)
    below += certificate_routes(certificates)
    below += gamelift.local_routes(streams) if gamelift else []
    beside = [metrics_route(metrics)] if metrics else []
    welcome = Route("/", _welcome([*_named("/local/v1", below), *_named("", beside)]))
    return Starlette(
        routes=[welcome, Mount("/local/v1", routes=below), *beside, *(gamelift.routes() if gamelift else ())],
        exception_handlers=answering(),
    )


def _routes(house: House, limits: DeskLimits, streams: EventStreams) -> list[BaseRoute]:
    desk = _Desk(house, limits.max_body_bytes)

    async def events(request: Request) -> Response:
        lines = streams.lines(since_of(request))
        return StreamingResponse(lines, media_type="application/x-ndjson", headers={"Cache-Control": "no-store"})

    return [
        Route("/status", desk.status),
        Route("/scripts", desk.scripts),
        Route("/scripts/{script}/versions", desk.versions),
        Route("/scripts/{script}/rollback", desk.rollback, methods=["POST"]),
        Route("/deploy", desk.deploy, methods=["POST"]),
        Route("/game-sessions", desk.game_sessions),
        *insight_routes(house, streams, limits.max_body_bytes),
        *player_routes(house, limits.max_body_bytes),
        Route("/events", events),
    ]


class _Desk:
    """One method a request: what was asked is read here, the house answers, and views become JSON."""

    def __init__(self, house: House, max_body_bytes: int) -> None:
        self._house = house
        self._max_body_bytes = max_body_bytes

    async def status(self, _request: Request) -> Response:
        return answer(self._house.status())

    async def scripts(self, _request: Request) -> Response:
        return answer_list("scripts", self._house.scripts())

    async def versions(self, request: Request) -> Response:
        return answer_list("versions", self._house.versions(request.path_params["script"]))

    async def deploy(self, request: Request) -> Response:
        asked = await body_untrusted(request, self._max_body_bytes)
        path, note = path_of(text_of(asked, "path")), bounded_text_of(asked, "note", MAX_NOTE_CHARACTERS, "")
        return answer(await self._house.deploy(path, note))

    async def rollback(self, request: Request) -> Response:
        version = (await body_untrusted(request, self._max_body_bytes)).get("version")
        if version is not None and (type(version) is not int or version < 1):
            raise BadRequest('"version" is to be a number from 1, or null for the one that was active before')
        return answer(await self._house.rollback(request.path_params["script"], version))

    async def game_sessions(self, request: Request) -> Response:
        return answer_list("game_sessions", self._house.game_sessions(flag_of(request, "ended")))


def _named(above: str, routes: Sequence[BaseRoute]) -> list[str]:
    return [
        f"  {'POST' if 'POST' in (route.methods or ()) else 'GET':<5} {above}{route.path}"
        for route in routes
        if isinstance(route, Route)
    ]


def _welcome(named: Sequence[str]) -> Callable[[Request], Awaitable[Response]]:
    text = WELCOME.format(routes="\n".join(named))

    async def welcome(_request: Request) -> Response:
        return PlainTextResponse(text)

    return welcome
