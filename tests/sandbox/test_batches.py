"""Answers in batches: what leaves together arrives in order, and what a sandbox died over is known."""

import os
import signal
import time

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.batches import BATCH_BYTES, FINISHED_SECONDS, AnswerBatch, answers_untrusted
from sandbox.begun import Begun, shared_memory
from sandbox.frames import BadFrame
from sandbox.host import DISTRUSTED_TIMES
from sandbox.limits import FRAME_BYTES, MIB, SCRIPT_PAYLOAD_BYTES, Limits
from sandbox.nursery import Nursery
from session.answers import Answer, Outcome
from session.callbacks import OnMessage, OnSendToPlayer, OnTick
from session.commands import Broadcast, Kick, SendMessage
from session.effects import Ask
from session.values import EVERYBODY, NO_ASK, NOBODY, SERVER, AskId, PeerId
from tests.sandbox.generated import INT32, answers, hostile
from tests.sandbox.playing import UNHURRIED, playing
from tests.sandbox.test_decoders import over_the_border

ANN = PeerId(1)
SHORT = Limits(callback_cpu_milliseconds=50, memory_bytes=256 * MIB)

short_answers = st.builds(Answer, st.just(AskId(1)), st.booleans())
batches = st.lists(short_answers | answers, min_size=1, max_size=20)


def numbered(batch: list[Answer], wake_at: float | None) -> list[Answer]:
    """The same answers to questions 1, 2, 3 ..., all with one timer: the latest is the one that counts."""
    return [
        Answer(AskId(at), one.verdict, one.payload, one.reason, one.commands, wake_at, one.outcome, one.state)
        for at, one in enumerate(batch, 1)
    ]


def sent_as(answered: list[Answer]) -> list[list[object]]:
    """Give the frames in which they leave."""
    batch, frames = AnswerBatch(), []
    for answer in answered:
        if not batch.add(answer):
            frames.append(batch.taken())
            assert batch.add(answer)
    assert batch
    frames.append(batch.taken())
    assert not batch
    return frames


def questions(count: int) -> list[Ask]:
    return [Ask(AskId(at), OnTick(0.1), 0.0) for at in range(1, count + 1)]


@settings(max_examples=300)
@given(batches, st.none() | st.floats(0, 1e6), st.integers(0, 3))
def test_a_batch_round_trips(batch: list[Answer], wake_at: float | None, more: int) -> None:
    sent = numbered(batch, wake_at)
    asked, heard = questions(len(sent) + more), list[Answer]()
    for frame in sent_as(sent):
        heard += answers_untrusted(over_the_border(frame), asked[len(heard) :])
    assert heard == sent


@settings(max_examples=1000)
@given(st.tuples(hostile, st.binary(max_size=5) | hostile, hostile) | hostile, st.integers(0, 5))
def test_anything_is_answers_to_what_was_asked_or_a_bad_frame(plain: object, asked: int) -> None:
    try:
        found = answers_untrusted(plain, questions(asked))
    except BadFrame:
        return
    assert [answer.ask for answer in found] == list(range(1, len(found) + 1))
    assert found


@settings(max_examples=200)
@given(batches, st.integers(0, 2), hostile)
def test_a_batch_with_one_part_replaced(batch: list[Answer], at: int, other: object) -> None:
    plain = over_the_border(sent_as(numbered(batch, None))[0])
    assert isinstance(plain, tuple)
    try:
        answers_untrusted((*plain[:at], other, *plain[at + 1 :]), questions(len(batch)))
    except BadFrame:
        pass


FIRST = Answer(AskId(1), True, commands=(SendMessage((PeerId(INT32),) * 100, 1, b"", SERVER, True),) * 680)
WORST = (
    Answer(AskId(2), True, b"x" * SCRIPT_PAYLOAD_BYTES, commands=(FIRST.commands[0],) * 1000),
    Answer(
        AskId(2), True, commands=(Broadcast(EVERYBODY, NOBODY, INT32, b"x" * SCRIPT_PAYLOAD_BYTES, SERVER, True),) * 27
    ),
    Answer(AskId(2), True, commands=(Kick(PeerId(INT32), "\U0001f600" * 200),) * 1000),
)


@pytest.mark.parametrize("second", WORST, ids=["recipients", "payloads", "texts"])
def test_what_two_calls_say_together_fits_into_a_frame_or_leaves_in_two(second: Answer) -> None:
    assert all(len(msgpack.packb(frame)) <= FRAME_BYTES for frame in sent_as([FIRST, second]))


def test_a_batch_that_grows_leaves_before_it_is_too_large() -> None:
    batch = AnswerBatch()
    largest = Answer(AskId(1), True, b"x" * SCRIPT_PAYLOAD_BYTES)
    sent = 0
    while batch.add(largest):
        sent += 1
    assert sent > 1
    assert sent * SCRIPT_PAYLOAD_BYTES <= BATCH_BYTES


def test_memory_that_is_shared_cannot_be_made_smaller() -> None:
    descriptor = shared_memory()
    begun = Begun(descriptor)
    with pytest.raises(PermissionError):
        os.ftruncate(descriptor, 0)
    Begun(descriptor).set(2**63)
    assert begun.get_untrusted() == 2**63
    os.close(descriptor)
    begun.close()
    begun.close()


FILTER = """
from harena import session
def on_send_to_player(message):
    return message.op_code != 2
def on_message(message):
    if message.op_code == 3:
        while True: pass
    if message.op_code == 4:
        [bytearray(10**6) for _ in range(10**4)]
    session.broadcast(message.op_code)
"""


@pytest.mark.anyio
async def test_a_batch_is_answered_in_order(nursery: Nursery) -> None:
    async with playing(nursery, FILTER) as game:
        await game.enter("ann")
        asked = [OnSendToPlayer(ANN, code, b"", True, ANN) for code in (1, 2, 1)]
        found = await game.ask_all(*asked, OnMessage(ANN, 7, b"", True), *asked)
        assert [answer.verdict for answer in found] == [True, False, True, True, True, False, True]
        assert found[3].commands == (Broadcast(EVERYBODY, NOBODY, 7, b"", SERVER, True),)


@pytest.mark.anyio
@pytest.mark.parametrize(("op_code", "outcome"), [(3, Outcome.EXCEEDED_CPU), (4, Outcome.EXCEEDED_MEMORY)])
async def test_what_is_finished_leaves_and_what_it_died_over_is_named(
    nursery: Nursery, op_code: int, outcome: Outcome
) -> None:
    limits = SHORT if outcome is Outcome.EXCEEDED_CPU else UNHURRIED
    async with playing(nursery, FILTER, limits) as game:
        await game.enter("ann")
        game.put(*(OnMessage(ANN, code, b"", True) for code in (1, 2, op_code, 5)))
        death = await game.death()
        assert (death.outcome, death.ask) == (outcome, 4)
        assert [answer.ask for answer in game.heard.answers] == [1, 2, 3]


@pytest.mark.anyio
async def test_who_is_killed_between_two_questions_died_over_none(nursery: Nursery) -> None:
    async with playing(nursery, FILTER) as game:
        await game.enter("ann")
        signal.pidfd_send_signal(game.sandbox._born.pidfd, signal.SIGKILL)  # type: ignore[union-attr]
        assert (await game.death()).ask == NO_ASK


@pytest.mark.anyio
async def test_finished_answers_do_not_wait_for_slow_ones(nursery: Nursery) -> None:
    source = """
    def on_message(message):
        return None
    def on_tick(dt):
        n = 0
        while n < 3_000_000:
            n += 1
    """
    async with playing(nursery, source, UNHURRIED) as game:
        await game.enter("ann")
        game.put(OnTick(0.1), OnMessage(ANN, 1, b"", True), OnTick(0.1), OnTick(0.1))
        await game.heard.until(lambda: len(game.heard.answers) > 1)
        # The first tick took longer than that; it was not kept back for the second.
        assert len(game.heard.answers) < 5
        assert FINISHED_SECONDS < 0.05
        await game.heard.until(lambda: len(game.heard.answers) == 5)


@pytest.mark.anyio
async def test_a_turn_waits_for_those_who_are_prompt_and_not_for_who_was_late(nursery: Nursery) -> None:
    async with playing(nursery, FILTER, UNHURRIED) as game:
        await game.enter("ann")
        game.sandbox._prompt_in = 0
        channel = game.sandbox._born.channel.fileno()  # type: ignore[union-attr]
        quick = OnSendToPlayer(ANN, 1, b"", True, ANN)
        game.put(quick)
        assert channel in nursery.ears._expected
        nursery.ears.gather()
        assert not nursery.ears._expected
        await game.heard.until(lambda: len(game.heard.answers) == 2)
        game.put(quick)
        game.sandbox._asked_at -= 1.0  # As if it had taken a second.
        await game.heard.until(lambda: len(game.heard.answers) == 3)
        for _ in range(DISTRUSTED_TIMES):
            game.put(quick)
            assert channel not in nursery.ears._expected
            game.sandbox._asked_at = time.monotonic() + 60.0  # However slow this machine is.
            answered = len(game.heard.answers)
            await game.heard.until(lambda: len(game.heard.answers) > answered)  # noqa: B023 - awaited at once
        game.put(quick)
        assert channel in nursery.ears._expected
