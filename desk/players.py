"""Routes about game sessions that operators start and end, and the seats that they keep for players."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from desk.house import House, NewGameSession, NewPlayerSession
from desk.reading import body_untrusted, bounded_text_of
from desk.refusals import BadRequest
from desk.writing import answer, answer_list

#: Of a game session's name, a player's id and a reason.
MAX_NAME_CHARACTERS = 128
#: Of a game session's data: the script reads them as ``session.game_session.data``.
MAX_GAME_SESSION_DATA_CHARACTERS = 4_096
#: Of a player's data: the script reads them as ``player.player_data``.
MAX_PLAYER_DATA_CHARACTERS = 2_048
#: No game session has more players.
MAX_PLAYERS = 200


def player_routes(house: House, max_body_bytes: int) -> list[BaseRoute]:
    """Make the routes; they lie below the API's own path."""
    desk = _PlayerDesk(house, max_body_bytes)
    return [
        Route("/game-sessions", desk.create, methods=["POST"]),
        Route("/game-sessions/{game_session}/end", desk.end, methods=["POST"]),
        Route("/game-sessions/{game_session}/player-sessions", desk.player_sessions),
        Route("/game-sessions/{game_session}/player-sessions", desk.create_player_session, methods=["POST"]),
    ]


class _PlayerDesk:
    """One method a request."""

    def __init__(self, house: House, max_body_bytes: int) -> None:
        self._house = house
        self._max_body_bytes = max_body_bytes

    async def create(self, request: Request) -> Response:
        asked = await body_untrusted(request, self._max_body_bytes)
        wanted = NewGameSession(
            bounded_text_of(asked, "script", MAX_NAME_CHARACTERS),
            bounded_text_of(asked, "name", MAX_NAME_CHARACTERS, ""),
            _max_players(asked),
            bounded_text_of(asked, "data", MAX_GAME_SESSION_DATA_CHARACTERS, ""),
        )
        return answer(await self._house.create_game_session(wanted))

    async def end(self, request: Request) -> Response:
        asked = await body_untrusted(request, self._max_body_bytes)
        reason = bounded_text_of(asked, "reason", MAX_NAME_CHARACTERS, "")
        return answer(await self._house.end_game_session(request.path_params["game_session"], reason))

    async def player_sessions(self, request: Request) -> Response:
        return answer_list("player_sessions", self._house.player_sessions(request.path_params["game_session"]))

    async def create_player_session(self, request: Request) -> Response:
        asked = await body_untrusted(request, self._max_body_bytes)
        wanted = NewPlayerSession(
            bounded_text_of(asked, "player_id", MAX_NAME_CHARACTERS, ""),
            bounded_text_of(asked, "player_data", MAX_PLAYER_DATA_CHARACTERS, ""),
        )
        return answer(await self._house.create_player_session(request.path_params["game_session"], wanted))


def _max_players(asked: Mapping[str, object]) -> int:
    given = asked.get("max_players")
    if given is None:
        return MAX_PLAYERS
    if type(given) is not int or not 1 <= given <= MAX_PLAYERS:
        raise BadRequest(f'"max_players" is to be a number from 1 to {MAX_PLAYERS}, or null')
    return given
