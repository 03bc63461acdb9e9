"""Routes about game sessions that operators start and end, and the seats that they keep for players."""

from collections.abc import Mapping
from typing import cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from desk.house import MAX_DELAY_SECONDS, GameSessionUpdate, House, Network, NewGameSession, NewPlayerSession
from desk.reading import body_untrusted, bounded_text_of
from desk.refusals import BadRequest
from desk.writing import answer, answer_list
from session.configuration import MAX_PLAYERS

#: Of a game session's name, a player's id and a reason.
MAX_NAME_CHARACTERS = 128
#: Of a game session's data: the script reads them as ``session.game_session.data``. This and the next four as GameLift
#: has them (GameProperties, GameSessionData, MatchmakerData).
MAX_GAME_SESSION_DATA_CHARACTERS = 262_144
#: Of what a matchmaker says: the script reads it as ``session.game_session.matchmaker_data``.
MAX_MATCHMAKER_DATA_CHARACTERS = 390_000
#: Of a game session: the script reads them as ``session.game_session.properties``.
MAX_PROPERTIES = 16
MAX_PROPERTY_KEY_CHARACTERS = 32
MAX_PROPERTY_VALUE_CHARACTERS = 96
#: Of a player's data: the script reads them as ``player.player_data``.
MAX_PLAYER_DATA_CHARACTERS = 2_048


def player_routes(house: House, max_body_bytes: int) -> list[BaseRoute]:
    """Make the routes; they lie below the API's own path."""
    desk = _PlayerDesk(house, max_body_bytes)
    return [
        Route("/game-sessions", desk.create, methods=["POST"]),
        Route("/game-sessions/{game_session}/update", desk.update, methods=["POST"]),
        Route("/game-sessions/{game_session}/network", desk.network, methods=["POST"]),
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
            _max_players(asked) or MAX_PLAYERS,
            _properties(asked),
            bounded_text_of(asked, "data", MAX_GAME_SESSION_DATA_CHARACTERS, ""),
            bounded_text_of(asked, "matchmaker_data", MAX_MATCHMAKER_DATA_CHARACTERS, ""),
        )
        return answer(await self._house.create_game_session(wanted))

    async def update(self, request: Request) -> Response:
        asked = await body_untrusted(request, self._max_body_bytes)
        name = None if asked.get("name") is None else bounded_text_of(asked, "name", MAX_NAME_CHARACTERS)
        wanted = GameSessionUpdate(name, _max_players(asked), _properties(asked))
        if not (name or wanted.max_players or wanted.properties):
            raise BadRequest('there is nothing to change: "name", "max_players" and "properties" can be')
        return answer(await self._house.update_game_session(request.path_params["game_session"], wanted))

    async def network(self, request: Request) -> Response:
        asked = await body_untrusted(request, self._max_body_bytes)
        wanted = Network(
            bounded_text_of(asked, "player_id", MAX_NAME_CHARACTERS, ""),
            *(_number(asked, name, 1.0) for name in ("loss", "duplicates", "reorder")),
            *(_number(asked, name, MAX_DELAY_SECONDS) for name in ("delay_seconds", "jitter_seconds")),
        )
        return answer(await self._house.spoil_network(request.path_params["game_session"], wanted))

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


def _properties(asked: Mapping[str, object]) -> dict[str, str]:
    given = asked.get("properties")
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise BadRequest('"properties" is to be an object of texts, or null')
    if len(given) > MAX_PROPERTIES:
        raise BadRequest(f'"properties" has at most {MAX_PROPERTIES} keys, not {len(given):,}')
    return {_property_key(key): bounded_text_of(given, key, MAX_PROPERTY_VALUE_CHARACTERS) for key in given}


def _property_key(key: str) -> str:
    if not (0 < len(key) <= MAX_PROPERTY_KEY_CHARACTERS and key.isprintable()):
        limit = f"1 to {MAX_PROPERTY_KEY_CHARACTERS} printable characters"
        raise BadRequest(f'a key of "properties" has {limit}: {key[:MAX_PROPERTY_KEY_CHARACTERS]!a} is none')
    return key


def _number(asked: Mapping[str, object], name: str, high: float) -> float:
    given = asked.get(name, 0)
    if type(given) not in (int, float) or not 0 <= (number := float(cast(float, given))) <= high:
        raise BadRequest(f'"{name}" is to be a number from 0 to {high:g}')
    return number


def _max_players(asked: Mapping[str, object]) -> int | None:
    given = asked.get("max_players")
    if given is None:
        return None
    if type(given) is not int or not 1 <= given <= MAX_PLAYERS:
        raise BadRequest(f'"max_players" is to be a number from 1 to {MAX_PLAYERS}, or null')
    return given
