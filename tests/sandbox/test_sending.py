"""What a script sends, and how it is told what cannot be sent."""

import pytest

from sandbox.limits import CALL_BYTES, SCRIPT_PAYLOAD_BYTES, Limits
from sandbox.nursery import Nursery
from session.answers import Outcome
from session.callbacks import OnSendToGroup, OnSendToPlayer
from session.commands import Broadcast, EndGameSession, Kick, SendMessage, SetAccepting
from session.values import EVERYBODY, NOBODY, SERVER, GroupId, PeerId
from tests.sandbox.playing import faults, playing

pytestmark = pytest.mark.anyio

ANN, BOB = PeerId(1), PeerId(2)

PRELUDE = """
from dataclasses import dataclass
from enum import Enum, IntEnum, StrEnum
from harena import session, Player

class Op(IntEnum):
    HI = 7

class Colour(Enum):
    RED = "red"

class Word(StrEnum):
    YES = "yes"

@dataclass
class Point:
    x: int
    y: object

def on_message(message):
    ann = message.sender
    {code}
"""


def when_asked(code: str) -> str:
    return PRELUDE.format(code=code)


@pytest.mark.parametrize(
    ("call", "command"),
    [
        ("session.send(ann, 5)", SendMessage((ANN,), 5, b"", SERVER, True)),
        ("session.send(2, Op.HI, b'x', reliable=False)", SendMessage((BOB,), 7, b"x", SERVER, False)),
        ("session.send([2, ann, 2], 5, sender=ann)", SendMessage((BOB, ANN), 5, b"", ANN, True)),
        ("session.send(session.players, 5)", SendMessage((ANN, BOB), 5, b"", SERVER, True)),
        ("session.send((p for p in session.players), 5, sender=-1)", SendMessage((ANN, BOB), 5, b"", SERVER, True)),
        ("session.send((), 5)", SendMessage((), 5, b"", SERVER, True)),
        ("session.broadcast(5, 'hé')", Broadcast(EVERYBODY, NOBODY, 5, "hé".encode(), SERVER, True)),
        ("session.broadcast(5, group=9, but=ann)", Broadcast(GroupId(9), ANN, 5, b"", SERVER, True)),
        ("session.broadcast(5, but=2, sender=2, reliable=False)", Broadcast(EVERYBODY, BOB, 5, b"", BOB, False)),
        ("session.kick(ann)", Kick(ANN, "")),
        ("session.kick(2, 'b\\ud800d' + 'x' * 3000)", Kick(BOB, "b?d" + "x" * 1997)),
        ("session.accepting = False", SetAccepting(False)),
        ("session.end('\\ud800')", EndGameSession("?")),
    ],
)
async def test_what_a_script_wishes(nursery: Nursery, call: str, command: object) -> None:
    async with playing(nursery, when_asked(call)) as game:
        await game.enter("ann")
        await game.enter("bob")
        answer = await game.say(1)
        assert not game.heard.errors
        assert answer.commands == (command,)


@pytest.mark.parametrize(
    ("payload", "encoded"),
    [
        ("b'raw'", b"raw"),
        ("bytearray(b'raw')", b"raw"),
        ("'text é'", "text é".encode()),
        ("None", b"null"),
        ("{'a': [1, 2.5, True, None]}", b'{"a":[1,2.5,true,null]}'),
        ("(1, 2)", b"[1,2]"),
        ("Op.HI", b"7"),
        ("Colour.RED", b'"red"'),
        ("Word.YES", b'"yes"'),
        ("{Word.YES: Colour.RED, Op.HI: Op.HI}", b'{"yes":"red","7":7}'),
        ("Point(1, [Point(2, Colour.RED)])", b'{"x":1,"y":[{"x":2,"y":"red"}]}'),
        ("ann", b"1"),
        ("{'who': ann, 'all': session.players}", b'{"who":1,"all":[1]}'),
        ("b'x' * 32768", b"x" * SCRIPT_PAYLOAD_BYTES),
    ],
)
async def test_payloads(nursery: Nursery, payload: str, encoded: bytes) -> None:
    async with playing(nursery, when_asked(f"session.send(ann, 1, {payload})")) as game:
        await game.enter("ann")
        answer = await game.say(1)
        assert not game.heard.errors
        assert answer.commands == (SendMessage((ANN,), 1, encoded, SERVER, True),)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("session.send(ann, 1, b'x' * 32769)", "ValueError: a payload holds at most 32768 bytes, this one has 32769"),
        ("session.send(ann, 1, {'a': {1}})", "TypeError: a set cannot be sent: send bytes, text, or what JSON can"),
        ("session.send(ann, 1, {'a': b''})", "TypeError: a bytes cannot be sent"),
        ("session.send(ann, 1, float('nan'))", "ValueError: Out of range float values are not JSON compliant"),
        ("session.send(ann, 1, '\\ud800')", "UnicodeEncodeError: "),
        ("session.send(ann, 1, print)", "TypeError: a function cannot be sent"),
        ("session.send(ann, int('0'))", "ValueError: an op code is 1 or more (and below 2**31): 0 is not"),
        ("session.send(ann, 2**31)", "ValueError: an op code is 1 or more (and below 2**31): 2147483648 is not"),
        ("session.send(ann, str(1))", "TypeError: an op code is a whole number, not a str"),
        ("session.send(ann, bool(1))", "TypeError: an op code is a whole number, not a bool"),
        ("session.send('ann', 1)", "TypeError: a player or a peer id is needed, not a str"),
        ("session.send(None, 1)", "TypeError: a player or a peer id is needed, not a NoneType"),
        ("session.send([ann, 'bob'], 1)", "TypeError: a player or a peer id is needed, not a str"),
        ("session.send(0, 1)", "ValueError: peer ids start at 1 (and stay below 2**31): 0 is none"),
        ("session.send(2**31, 1)", "ValueError: peer ids start at 1 (and stay below 2**31): 2147483648 is none"),
        ("session.send(Player('eve'), 1)", "ValueError: peer ids start at 1"),
        ("session.send(range(1, 1002), 1)", "ValueError: a message goes to 1000 players at most"),
        ("session.send(ann, 1, sender=-2)", "ValueError: peer ids start at 1"),
        ("session.broadcast(1, group=int('0'))", "ValueError: a group is 1 or more (and below 2**31): 0 is not"),
        ("session.broadcast(1, group=str('red'))", "TypeError: a group is a whole number, not a str"),
        ("session.join_group(ann, int('-1'))", "ValueError: a group is 1 or more (and below 2**31): -1 is not"),
        ("session.leave_group('ann', 1)", "TypeError: a player or a peer id is needed, not a str"),
        ("session.group_members({}.get(1))", "TypeError: a group is a whole number, not a NoneType"),
        ("session.kick('ann')", "TypeError: a player or a peer id is needed, not a str"),
        (
            "setattr(session, 'players', ())",
            "TypeError: the attribute 'players' of a Session cannot be set by a script",
        ),
        ("ann.peer_id = 3", "TypeError: the attribute 'peer_id' of a Player cannot be set by a script"),
    ],
)
async def test_what_cannot_be_sent_is_told_at_its_line(nursery: Nursery, call: str, text: str) -> None:
    source = when_asked(call)
    async with playing(nursery, source) as game:
        await game.enter("ann")
        answer = await game.say(1, 44)
        assert (answer.outcome, answer.verdict, answer.commands) == (Outcome.RAISED, False, ())
        [error] = game.heard.errors
        assert error.text.startswith(text)
        assert (error.callback, error.file, error.source_line) == ("on_message", "main.py", call)
        assert source.splitlines()[error.line - 1].strip() == call
        assert error.occasion == "op code 44 from ann"
        assert (await game.say(1)).outcome is Outcome.RAISED, "the sandbox lives on"


async def test_commands_over_the_limit_raise_and_the_others_count(nursery: Nursery) -> None:
    source = when_asked("for n in range(1, 12): session.send(ann, n)")
    async with playing(nursery, source, Limits(commands_per_call=10)) as game:
        await game.enter("ann")
        answer = await game.say(1)
        assert [command.op_code for command in answer.commands if isinstance(command, SendMessage)] == [*range(1, 11)]
        [error] = game.heard.errors
        assert error.text == "RuntimeError: one call may send, join, leave and kick 10 times at most"
        assert len((await game.say(1)).commands) == 10, "each call begins anew"


async def test_more_commands_than_usual_where_the_limit_allows_them(nursery: Nursery) -> None:
    source = when_asked("for n in range(1, 1501): session.send(ann, n)")
    async with playing(nursery, source, Limits(commands_per_call=1500)) as game:
        await game.enter("ann")
        assert len((await game.say(1)).commands) == 1500


@pytest.mark.parametrize(
    "call",
    [
        "session.broadcast(1, b'x' * 32768)",
        "session.send(range(1, 1001), 1, b'x' * 20000)",
        "session.kick(2, '\U0001f600' * 2000)",
    ],
)
async def test_bytes_over_the_limit_raise_and_the_others_count(nursery: Nursery, call: str) -> None:
    async with playing(nursery, when_asked(f"for n in range(1000): {call}")) as game:
        await game.enter("ann")
        answer = await game.say(1)
        assert 20 < len(answer.commands) < 200
        [error] = game.heard.errors
        assert error.text == f"RuntimeError: one call may send {CALL_BYTES // 1024} kB at most, all messages together"
        assert not game.heard.deaths


@pytest.mark.parametrize(
    "call",
    [
        "session.send(1, 1)",
        "session.broadcast(1)",
        "session.join_group(1, 1)",
        "session.leave_group(1, 1)",
        "session.kick(1)",
        "session.end()",
        "setattr(session, 'accepting', False)",
        "session.after(1, print)",
        "session.every(1, print)",
    ],
)
async def test_nothing_can_be_wished_while_the_module_is_loaded(nursery: Nursery, call: str) -> None:
    line = f"[f() for f in [lambda: {call}]]"  # As only the run can tell.
    [fault] = await faults(nursery, f"from harena import session\n{line}\n")
    assert (fault.file, fault.line, fault.source_line) == ("main.py", 2, line)
    assert "session works inside callbacks" in fault.message


async def test_what_can_be_read_while_the_module_is_loaded(nursery: Nursery) -> None:
    source = """
    from harena import session
    print(session.players, session.now(), session.accepting, session.game_session.name, session.group_members(3))
    session.log.warning("loading %s", session)
    """
    async with playing(nursery, source) as game:
        await game.heard.until(lambda: len(game.texts) == 2)
        assert game.texts == ["() 0.0 True arena ()", "loading <session gs-1>"]


async def test_accepting_is_remembered(nursery: Nursery) -> None:
    async with playing(nursery, when_asked("session.accepting = not session.accepting")) as game:
        await game.enter("ann")
        assert [(await game.say(1)).commands for _ in range(3)] == [
            (SetAccepting(False),),
            (SetAccepting(True),),
            (SetAccepting(False),),
        ]


async def test_nothing_runs_after_the_end(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_start_game_session(game_session):
        pass

    def on_player_accepted(player):
        session.after(1, later)
        session.after(1, later)

    def on_message(message):
        print("said", message.op_code)

    def later():
        print("later")
        session.broadcast(1, "bye")
        session.end("done")
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        answer = await game.wake(1.0)
        bye = Broadcast(EVERYBODY, NOBODY, 1, b"bye", SERVER, True)
        assert answer.commands == (bye, EndGameSession("done"))
        await game.say(1)
        assert game.texts == ["later"]


@pytest.mark.parametrize(
    ("ruling", "verdict", "payload"),
    [
        ("True", True, None),
        ("False", False, None),
        ("b'swear' not in message.payload", True, None),
        ("message.replace('other')", True, b"other"),
        ("message.replace({'a': message.sender})", True, b'{"a":1}'),
        ("message.replace(b'')", True, b""),
    ],
)
async def test_filters_are_ruled_on(nursery: Nursery, ruling: str, verdict: bool, payload: bytes | None) -> None:
    source = f"""
    def on_send_to_player(message):
        print(message.target_player, message.target_group)
        return {ruling}

    def on_send_to_group(message):
        print(message.target_player, message.target_group)
        return {ruling}
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        await game.enter("bob")
        answers = await game.ask_all(
            OnSendToPlayer(ANN, 5, b"hello", True, BOB),
            OnSendToPlayer(ANN, 5, b"hello", True, PeerId(99)),
            OnSendToGroup(ANN, 5, b"hello", False, GroupId(3)),
            OnSendToGroup(ANN, 5, b"hello", False, EVERYBODY),
        )
        assert [(answer.verdict, answer.payload) for answer in answers] == [(verdict, payload)] * 4
        assert game.texts == ["<player bob, peer 2> None", "None None", "None 3", "None None"]


async def test_everything_that_is_known_of_a_message(nursery: Nursery) -> None:
    source = """
    from harena import Message

    def on_message(m):
        print(m.op_code, m.payload, m.text, m.sender, m.target_player, m.target_group, m.reliable, m)
        print(isinstance(m, Message))
        try:
            print(m.json())
        except ValueError as error:
            print("no JSON")
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        await game.say(1, 5, b'{"a": "\xc3\xa9"}')
        shown = """b'{"a": "\\xc3\\xa9"}' {"a": "é"} <player ann, peer 1> None None True <message 5 of ann, 11 bytes>"""
        assert game.texts == [f"5 {shown}", "True", "{'a': 'é'}"]
        for hostile in (b"", b"\xff", b"NaN", b"[-Infinity]", b"{", b"[" * 4096, b"1" * 4400, b"\xed\xa0\x80"):
            await game.say(1, 5, hostile)
            assert game.texts[-1] == "no JSON"
        await game.say(1, 5, b"a\xff")
        assert "a\ufffd" in game.texts[-3]
        assert not game.heard.errors


async def test_everything_that_is_known_of_the_game_session(nursery: Nursery) -> None:
    source = """
    from harena import session, GameSession

    def on_player_accepted(player):
        g = session.game_session
        print(g.id, g.name, g.script, g.version, g.max_players, g, isinstance(g, GameSession), session.now())
    """
    async with playing(nursery, source) as game:
        await game.enter("ann", now=4.5)
        assert game.texts == ["gs-1 arena tag 3 16 <game session gs-1> True 4.5"]
