"""How callbacks are called, what their answers count for, and what the author is told."""

import pytest

from sandbox.ears import Ears
from sandbox.limits import Limits
from sandbox.nursery import Nursery
from session.answers import Answer, Outcome
from session.callbacks import (
    NAMES,
    WITHIN,
    Callback,
    GameSessionFacts,
    OnHealthCheck,
    OnProcessTerminate,
    OnSendToGroup,
    OnStartGameSession,
    OnTick,
    OnTimer,
)
from session.values import EVERYBODY, GameSessionId, PeerId
from tests.sandbox.playing import Game, faults, playing

pytestmark = pytest.mark.anyio

STARTED = OnStartGameSession(GameSessionFacts(GameSessionId("gs-1"), "arena", "tag", 3, 16))
FILTERED = OnSendToGroup(PeerId(1), 5, b"hello", True, EVERYBODY)


async def test_the_callbacks_and_the_configuration_of_a_script_are_told(nursery: Nursery) -> None:
    names = [*(name for question, name in NAMES.items() if question is not OnTimer), *WITHIN]
    functions = "\n".join(f"def {name}(*args): print({name!r}, *args)" for name in names)
    async with playing(nursery, f'configuration = {{"tick_hz": 10, "echo": True}}\n{functions}\n') as game:
        assert game.loaded.callbacks == frozenset(names)
        assert (game.loaded.configuration.tick_hz, game.loaded.configuration.echo) == (10.0, True)
        await game.ask_all(STARTED, OnTick(0.1), OnProcessTerminate())
        assert game.texts == [
            "init <session gs-1>",
            "on_process_started ()",
            "on_process_started answered None, which counts as False: return True or False on every way",
            "on_tick 0.1",
            "on_process_terminate",
        ]


async def test_a_callback_is_anything_that_can_be_called(nursery: Nursery) -> None:
    source = """
    class Quiz:
        def heard(self, message):
            print("heard", message.op_code)

        def __call__(self, dt):
            print("tick", dt)

    quiz = Quiz()
    on_message = quiz.heard
    on_tick = quiz
    on_send_to_group = lambda message: message.op_code != 5
    on_process_terminate = 5
    """
    async with playing(nursery, source) as game:
        assert game.loaded.callbacks == {"on_message", "on_tick", "on_send_to_group"}
        await game.enter("ann")
        await game.say(1, 4)
        await game.ask(OnTick(0.1))
        assert not (await game.ask(FILTERED)).verdict
        assert game.texts == ["heard 4", "tick 0.1"]


async def test_every_game_session_has_globals_of_its_own(nursery: Nursery) -> None:
    source = """
    count = 0

    def on_tick(dt):
        global count
        count += 1
        print(count)
    """
    async with playing(nursery, source) as one, playing(nursery, source) as other:
        for game in (one, one, other):
            await game.ask(OnTick(0.1))
        assert (one.texts, other.texts) == (["1", "2"], ["1"])


async def test_none_counts_as_false_and_is_said_once(nursery: Nursery) -> None:
    source = """
    def on_player_connect(connect):
        pass

    def on_send_to_group(message):
        if message.op_code == 6:
            return True

    def on_message(message):
        pass
    """
    async with playing(nursery, source) as game:
        assert [(await game.enter("ann")).verdict for _ in range(3)] == [False] * 3
        assert [line.level for line in game.heard.lines] == ["warning"]
        assert game.texts == [
            "on_player_connect answered None, which counts as False: return True or False on every way"
        ]


async def test_none_of_a_filter_drops_the_message(nursery: Nursery) -> None:
    async with playing(nursery, "def on_send_to_group(message): message.text\ndef on_message(m): m.text") as game:
        await game.enter("ann")
        answers = await game.ask_all(FILTERED, FILTERED)
        assert [(answer.verdict, answer.outcome) for answer in answers] == [(False, Outcome.OK)] * 2
        assert len(game.texts) == 1
        await game.say(1)
        assert len(game.texts) == 1, "nobody asks on_message for an answer"


async def test_a_generator_is_noticed(nursery: Nursery) -> None:
    source = """
    def in_steps(*args):
        yield args

    def on_message(message):
        return in_steps(message)

    def on_send_to_group(message):
        return in_steps(message)
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        assert [(await game.say(1)).outcome for _ in range(2)] == [Outcome.RAISED] * 2
        answer = await game.ask(FILTERED)
        assert (answer.verdict, answer.outcome) == (False, Outcome.RAISED)
        assert game.texts == [
            f"{name} contains yield, so that calling it runs nothing: a callback uses return"
            for name in ("on_message", "on_send_to_group")
        ]


async def test_an_exception_is_told_with_its_line_and_costs_one_call(nursery: Nursery) -> None:
    source = {
        "main.py": """
        from deep import dig

        def on_message(message):
            dig(message.json())
        """,
        "deep.py": """
        def dig(found):
            return found["whom"]
        """,
    }
    async with playing(nursery, source) as game:
        await game.enter("ann")
        assert (await game.say(1, 9, b"{}")).outcome is Outcome.RAISED
        assert (await game.say(1, 9, b'{"whom": 1}')).outcome is Outcome.OK
        [error] = game.heard.errors
        assert (error.callback, error.file, error.line) == ("on_message", "deep.py", 3)
        assert (error.source_line, error.text, error.occasion) == (
            'return found["whom"]',
            "KeyError: 'whom'",
            "op code 9 from ann",
        )


async def test_a_callback_of_other_arguments_is_told_where_it_is_defined(nursery: Nursery) -> None:
    async with playing(nursery, "x = 1\non_tick = [lambda: None][0]  # As only the run can tell.\n") as game:
        assert (await game.ask(OnTick(0.1))).outcome is Outcome.RAISED
        [error] = game.heard.errors
        assert (error.file, error.line) == ("main.py", 2)
        assert "takes 0 positional arguments but 1 was given" in error.text


async def test_an_error_whose_text_raises_and_an_answer_that_cannot_be_judged(nursery: Nursery) -> None:
    source = """
    class Odd(Exception):
        def __str__(self):
            raise self

    class Hard:
        def __bool__(self):
            raise ValueError("neither")

    def on_message(message):
        raise Odd()

    def on_send_to_group(message):
        return Hard()
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        await game.say(1)
        answer = await game.ask(FILTERED)
        assert (answer.verdict, answer.outcome) == (False, Outcome.RAISED)
        assert [error.text for error in game.heard.errors] == ["Odd: (its text cannot be shown)", "ValueError: neither"]


async def test_what_follows_an_acceptance_cannot_undo_it(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_player_accepted(player):
        session.send(player, 1)
        raise ValueError("too late")

    def on_player_disconnect(player):
        raise ValueError("gone")
    """
    async with playing(nursery, source) as game:
        answer = await game.enter("ann")
        assert (answer.verdict, answer.outcome, len(answer.commands)) == (True, Outcome.OK, 1)
        assert (await game.leave(1)).outcome is Outcome.OK
        told = [(error.callback, error.occasion) for error in game.heard.errors]
        assert told == [("on_player_accepted", "player ann"), ("on_player_disconnect", "player ann")]


async def test_log_levels_and_arguments(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_tick(dt):
        session.log.debug("no arguments: 100%")
        session.log.info("%s and %r", "one", "two")
        session.log.warning("%(a)d", {"a": 5})
        session.log.error({"not": "text"})
        session.log.critical("%s", {"a": 5})
        print("printed", 1, sep="-", end="")
    """
    async with playing(nursery, source) as game:
        await game.ask(OnTick(0.1))
        assert [(line.level, line.text) for line in game.heard.lines] == [
            ("debug", "no arguments: 100%"),
            ("info", "one and 'two'"),
            ("warning", "5"),
            ("error", "{'not': 'text'}"),
            ("critical", "{'a': 5}"),
            ("info", "printed-1"),
        ]


async def test_a_line_is_cut_to_what_can_be_sent(nursery: Nursery) -> None:
    source = """
    from harena import session

    class Sly(str):
        def __getitem__(self, at):
            return 17

    def on_tick(dt):
        session.log.info("\\ud800" + "x" * 5000)
        session.log.info(Sly("sly"))
        session.kick(1, Sly("sly"))
        print("nul: \\0")
    """
    async with playing(nursery, source) as game:
        await game.ask(OnTick(0.1))
        assert game.texts == ["?" + "x" * 1999, "sly", "nul: \0"]


async def test_lines_over_the_limit_are_counted_and_errors_too(nursery: Nursery) -> None:
    source = """
    from harena import session

    def on_tick(dt):
        for n in range(1000):
            print(n)
        raise ValueError(dt)
    """
    async with playing(nursery, source, Limits(log_lines_per_second=20)) as game:
        answers = await game.ask_all(*[OnTick(0.1)] * 100)
        assert {answer.outcome for answer in answers} == {Outcome.RAISED}
        assert game.texts[:20] == [str(n) for n in range(20)]
        assert len(game.texts) < 100
        assert 20 <= len(game.heard.errors) < 50


async def drawn(game: Game) -> list[Answer]:
    await game.enter("ann")
    await game.enter("bob")
    return [await game.say(1, now=0.5), *await game.ask_all(*[OnTick(0.05)] * 5, now=1.0), await game.wake(9.0)]


SOURCE_OF_CHANCE = """
import random, secrets, time, uuid
from harena import session

class Card:
    pass

cards = [Card() for _ in range(5)]

def everything():
    return [random.random(), secrets.token_hex(4), str(uuid.uuid4()), time.time(), repr(cards[0]), hash(cards[1]) % 97,
            [p.player_id for p in set(session.players)], session.now(), id(cards) == id(cards)]

def on_message(message):
    random.shuffle(cards)
    session.after(random.uniform(0, 5), on_tick, 0)
    session.send(message.sender, 1, everything())

def on_tick(dt):
    session.broadcast(2, everything())
"""


async def test_the_same_inputs_give_the_same_answers_in_another_zygote(nursery: Nursery) -> None:
    other = await Nursery.start(Ears())
    try:
        answers = []
        for home, seed in ((nursery, 7), (other, 7), (nursery, 8)):
            async with playing(home, SOURCE_OF_CHANCE, seed=seed) as game:
                answers.append(await drawn(game))
                assert not game.heard.errors
    finally:
        other.close()
    assert answers[0] == answers[1]
    assert answers[0] != answers[2], "chance comes from the seed"


REFUSED = {
    "import os": "the module 'os' is not available",
    "def broken(": "'(' was never closed",
    "raise ValueError('no')": "loading the script raised ValueError: no",
    "1 // 0": "loading the script raised ZeroDivisionError",
    "def f(): return f()\nf()": "loading the script raised RecursionError",
    "configuration = 5": "'configuration' is a int, not a dict",
    "configuration = {'max_player': 5}": "configuration has no key 'max_player': did you mean 'max_players'?",
    "configuration = {'max_players': 0x" + "f" * 5000 + "}": "configuration holds a value that is too large to be one",
    "configuration = {'max_players': " + "[" * 90 + "]" * 90 + "}": "configuration['max_players'] is a whole number",
    "configuration = {5: 5}": "a key of 'configuration' is not a string",
    "\ud800 = 1": "this is not UTF-8 text",
    "raise ValueError('\\ud800')": "loading the script raised ValueError: ?",
    "class E(Exception):\n    def __str__(self): return 5\nraise E": "loading the script raised E: (its text cannot",
}


@pytest.mark.parametrize("source", REFUSED)
async def test_scripts_are_refused_with_their_reasons(nursery: Nursery, source: str) -> None:
    fault, *_ = await faults(nursery, source)
    assert fault.message.startswith(REFUSED[source])
    assert fault.file == "main.py"
    assert fault.line >= 1


async def test_a_script_without_its_launch_file_is_refused(nursery: Nursery) -> None:
    [fault] = await faults(nursery, {"other.py": "x = 1"})
    assert fault.message == "the script has no file main.py"


async def test_the_largest_script_loads(nursery: Nursery) -> None:
    filler = {f"part{n}.py": ("#" * 1023 + "\n") * 256 for n in range(63)}
    async with playing(nursery, {"main.py": "def on_tick(dt): pass", **filler}, Limits(load_wall_seconds=20)) as game:
        assert (await game.ask(OnTick(0.1))).outcome is Outcome.OK


def every_question() -> list[Callback]:
    """A question without peers, of each kind that there is."""
    return [STARTED, OnTick(0.1), OnTimer(), OnHealthCheck(), OnProcessTerminate()]


async def test_a_script_without_functions_answers_all_the_same(nursery: Nursery) -> None:
    async with playing(nursery, "") as game:
        assert game.loaded.callbacks == frozenset()
        answers = await game.ask_all(*every_question())
        assert [(answer.verdict, answer.outcome) for answer in answers] == [(True, Outcome.OK)] * 5
        assert (await game.enter("ann")).verdict


async def test_common_encodings_are_there_although_no_file_can_be_opened(nursery: Nursery) -> None:
    source = """
    def on_message(message):
        for name in ("ascii", "latin-1", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be", "cp1252", "unicode-escape"):
            print(message.text.encode(name).decode(name))
    """
    async with playing(nursery, source) as game:
        await game.enter("ann")
        await game.say(1, 5, b"hello")
        assert game.texts == ["hello"] * 8
