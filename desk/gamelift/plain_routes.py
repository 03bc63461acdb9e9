"""Routes for the command about fleets, queues and placements."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from desk.gamelift.front import Front
from desk.gamelift.limits import MAX_TIMEOUT_SECONDS
from desk.reading import body_untrusted, bounded_text_of, name_of
from desk.refusals import BadRequest
from desk.writing import answer, answer_list
from session.configuration import MAX_PLAYERS

#: Of a name or an id.
MAX_TEXT_CHARACTERS = 512
#: What a fleet carries where nobody says, and at most.
DEFAULT_GAME_SESSIONS, MAX_GAME_SESSIONS = 50, 10_000


def plain_routes(front: Front, max_body_bytes: int) -> list[BaseRoute]:
    """Make the routes; they lie below the API's own path."""
    desk = _PlainDesk(front, max_body_bytes)
    return [
        Route("/fleets", desk.fleets),
        Route("/fleets", desk.create_fleet, methods=["POST"]),
        Route("/fleets/{fleet}/delete", desk.delete_fleet, methods=["POST"]),
        Route("/queues", desk.queues),
        Route("/queues", desk.create_queue, methods=["POST"]),
        Route("/queues/{queue}/delete", desk.delete_queue, methods=["POST"]),
        Route("/placements", desk.place, methods=["POST"]),
        Route("/placements/{placement}", desk.placement),
        Route("/placements/{placement}/stop", desk.stop_placement, methods=["POST"]),
    ]


class _PlainDesk:
    """One method a request."""

    def __init__(self, front: Front, max_body_bytes: int) -> None:
        self._front = front
        self._max_body_bytes = max_body_bytes

    async def fleets(self, _request: Request) -> Response:
        return answer_list("fleets", await (await self._front.open()).plain.fleets())

    async def create_fleet(self, request: Request) -> Response:
        asked = await body_untrusted(request, self._max_body_bytes)
        script, most = _text(asked, "script"), _number(asked, "max_game_sessions", MAX_GAME_SESSIONS)
        name = _text(asked, "name", "") or script
        plain = (await self._front.open()).plain
        return answer(await plain.create_fleet(script, name, most or DEFAULT_GAME_SESSIONS))

    async def delete_fleet(self, request: Request) -> Response:
        return answer(await (await self._front.open()).plain.delete_fleet(name_of(request, "fleet")))

    async def queues(self, _request: Request) -> Response:
        return answer_list("queues", await (await self._front.open()).plain.queues())

    async def create_queue(self, request: Request) -> Response:
        asked = await body_untrusted(request, self._max_body_bytes)
        seconds = _number(asked, "timeout_seconds", MAX_TIMEOUT_SECONDS) or MAX_TIMEOUT_SECONDS
        name, destinations = _text(asked, "name"), _texts(asked, "destinations")
        return answer(await (await self._front.open()).plain.create_queue(name, destinations, seconds))

    async def delete_queue(self, request: Request) -> Response:
        return answer(await (await self._front.open()).plain.delete_queue(name_of(request, "queue")))

    async def place(self, request: Request) -> Response:
        asked = await body_untrusted(request, self._max_body_bytes)
        queue, players, name = _text(asked, "queue"), _texts(asked, "players"), _text(asked, "name", "")
        seats = _number(asked, "max_players", MAX_PLAYERS) or max(len(players), 1)
        return answer(await (await self._front.open()).plain.place(queue, players, seats, name))

    async def placement(self, request: Request) -> Response:
        return answer(await (await self._front.open()).plain.placement(name_of(request, "placement")))

    async def stop_placement(self, request: Request) -> Response:
        return answer(await (await self._front.open()).plain.stop_placement(name_of(request, "placement")))


def _text(asked: Mapping[str, object], key: str, default: str | None = None) -> str:
    return bounded_text_of(asked, key, MAX_TEXT_CHARACTERS, default)


def _texts(asked: Mapping[str, object], key: str) -> list[str]:
    given = asked.get(key, [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise BadRequest(f'"{key}" is to be a list of texts')
    return given


def _number(asked: Mapping[str, object], key: str, most: int) -> int | None:
    given = asked.get(key)
    if given is None:
        return None
    if type(given) is not int or not 1 <= given <= most:
        raise BadRequest(f'"{key}" is to be a number from 1 to {most:,}, or null')
    return given
