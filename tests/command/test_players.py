"""`harena session create|update|end` and `harena player`: what they print, and how they end."""

import json
import time
from collections.abc import Iterator

import pytest

from desk.house import GameSessionUpdate, GameSessionView, Network, NewGameSession, PlayerSessionView
from desk.view_json import view_untrusted, views_untrusted
from tests.command.conftest import Harena
from tests.desk.house import RESERVED, SmallHouse


@pytest.fixture(autouse=True)
def _greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


pytestmark = pytest.mark.usefixtures("served")


def test_create_prints_the_id_and_nothing_else(harena: Harena) -> None:
    ended = harena("session", "create", "chat", "--name", "lobby", "--max-players", "8", "--data", "!")
    assert (ended.code, ended.out, ended.err) == (0, "bb33dd\n", "")
    ended = harena("session", "create", "chat", "--name", "lobby", "--data", "!", "--json")
    assert view_untrusted(GameSessionView, json.loads(ended.out)).name == "lobby!"


def test_a_game_session_that_cannot_be_had(harena: Harena) -> None:
    ended = harena("session", "create", "nope")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("error: there is no script 'nope'\nhint: ")
    assert harena("session", "create", "chat", "--max-players", "1").err.startswith("error: this server is full\n")
    assert harena("session", "create", "chat", "--max-players", "0").code == 2
    assert "a number from 1 to 200" in harena("session", "create", "chat", "--max-players", "201").err
    assert "at most 262,144 characters" in harena("session", "create", "chat", "--data", "x" * 262_145).err


def test_what_a_script_is_told_of_its_game_session(harena: Harena, house: SmallHouse) -> None:
    told = ("--property", "map=dust", "--property", "rule=a=b", "--data", "night", "--matchmaker-data", "{}")
    assert harena("session", "create", "chat", *told).code == 0
    assert house.wanted[-1] == NewGameSession(
        "chat", "", 200, {"map": "dust", "rule": "a=b"}, data="night", matchmaker_data="{}"
    )


@pytest.mark.parametrize("command", [("create", "chat"), ("update", "aa1")])
@pytest.mark.parametrize(
    ("properties", "code", "sentence"),
    [
        (["map"], 2, "'map' is not KEY=VALUE"),
        (["=dust"], 2, "'=dust' is not KEY=VALUE"),
        (["map=dust", "map=ice"], 2, "'map' is given twice"),
        ([f"key{number}=x" for number in range(17)], 1, '"properties" has at most 16 keys, not 17'),
        (["map=" + "x" * 97], 1, '"map" has at most 96 characters, not 97'),
    ],
)
def test_a_faulty_property_is_told_by_name(
    harena: Harena, command: tuple[str, str], properties: list[str], code: int, sentence: str
) -> None:
    given = [word for one in properties for word in ("--property", one)]
    ended = harena("session", *command, *given)
    assert (ended.code, ended.out) == (code, "")
    assert sentence in ended.err


def test_update_changes_what_is_named_and_nothing_else(harena: Harena, house: SmallHouse) -> None:
    ended = harena("session", "update", "aa1", "--max-players", "8", "--property", "map=ice")
    assert (ended.code, ended.out) == (0, "aa11bb is updated\n")
    assert json.loads(harena("session", "update", "aa1", "--name", "arena", "--json").out)["name"] == "arena"
    assert house.updates == [GameSessionUpdate(None, 8, {"map": "ice"}), GameSessionUpdate("arena", None, {})]


def test_a_bad_network_is_read_as_people_write_it(harena: Harena, house: SmallHouse) -> None:
    ended = harena("net", "aa1", "--loss", "5%", "--delay", "80ms~20ms", "--reorder", "2%", "--player", "ann")
    assert (ended.code, ended.out) == (0, "the network of ann is bad from now on\n")
    assert harena("net", "aa1", "--delay", "1.5s").out == "the network of everybody is bad from now on\n"
    assert harena("net", "aa1").out == "the network of everybody is as good as it is from now on\n"
    assert house.networks == [
        Network("ann", loss=0.05, reorder=0.02, delay_seconds=0.08, jitter_seconds=0.02),
        Network(delay_seconds=1.5),
        Network(),
    ]
    shares = [("--loss", "101%"), ("--loss", "much"), ("--reorder", "nan")]
    for wrong in (*shares, ("--delay", "80"), ("--delay", "1s~2"), ("--delay", "11s"), ("--delay", "1s~11s")):
        ended = harena("net", "aa1", *wrong)
        assert (ended.code, f"Invalid value for '{wrong[0]}'" in ended.err) == (2, True)


def test_an_update_that_cannot_be_had(harena: Harena) -> None:
    ended = harena("session", "update", "aa1")
    assert (ended.code, ended.out) == (2, "")
    assert "say what is to change: --name, --max-players or --property" in ended.err
    assert harena("session", "update", "aa1", "--max-players", "0").code == 2
    assert harena("session", "update", "aa2", "--name", "arena").err.startswith("error: the game session has ended\n")
    assert harena("session", "update", "zz", "--name", "arena").code == 1


def test_end_tells_the_reason(harena: Harena) -> None:
    assert harena("session", "end", "aa1", "--reason", "bye").out == "aa11bb has ended: bye\n"
    assert json.loads(harena("session", "end", "aa1", "--json").out)["state"] == "ended"
    assert harena("session", "end", "zz").code == 1


def test_a_seat_is_the_id_to_log_in_with(harena: Harena) -> None:
    ended = harena("player", "create", "aa1", "--player-id", "ann", "--player-data", "gold")
    assert (ended.code, ended.out, ended.err) == (0, "psess-key\n", "")
    view = view_untrusted(PlayerSessionView, json.loads(harena("player", "create", "aa1", "--json").out))
    assert (view.player_id, view.state, view.port) == ("player-1", "RESERVED", 1900)
    ended = harena("player", "create", "aa1", "--player-id", "bob")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("error: the game session is full\n")


def test_list_shows_no_key(harena: Harena) -> None:
    assert harena("player", "list", "aa1").out == (
        "PLAYER  STATE     CREATED              PLAYER SESSION\nann     RESERVED  2027-01-15 07:59:55  psess-(kept)\n"
    )
    assert views_untrusted(PlayerSessionView, json.loads(harena("player", "list", "aa1", "--json").out)) == (RESERVED,)
    assert harena("player", "list", "aa2").out == "there are no player sessions\n"
