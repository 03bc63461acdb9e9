"""GameLift's names: a ported script's beginning, health, methods, messages and log, in a real sandbox."""

from dataclasses import replace

import pytest

from sandbox.nursery import Nursery
from session.answers import Outcome
from session.callbacks import GameSessionFacts, OnHealthCheck, OnRestore, OnStartGameSession
from session.commands import Broadcast, BroadcastMembership, Command, EndGameSession, SendMessage
from session.values import EVERYBODY, NOBODY, SERVER, GameSessionId, GroupId, PeerId
from tests.sandbox.playing import playing

pytestmark = pytest.mark.anyio

ANN, BOB = PeerId(1), PeerId(2)
STARTED = OnStartGameSession(GameSessionFacts(GameSessionId("gs-1"), "arena", "tag", 3, 16))

PRELUDE = """
session = None

def init(rt_session):
    global session
    session = rt_session

def on_message(message):
    text = session.new_text_game_message(5, session.get_server_id(), "hé")
    binary = session.new_binary_game_message(6, message.sender, [1, 255])
    {code}
"""


@pytest.mark.parametrize(
    ("call", "command"),
    [
        ("session.send_message(text, 2)", SendMessage((BOB,), 5, "hé".encode(), SERVER, False)),
        ("session.send_reliable_message(text, 2)", SendMessage((BOB,), 5, "hé".encode(), SERVER, True)),
        ("session.send_reliable_message(binary, message.sender)", SendMessage((ANN,), 6, b"\x01\xff", ANN, True)),
        ("session.send_message(message, 2)", SendMessage((BOB,), 1, b"said", ANN, False)),
        ("session.send_group_message(binary, 7)", Broadcast(GroupId(7), NOBODY, 6, b"\x01\xff", ANN, False)),
        ("session.send_reliable_group_message(message, -1)", Broadcast(EVERYBODY, NOBODY, 1, b"said", ANN, True)),
        (
            "session.send_reliable_group_message(session.new_binary_game_message(9, 2, b'raw'), -1)",
            Broadcast(EVERYBODY, NOBODY, 9, b"raw", BOB, True),
        ),
        ("session.broadcast_group_membership_update(7, -1)", BroadcastMembership(GroupId(7), EVERYBODY)),
        ("session.broadcast_group_membership(None, 7)", BroadcastMembership(EVERYBODY, GroupId(7))),
        ("session.process_ending()", EndGameSession("")),
    ],
)
async def test_what_a_ported_script_wishes(nursery: Nursery, call: str, command: Command) -> None:
    async with playing(nursery, PRELUDE.format(code=call)) as game:
        await game.ask(STARTED)
        await game.enter("ann")
        answer = await game.say(1, 1, b"said")
        assert not game.heard.errors
        assert answer.commands == (command,)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("session.new_text_game_message(0, -1, '')", "ValueError: an op code is 1 or more"),
        ("session.new_text_game_message(1, -2, '')", "ValueError: peer ids start at 1"),
        ("session.new_binary_game_message(1, -1, [256])", "ValueError: bytes must be in range(0, 256)"),
        ("session.send_message('hello', 1)", "TypeError: a message comes from session.new_text_game_message, a str"),
        ("session.send_group_message(text, 0)", "ValueError: a group is 1 or more"),
        ("session.send_message(text, -1)", "ValueError: peer ids start at 1"),
        ("session.broadcast_group_membership_update('7', -1)", "TypeError: a group is a whole number"),
    ],
)
async def test_what_cannot_be_wished(nursery: Nursery, call: str, error: str) -> None:
    async with playing(nursery, PRELUDE.format(code=call)) as game:
        await game.ask(STARTED)
        await game.enter("ann")
        assert not (await game.say(1)).commands
        assert [told.text[: len(error)] for told in game.heard.errors] == [error]


async def test_what_a_ported_script_sees(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_player_connect(connect):
        print(connect.peer_id, connect.player_session_id, connect.get_payload_as_text())
        return len(session.get_players()) < 2

    def on_message(message):
        for peer_id, player in session.get_players().items():
            print(peer_id, player.player_id)
        print(session.get_server_id(), session.get_all_players_group_id(), session.get_game_session_id())
        print(message.get_payload_as_text(), 1 in session.get_players(), session.get_logger() is session.log)
        made = session.new_text_game_message(5, message.sender, "hey")
        print(made.op_code, made.sender, made.payload, made.get_payload_as_text(), made)
    """
    async with playing(nursery, source) as game:
        await game.enter("ann", b"hi")
        await game.enter("bob")
        await game.say(2, 1, b"said")
        assert not game.heard.errors
        assert game.texts[0] == "1 psess-ann-1 hi"
        assert game.texts[2:] == [
            "1 ann",
            "2 bob",
            "-1 -1 gs-1",
            "said True True",
            "5 2 b'hey' hey <message 5 from peer 2, 3 bytes>",
        ]


BEGINNING = """
def init(session):
    print("init", session.game_session.name)
    {init}

def on_process_started(args):
    print("on_process_started", args)
    {ready}

def on_start_game_session(game_session):
    print("on_start_game_session", game_session.id)
"""


async def test_a_ported_script_begins_in_its_order(nursery: Nursery) -> None:
    async with playing(nursery, BEGINNING.format(init="pass", ready="return True")) as game:
        answer = await game.ask(STARTED)
        assert (answer.verdict, answer.outcome) == (True, Outcome.OK)
        assert game.texts == ["init arena", "on_process_started ()", "on_start_game_session gs-1"]


async def test_a_ported_script_is_told_its_launch_parameters(nursery: Nursery) -> None:
    async with playing(nursery, BEGINNING.format(init="pass", ready="return args == ('-map', 'ice')")) as game:
        facts = replace(STARTED.game_session, parameters=("-map", "ice"))
        assert (await game.ask(OnStartGameSession(facts))).verdict


@pytest.mark.parametrize("ready", ["return False", "pass", "return 1 / 0"])
async def test_a_script_that_is_not_ready_does_not_begin(nursery: Nursery, ready: str) -> None:
    async with playing(nursery, BEGINNING.format(init="pass", ready=ready)) as game:
        assert not (await game.ask(STARTED)).verdict
        assert not any(text.startswith("on_start_game_session") for text in game.texts)
        assert [error.callback for error in game.heard.errors] == ["on_process_started"] * (ready == "return 1 / 0")


async def test_a_failure_of_init_costs_init_alone(nursery: Nursery) -> None:
    async with playing(nursery, BEGINNING.format(init="1 / 0", ready="return True")) as game:
        assert (await game.ask(STARTED)).verdict
        assert [error.callback for error in game.heard.errors] == ["init"]
        assert game.texts[-1] == "on_start_game_session gs-1"


async def test_after_an_end_in_init_nothing_runs(nursery: Nursery) -> None:
    async with playing(nursery, BEGINNING.format(init="session.process_ending()", ready="return True")) as game:
        assert (await game.ask(STARTED)).commands == (EndGameSession(""),)
        assert game.texts == ["init arena"]


@pytest.mark.parametrize(("answer", "verdict"), [("True", True), ("False", False), ("None", False)])
async def test_a_script_says_how_it_is(nursery: Nursery, answer: str, verdict: bool) -> None:
    async with playing(nursery, f"def on_health_check(): return {answer}") as game:
        assert (await game.ask(OnHealthCheck())).verdict is verdict


async def test_the_log_has_gamelifts_levels(nursery: Nursery) -> None:
    source = """
    def init(session):
        logger = session.get_logger()
        for write in (logger.debug, logger.info, logger.warn, logger.error, logger.fatal, logger.cxfatal):
            write("%d left", 3)
    """
    async with playing(nursery, source) as game:
        await game.ask(STARTED)
        levels = [line.level for line in game.heard.lines]
        assert levels == ["debug", "info", "warning", "error", "critical", "critical"]
        assert set(game.texts) == {"3 left"}


async def test_an_exception_is_logged_with_the_lines_of_the_script_alone(nursery: Nursery) -> None:
    source = """
    from harena import session

    class Odd:
        pass

    def deeper(points):
        return points[Odd()]

    def on_start_game_session(game_session):
        session.log.exception("nothing yet")
        try:
            deeper({})
        except KeyError:
            session.log.exception("no points for %s", "ann")
    """
    async with playing(nursery, source) as game:
        await game.ask(STARTED)
        assert [line.level for line in game.heard.lines] == ["error", "error"]
        first, second = game.texts
        assert first == "nothing yet"
        text, error, *trace = second.split("\n")
        assert text == "no points for ann"
        assert error.startswith("KeyError: ")
        assert "0x" not in error
        assert trace == [
            "main.py:13 in on_start_game_session: deeper({})",
            "main.py:8 in deeper: return points[Odd()]",
        ]


async def test_a_ported_script_that_goes_on_from_a_snapshot_has_its_session_first(nursery: Nursery) -> None:
    source = """
    def init(rt_session):
        global session
        session = rt_session

    def on_restore(state):
        print(state, session.get_game_session_id())
    """
    async with playing(nursery, source) as game:
        assert (await game.ask(OnRestore(STARTED.game_session, b"{}", (), (), True))).outcome is Outcome.OK
        assert game.texts == ["{} gs-1"]
