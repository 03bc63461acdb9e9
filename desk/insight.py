"""Routes that look closer: game sessions from inside, their logs, the files of versions; and what removes versions."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from desk.event_stream import EventStreams
from desk.house import House
from desk.reading import body_untrusted, since_of
from desk.refusals import BadRequest
from desk.writing import answer

#: A version that was among the last so many that were active is not pruned, unless another number is asked for.
KEPT_ACTIVATIONS = 10
#: A script's record remembers no more activations.
MAX_KEPT_ACTIVATIONS = 1_000
#: More versions than any script can have.
_MAX_VERSION_DIGITS = 9


def insight_routes(house: House, streams: EventStreams, max_body_bytes: int) -> list[BaseRoute]:
    """Make the routes; they lie below the API's own path."""
    desk = _InsightDesk(house, streams, max_body_bytes)
    return [
        Route("/scripts/{script}/versions/{version}", desk.source),
        Route("/prune", desk.prune, methods=["POST"]),
        Route("/game-sessions/{game_session}", desk.game_session),
        Route("/game-sessions/{game_session}/log", desk.log),
        Route("/game-sessions/{game_session}/log/follow", desk.follow),
    ]


class _InsightDesk:
    """One method a request."""

    def __init__(self, house: House, streams: EventStreams, max_body_bytes: int) -> None:
        self._house = house
        self._streams = streams
        self._max_body_bytes = max_body_bytes

    async def source(self, request: Request) -> Response:
        version = request.path_params["version"]
        if not (version.isascii() and version.isdigit() and len(version) <= _MAX_VERSION_DIGITS):
            raise BadRequest("a version is named by its number")
        return answer(await self._house.source(request.path_params["script"], int(version)))

    async def prune(self, request: Request) -> Response:
        asked = await body_untrusted(request, self._max_body_bytes)
        return answer(await self._house.prune(_script(asked), _keep(asked), _dry_run(asked)))

    async def game_session(self, request: Request) -> Response:
        return answer(await self._house.game_session(request.path_params["game_session"]))

    async def log(self, request: Request) -> Response:
        return answer(await self._house.log(request.path_params["game_session"]))

    async def follow(self, request: Request) -> Response:
        since = since_of(request)
        log = await self._house.live_log(request.path_params["game_session"])
        lines = self._streams.log_lines(log, since)
        return StreamingResponse(lines, media_type="application/x-ndjson", headers={"Cache-Control": "no-store"})


def _script(asked: Mapping[str, object]) -> str | None:
    given = asked.get("script")
    if given is not None and not isinstance(given, str):
        raise BadRequest('"script" is to be a script\'s name, or null for all scripts')
    return given


def _keep(asked: Mapping[str, object]) -> int:
    given = asked.get("keep", KEPT_ACTIVATIONS)
    if type(given) is not int or not 0 <= given <= MAX_KEPT_ACTIVATIONS:
        raise BadRequest(f'"keep" is to be a number from 0 to {MAX_KEPT_ACTIVATIONS:,}')
    return given


def _dry_run(asked: Mapping[str, object]) -> bool:
    given = asked.get("dry_run", False)
    if not isinstance(given, bool):
        raise BadRequest('"dry_run" is to be true or false')
    return given
