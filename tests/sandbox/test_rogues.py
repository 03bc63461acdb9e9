"""What a sandbox's handle makes of a child that has been taken over."""

import asyncio
import select
import time

import pytest

from sandbox.host import Sandbox
from sandbox.limits import DEFAULTS, Limits
from sandbox.nursery import NoSandbox, Nursery
from sandbox.reports import Death
from session.answers import Outcome
from session.callbacks import IF_SCRIPT_FAILS, NAMES, Callback, OnMessage, OnTick
from session.values import PeerId
from tests.sandbox.playing import PATIENCE_SECONDS, Listener, loaded, playing, script
from tests.sandbox.rogue import Rogues
from tests.sandbox.test_failures import QUESTIONS, heart_verdict

pytestmark = pytest.mark.anyio

#: Time enough that no test ends because of it, where it is about something else.
PATIENT = Limits(call_wall_seconds=60, load_wall_seconds=60)


@pytest.mark.parametrize(
    "words",
    [
        "relay.send(b'garbage')",
        "relay.send(bytes((3, 0)) + b'\\xc1')",
        "relay.send(bytes((3, 1)))",
        "relay.send(bytes((3, 0)) + bytes(70000))",
        "send(Kind.LOAD, {})",
        "send(Kind.ANSWERS, [None, b'', []])",
        "send(Kind.ANSWERS, [None, b'\\x01\\x01', []])",
        "send(Kind.ANSWERS, [None, b'\\x03', []])",
        "send(Kind.ANSWERS, [None, b'\\x02', []])",
        "send(Kind.ANSWERS, [None, b'\\x01', [[1, True, None, '', [], None, False, None]]])",
        "send(Kind.ANSWERS, [float('nan'), b'\\x01', []])",
        "send(Kind.LOADED, [['on_nothing'], {}, []])",
        "send(Kind.LOADED, [[], {'max_players': 10**9}, []])",
        "send(Kind.LOADED, [[], {'k%d' % n: 1 for n in range(90000)}, []])",
        "send(Kind.REFUSED, [])",
        "send(Kind.LOG, ['loud', 'text', 0])",
        "send(Kind.LOG, ['info', 'x' * 2001, 0])",
        "send(Kind.LOG, ['info', 'x', -1])",
        "send(Kind.ERROR, ['', '', -1, '', '', ''])",
        "send(Kind.DYING, ['crashed', '', 0, '', 0, 0])",
        "send(Kind.DYING, ['exceeded_time', '', 0, '', 0, 0])",
        "send(Kind.DYING, ['exceeded_cpu', '', 0, '', -1, 0])",
        "send(Kind.DYING, ['exceeded_cpu', '', 0, '', '{0.__class__}', 0])",
        "send(Kind.DYING, ['exceeded_memory', '', 0, ''])",
        "[send(Kind.LOADED, bytes(1 << 20))]",
    ],
)
async def test_nonsense_while_loading_ends_it(words: str) -> None:
    result = await loaded(Rogues(f"{words}\nnap()"), "", PATIENT)
    assert isinstance(result, Death)
    assert result.outcome is Outcome.BAD_FRAME
    assert result.text.startswith("it sent ")


@pytest.mark.parametrize(
    "words",
    [
        "answer(2)",
        "answer(1); answer(1)",
        "answer(1, verdict=1)",
        "answer(1, commands=[['Explode']])",
        "answer(1, commands=[['SetAccepting', True]] * 1001)",
        "answer(1, payload=bytes(32769))",
        "send(Kind.LOADED, LOADED)",
        "send(Kind.REFUSED, [['', 0, 0, '', '', '']])",
        "while True: send(Kind.LOG, ['info', '', 0])",
        "while True: send(Kind.ERROR, ['', '', 0, '', '', ''])",
        "while True: relay.send(bytes((5, 1)) + bytes(65534))",
    ],
)
async def test_nonsense_while_playing_ends_it(words: str) -> None:
    rogues = Rogues(f"send(Kind.LOADED, LOADED)\nrelay.recv(1 << 20)\n{words}\nnap()")
    began = time.monotonic()
    async with playing(rogues, "", PATIENT) as game:
        game.put(OnTick(0.1))
        death = await game.death()
        assert (death.outcome, death.text[:8]) == (Outcome.BAD_FRAME, "it sent ")
        seconds = time.monotonic() - began
        heard = len(game.heard.lines) + len(game.heard.errors)
        assert heard <= (8 + 4 * seconds) * PATIENT.log_lines_per_second
        assert len(game.heard.answers) <= 1


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_bad_frame_in_place_of_an_answer_closes_as_the_table_says(question: type[Callback]) -> None:
    rogues = Rogues("send(Kind.LOADED, LOADED)\nrelay.recv(1 << 20)\nrelay.send(b'garbage')\nnap()")
    async with playing(rogues, "", PATIENT) as game:
        game.put(QUESTIONS[question])
        death = await game.death()
        assert (death.outcome, death.callback) == (Outcome.BAD_FRAME, NAMES[question])
        assert heart_verdict(QUESTIONS[question], [], death.outcome) is IF_SCRIPT_FAILS[question]


async def test_what_was_answered_before_the_nonsense_counts_and_nothing_after_it() -> None:
    rogues = Rogues("send(Kind.LOADED, LOADED)\nrelay.recv(1 << 20)\nanswer(1)\nanswer(9)\nanswer(2)\nnap()")
    async with playing(rogues, "", PATIENT) as game:
        game.put(OnTick(0.1), OnMessage(PeerId(1), 1, b"", True))
        death = await game.death()
        assert (death.outcome, death.callback) == (Outcome.BAD_FRAME, "on_message")
        assert [answer.ask for answer in game.heard.answers] == [1]


async def test_last_words_are_its_last() -> None:
    rogues = Rogues(
        "send(Kind.LOADED, LOADED)\nsend(Kind.DYING, ['exceeded_cpu', 'main.py', 3, 'x = 1', 104, 100])\nnap()"
    )
    async with playing(rogues, "", PATIENT) as game:
        death = await game.death()
        assert (death.outcome, death.file, death.line) == (Outcome.EXCEEDED_CPU, "main.py", 3)
        assert death.text == "it used 104 of 100 ms of processor time"


@pytest.mark.parametrize("way", ["relay.close()", "relay.shutdown(socket.SHUT_WR)", "relay.send(b'')"])
async def test_a_child_that_hangs_up_is_ended(way: str) -> None:
    async with playing(Rogues(f"send(Kind.LOADED, LOADED)\n{way}\nnap()"), "", PATIENT) as game:
        assert (await game.death()).outcome is Outcome.CRASHED


async def test_a_child_that_reads_nothing_is_ended_before_much_waits_for_it() -> None:
    async with playing(Rogues("send(Kind.LOADED, LOADED)\nnap()"), "", PATIENT) as game:
        asked = 0
        while not game.sandbox._cause:
            game.put(*[OnMessage(PeerId(1), 1, b"x" * 4096, True)] * 100)
            asked += 100
        assert asked < 6000
        death = await game.death()
        assert (death.outcome, death.callback) == (Outcome.EXCEEDED_TIME, "on_message")
        assert death.text == "it does not read what it is asked"


async def test_an_answer_that_comes_too_late_counts_and_the_culprit_stays_the_culprit() -> None:
    rogues = Rogues(
        """
        def late(*_):
            answer(1)
        signal.signal(signal.SIGUSR1, late)
        send(Kind.LOADED, LOADED)
        relay.recv(1 << 20)
        nap()
        nap()
        """
    )
    async with playing(rogues, "", Limits(call_wall_seconds=0.2)) as game:
        game.put(OnTick(0.1))
        death = await game.death()
        assert (death.outcome, death.callback) == (Outcome.EXCEEDED_TIME, "on_tick")


async def test_who_does_not_get_to_run_has_time_to_say_where_it_is() -> None:
    rogues = Rogues(
        """
        def slow(*_):
            time.sleep(6 * 0.05)  # Several times as long as last words may take.
            os.write(2, b'  File "main.py", line 2 in on_tick')
        signal.signal(signal.SIGUSR1, slow)
        send(Kind.LOADED, LOADED)
        relay.recv(1 << 20)
        nap()
        nap()
        """
    )
    async with playing(rogues, "def on_tick(dt):\n    stuck()", Limits(call_wall_seconds=0.2)) as game:
        game.put(OnTick(0.1))
        death = await game.death()
        assert (death.outcome, death.line, death.source_line) == (Outcome.EXCEEDED_TIME, 2, "stuck()")


async def test_a_relay_that_was_late_itself_kills_nobody(nursery: Nursery) -> None:
    async with playing(nursery, "def on_tick(dt): pass", Limits(call_wall_seconds=0.05)) as game:
        heard = game.heard
        game.put(OnTick(0.1))
        while not game.sandbox._born or not _readable(game.sandbox):
            pass
        game.sandbox._late()  # As if the loop had been busy elsewhere since.
        assert len(heard.answers) == 1
        assert not heard.deaths


def _readable(sandbox: Sandbox) -> bool:
    assert sandbox._born is not None
    return bool(select.select([sandbox._born.channel], [], [], PATIENCE_SECONDS)[0])


async def test_a_sandbox_closed_while_it_loads_says_so(nursery: Nursery) -> None:
    for turns in (0, 1, 50):
        sandbox = Sandbox(DEFAULTS, Listener())
        loading = asyncio.ensure_future(sandbox.load(nursery, script("while True: pass")))
        for _ in range(turns):
            await asyncio.sleep(0)
        sandbox.close()
        sandbox.close()
        with pytest.raises(NoSandbox, match="closed before it was ready"):
            await loading


async def test_a_closed_sandbox_is_heard_of_no_more(nursery: Nursery) -> None:
    async with playing(nursery, "def on_tick(dt): print(dt)") as game:
        game.put(*[OnTick(0.1)] * 50)
        await game.heard.until(lambda: bool(game.texts))
        game.sandbox.close()
        heard = len(game.heard.answers), len(game.texts)
        game.put(OnTick(0.1))
        async with playing(nursery, "def on_tick(dt): pass") as other:
            await other.ask(OnTick(0.1))
        assert (len(game.heard.answers), len(game.texts)) == heard
        assert not game.heard.deaths
