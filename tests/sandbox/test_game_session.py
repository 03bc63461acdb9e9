"""What a script knows of its game session, and the secrets of its server's configuration."""

import pytest

from sandbox.nursery import Nursery
from session.answers import Outcome
from session.callbacks import OnGameSessionUpdated, OnStartGameSession, OnTick
from tests.sandbox.lint.judging import judged
from tests.sandbox.playing import FACTS, faults, playing

pytestmark = pytest.mark.anyio

UPDATE = OnGameSessionUpdated("annex", 8, (("map", "ice"), ("mode", "ctf")))
TOLD = """
import json
from harena import session

first = session.game_session

def show(g):
    print(g.name, g.max_players, json.dumps(g.properties), g.data, json.loads(g.matchmaker_data), g is first)
"""


async def test_everything_that_a_game_session_was_created_with(nursery: Nursery) -> None:
    source = TOLD + "def on_start_game_session(game_session): show(game_session)\n"
    async with playing(nursery, source) as game:
        await game.ask(OnStartGameSession(FACTS))
        assert game.texts == ['arena 16 {"map": "dust"} night {\'teams\': []} True']


async def test_an_update_changes_the_object_that_the_script_has(nursery: Nursery) -> None:
    source = TOLD + "def on_game_session_updated(game_session): show(game_session)\n"
    async with playing(nursery, source) as game:
        await game.ask(UPDATE)
        assert game.texts == ['annex 8 {"map": "ice", "mode": "ctf"} night {\'teams\': []} True']


async def test_a_script_without_the_callback_sees_the_update(nursery: Nursery) -> None:
    async with playing(nursery, TOLD + "def on_tick(dt): show(session.game_session)\n") as game:
        await game.ask(UPDATE)
        await game.ask(OnTick(0.1))
        assert game.texts[0].startswith("annex 8 ")


async def test_new_players_of_a_matchmaker_change_its_data(nursery: Nursery) -> None:
    async with playing(nursery, TOLD + "def on_game_session_updated(game_session): show(game_session)\n") as game:
        await game.ask(OnGameSessionUpdated("annex", 8, (), '{"teams": [1]}'))
        await game.ask(OnGameSessionUpdated("annex", 9, ()))
        assert game.texts == [f"annex {seats} {{}} night {{'teams': [1]}} True" for seats in (8, 9)]


async def test_what_came_while_the_script_was_loaded_is_there_from_the_beginning(nursery: Nursery) -> None:
    source = TOLD + "def on_start_game_session(game_session): show(game_session)\n"
    async with playing(nursery, source) as game:
        await game.ask(OnStartGameSession(FACTS.updated(UPDATE)))
        assert game.texts[0].startswith("annex 8 ")


async def test_properties_are_a_dict_of_the_scripts_own(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_tick(dt):
        properties = session.game_session.properties
        properties["map"] = "mine"
        match properties:
            case {"map": where}:
                print(where, properties.get("mode", "none"), list(properties.items()))

    def on_player_accepted(player):
        session.send(player, 1, session.game_session.properties)
    """
    async with playing(nursery, source) as game:
        await game.ask(OnTick(0.1))
        assert game.texts == ["mine none [('map', 'mine')]"]
        (sent,) = (await game.enter("ann")).commands
        assert b'"map"' in getattr(sent, "payload", b"")
        await game.ask(UPDATE)
        await game.ask(OnTick(0.1))
        assert game.texts[1].startswith("mine ctf")


@pytest.mark.parametrize("member", ["name", "properties", "data", "matchmaker_data", "max_players", "id"])
async def test_a_script_sets_nothing_of_it(nursery: Nursery, member: str) -> None:
    source = f"from harena import session\ndef on_tick(dt):\n    setattr(session.game_session, {member!r}, 1)\n"
    async with playing(nursery, source) as game:
        assert (await game.ask(OnTick(0.1))).outcome is Outcome.RAISED
        assert game.heard.errors[0].text.startswith("TypeError")


async def test_a_secret_is_a_text(nursery: Nursery) -> None:
    source = "from harena import session\ndef on_tick(dt): print(session.secret('login_key')[::-1])\n"
    async with playing(nursery, source) as game:
        await game.ask(OnTick(0.1))
        assert game.texts == ["2retnuh"]


@pytest.mark.parametrize("name", ["'login_kye'", "''", "7", "None"])
async def test_a_secret_that_there_is_not(nursery: Nursery, name: str) -> None:
    source = f"from harena import session\ndef on_tick(dt): session.secret({name})\n"
    async with playing(nursery, source) as game:
        assert (await game.ask(OnTick(0.1))).outcome is Outcome.RAISED
        assert game.heard.errors[0].text == (
            f"LookupError: the script tag has no secret {name}: it has login_key, mail_key; "
            "[secrets.tag] of the settings names them"
        )


@pytest.mark.parametrize(
    "way", ["repr(session)", "str(vars)", "dir(session)", "session._secrets", "getattr(session, '_secrets')"]
)
async def test_no_other_way_leads_to_a_secret(nursery: Nursery, way: str) -> None:
    source = f"from harena import session\ndef on_tick(dt): print({way})\n"
    try:
        async with playing(nursery, source) as game:
            await game.ask(OnTick(0.1))
            said = str((game.texts, game.heard.errors))
    except AssertionError as refused:
        said = str(refused)
    assert "hunter2" not in said
    assert "s3cret" not in said


def test_validation_says_so_better() -> None:
    (fault,), _ = judged("from harena import session\nKEY = session.secret('login_key')\n")
    assert fault.message.startswith("session.secret works inside callbacks; while the script is loaded nobody is there")
    assert "on_start_game_session" in fault.hint


async def test_a_secret_is_not_there_while_the_script_is_loaded(nursery: Nursery) -> None:
    (fault,) = await faults(nursery, "from harena import session\nKEY = session.secret('login_key')\n")
    assert fault.line == 2
    assert "RuntimeError: session works inside callbacks" in fault.message
