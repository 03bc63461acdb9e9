"""A crowd at a counter: a thousand calls for fifty seats, as many at the same time as the server takes connections."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.gamelift.serving import a_fleet, a_game_session, a_script, served

SEATS, PLAYERS = 50, 1_000
#: The server answers no more connections than 200 at the same time.
CALLERS = 150
SETTINGS = "[gamelift]\ncalls_per_second = 100000\ncreate_player_session_per_second = 100000\n"


def test_fifty_seats_are_sold_to_fifty_of_a_thousand(tmp_path: Path) -> None:
    with served(tmp_path, SETTINGS, verb="run") as server:
        client = server.trusted_client(max_pool_connections=CALLERS)
        fleet = a_fleet(client, a_script(client, f'configuration = {{"max_players": {SEATS}}}'))
        game = a_game_session(client, fleet, MaximumPlayerSessionCount=SEATS)

        def asked(number: int) -> str:
            try:
                made = client.create_player_session(GameSessionId=game, PlayerId=f"player {number}")
            except client.exceptions.GameSessionFullException:
                return ""
            return str(made["PlayerSession"]["PlayerId"])

        with ThreadPoolExecutor(CALLERS) as pool:
            answers = Counter(pool.map(asked, range(PLAYERS)))
        assert answers.pop("") == PLAYERS - SEATS
        shown = client.describe_player_sessions(GameSessionId=game)["PlayerSessions"]
        assert {one["PlayerId"] for one in shown} == answers.keys()
        assert len(shown) == SEATS
        (full,) = client.describe_game_sessions(GameSessionId=game)["GameSessions"]
        assert full["CurrentPlayerSessionCount"] == SEATS
