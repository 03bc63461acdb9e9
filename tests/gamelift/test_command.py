"""`harena fleet`, `queue` and `place`: a game without a word of AWS's."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from harena import Client
from runtime.cli.running import run
from tests.gamelift.serving import Served

Harena = Callable[..., tuple[int, str, str]]


@pytest.fixture
def harena(server: Served, capsys: pytest.CaptureFixture[str]) -> Harena:
    """Runs the command against the server; gives its exit code and what it wrote."""

    def called(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*arguments, "--http-port", str(server.http_port)])
        written = capsys.readouterr()
        return code, written.out, written.err

    return called


@pytest.mark.anyio
async def test_a_game_from_the_fleet_to_the_player(harena: Harena, script: str) -> None:
    name = script.removeprefix("script-")
    code, made, _ = harena("fleet", "create", name, "--name", "duels", "--max-game-sessions", "51")
    assert (code, made[:6]) == (0, "fleet-")
    fleet = made.strip()
    assert f"{fleet}  duels  {name}  ACTIVE              0  52\n" in harena("fleet", "list")[1]
    assert harena("queue", "create", "duels", fleet, "--timeout-seconds", "30")[:2] == (0, "duels\n")
    assert f"duels       30  {fleet}\n" in harena("queue", "list")[1]
    code, placed, _ = harena("place", "duels", "ann", "bob", "--max-players", "3")
    begun, ann, _ = placed.splitlines()
    game_session, _, where = begun.partition(" at ")
    async with Client.connect(f"ws://{where}", ann.removeprefix("ann ")):
        pass
    view = json.loads(harena("session", "show", game_session, "--json")[1])
    assert view["max_players"] == 3
    view = json.loads(harena("place", "duels", "--json")[1])
    assert (view["status"], view["player_sessions"]) == ("FULFILLED", {})
    for kind, which in (("queue", "duels"), ("fleet", fleet)):
        assert harena(kind, "delete", which) == (0, f"{which} is deleted\n", "")
        assert which not in harena(kind, "list", "--json")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("place", "none"), "error: there is no queue none\nhint: `harena fleet list`"),
        (("place", "none", "--max-players", "201"), '"max_players" is to be a number from 1 to 200, or null'),
        (("place", "none", "ann", "ann"), "DesiredPlayerSessions has a player twice"),
        (("queue", "delete", "none"), "there is no queue none"),
        (("queue", "create", "wrong", "tag"), "the ARN of a fleet or of an alias"),
        (("queue", "create", "not a name", "fleet-1"), "Name is to match"),
        (("fleet", "create", "none"), "error: "),
        (("fleet", "create", "none", "--max-game-sessions", "10001"), "from 1 to 10,000"),
        (("fleet", "delete", "fleet-none"), "there is no fleet fleet-none"),
    ],
)
def test_what_cannot_be(harena: Harena, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = harena(*arguments)
    assert (code, out) == (1, "")
    assert said in err


def test_nothing_is_there(harena: Harena, client: Any) -> None:
    for queue in client.describe_game_session_queues()["GameSessionQueues"]:
        client.delete_game_session_queue(Name=queue["Name"])
    assert harena("queue", "list") == (0, "there are no queues\n", "")
