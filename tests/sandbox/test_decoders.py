"""What the relay makes of a sandbox's words: a value of ours, or BadFrame; and nothing is lost on the way."""

from collections.abc import Callable
from time import perf_counter
from typing import Any, get_args, get_origin, get_type_hints

import msgpack
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sandbox.errors import ScriptError
from sandbox.frames import BadFrame, unpack_untrusted
from sandbox.limits import (
    CALL_BYTES,
    DEFAULTS,
    FRAME_BYTES,
    MAX_RECIPIENTS,
    SCRIPT_PAYLOAD_BYTES,
    SNAPSHOT_BYTES,
    TEXT_CHARACTERS,
)
from sandbox.questions import QUESTIONS, ask_as_plain, ask_from_plain
from sandbox.reports import (
    LAST_WORDS,
    Death,
    Loaded,
    LoadRefused,
    LogLine,
    dying_untrusted,
    error_untrusted,
    loaded_untrusted,
    log_untrusted,
    refused_untrusted,
)
from sandbox.rulings import answer_as_plain, answer_untrusted
from session.answers import Answer, Outcome
from session.callbacks import NAMES, Callback
from session.commands import Broadcast, Kick, SendMessage
from session.configuration import Configuration
from session.effects import Ask
from session.values import EVERYBODY, NOBODY, SERVER, AskId, PeerId
from tests.sandbox.generated import INT32, answers, commands, hostile, texts

DECODERS: dict[Callable[[object], object], type] = {
    answer_untrusted: Answer,
    loaded_untrusted: Loaded,
    refused_untrusted: LoadRefused,
    log_untrusted: LogLine,
    error_untrusted: ScriptError,
    dying_untrusted: Death,
}


def over_the_border(plain: object) -> object:
    return unpack_untrusted(msgpack.packb(plain))


@settings(max_examples=1000)
@given(answers)
def test_answers_round_trip(answer: Answer) -> None:
    assert answer_untrusted(over_the_border(answer_as_plain(answer))) == answer


def nearly(answer: Answer, at: int, inner: int, hostile: object) -> tuple[object, ...]:
    """An answer of ours with one thing in it replaced."""
    plain = over_the_border(answer_as_plain(answer))
    assert isinstance(plain, tuple)
    if inner < 0 or not plain[4]:
        return (*plain[:at], hostile, *plain[at + 1 :])
    command = plain[4][0]
    put = inner % len(command)
    return (*plain[:4], ((*command[:put], hostile, *command[put + 1 :]), *plain[4][1:]), *plain[5:])


near_answers = st.builds(nearly, answers, st.integers(0, 7), st.integers(-1, 7), hostile)


@settings(max_examples=1000)
@given(hostile | near_answers)
@example((1, True, None, "", (("SendMessage", (1,), 1, b"", -1.0, True),), None, False, None))
@example((1, True, None, "", (("Broadcast", -1.0, 0, 1, b"", -1, True),), None, False, None))
@example((1, True, None, "\ud800", (), None, False, None))
@example((1, True, None, "", (), float("nan"), False, None))
@example((True, True, None, "", (), None, False, None))
def test_an_answer_is_one_of_ours_or_a_bad_frame(plain: object) -> None:
    try:
        answer = answer_untrusted(plain)
    except BadFrame:
        return
    # What was accepted is what our own side would have sent, type for type.
    assert repr(over_the_border(answer_as_plain(answer))) == repr(plain)


@pytest.mark.parametrize("decode", DECODERS)
@settings(max_examples=500)
@given(plain=hostile)
def test_reports_are_one_of_ours_or_a_bad_frame(decode: Callable[[object], object], plain: object) -> None:
    try:
        assert type(decode(plain)) is DECODERS[decode]
    except BadFrame:
        pass


numbers = st.integers(0, INT32)
settings_names = st.sampled_from(Configuration.__match_args__)


@pytest.mark.parametrize(
    ("decode", "shape"),
    [
        (loaded_untrusted, (st.lists(st.sampled_from([*NAMES.values()]), max_size=3).map(tuple), hostile, hostile)),
        (loaded_untrusted, (st.just(()), st.dictionaries(st.text(max_size=8), hostile, max_size=3), st.just(()))),
        (
            loaded_untrusted,
            (st.just(()), st.dictionaries(settings_names, hostile, max_size=3), st.just(())),
        ),
        (refused_untrusted, (st.tuples(hostile, hostile, hostile, hostile, hostile, hostile),)),
        (log_untrusted, (st.just("info") | hostile, hostile, hostile)),
        (error_untrusted, (st.text(), st.text(), hostile, st.text(), hostile, st.text())),
        (dying_untrusted, (st.sampled_from([*LAST_WORDS]) | hostile, *[hostile] * 5)),
        (dying_untrusted, (st.sampled_from([*LAST_WORDS]), texts, numbers, texts, hostile, hostile)),
    ],
)
@settings(max_examples=300)
@given(data=st.data())
def test_nearly_right_reports_are_one_of_ours_or_a_bad_frame(
    decode: Callable[[object], object], shape: tuple[st.SearchStrategy[object], ...], data: st.DataObject
) -> None:
    plain = data.draw(st.tuples(*shape))
    try:
        assert type(decode(plain)) is DECODERS[decode]
    except BadFrame:
        pass


def answer_with(*commands: object, **changed: object) -> tuple[object, ...]:
    fields = {"ask": 1, "verdict": True, "payload": None, "reason": "", "commands": commands, "wake_at": None}
    return tuple({**fields, "raised": False, "state": None, **changed}.values())


@pytest.mark.parametrize(
    "plain",
    [
        answer_with(ask=0),
        answer_with(ask=2**63 + 1),
        answer_with(verdict=1),
        answer_with(verdict=None),
        answer_with(payload="text"),
        answer_with(payload=b"x" * (SCRIPT_PAYLOAD_BYTES + 1)),
        answer_with(reason="x" * (TEXT_CHARACTERS + 1)),
        answer_with(reason=b"why"),
        answer_with(raised=0),
        answer_with(state="{}"),
        answer_with(state=b"x" * (SNAPSHOT_BYTES + 1)),
        answer_with(wake_at=1),
        answer_with(wake_at=-0.1),
        answer_with(wake_at=float("inf")),
        answer_with(*[("SetAccepting", True)] * (DEFAULTS.commands_per_call + 1)),
        answer_with(("SetAccepting", 1)),
        answer_with(("SetAccepting",)),
        answer_with(("Explode",)),
        answer_with(("Kick", 0, "")),
        answer_with(("Kick", True, "")),
        answer_with(("Kick", INT32 + 1, "")),
        answer_with(("PutInGroup", 1, -1)),
        answer_with(("TakeFromGroup", 1, 0)),
        answer_with(("SendMessage", 1, 1, b"", -1, True)),
        answer_with(("SendMessage", tuple(range(1, MAX_RECIPIENTS + 2)), 1, b"", -1, True)),
        answer_with(("SendMessage", (-1,), 1, b"", -1, True)),
        answer_with(("SendMessage", (1,), 0, b"", -1, True)),
        answer_with(("SendMessage", (1,), 1, b"", 0, True)),
        answer_with(("SendMessage", (1,), 1, b"", -2, True)),
        answer_with(("Broadcast", 0, 0, 1, b"", -1, True)),
        answer_with(("Broadcast", -1, -1, 1, b"", -1, True)),
        answer_with(("BroadcastMembership", 0, 1)),
        answer_with(("BroadcastMembership", 1, -2)),
        answer_with(("BroadcastMembership", -1.0, 1)),
        answer_with(("BroadcastMembership", 1)),
    ],
)
def test_what_no_sandbox_of_ours_says_is_refused(plain: object) -> None:
    with pytest.raises(BadFrame):
        answer_untrusted(plain)


def test_a_configuration_of_a_hundred_thousand_keys_costs_no_time() -> None:
    literal = {f"max_playerz{n}": 1 for n in range(100_000)}
    began = perf_counter()
    with pytest.raises(BadFrame):
        loaded_untrusted(((), literal, ()))
    assert perf_counter() - began < 0.2


@pytest.mark.parametrize("value", [2**64 - 1, b"", None, (1,), "8", float("nan"), float("inf"), -1, True])
def test_a_configuration_that_no_script_may_have_is_refused(value: object) -> None:
    with pytest.raises(BadFrame):
        loaded_untrusted(((), {"max_players": value}, ()))


def test_a_value_nested_deeper_than_python_can_show_is_refused() -> None:
    deep: object = None
    for _ in range(20_000):
        deep = (deep,)
    for decode in DECODERS:
        with pytest.raises(BadFrame):
            decode(deep)
    with pytest.raises(BadFrame):
        loaded_untrusted(((), {"echo": deep}, ()))


@pytest.mark.parametrize(
    "worst",
    [
        [Broadcast(EVERYBODY, NOBODY, INT32, b"x" * SCRIPT_PAYLOAD_BYTES, SERVER, True)] * (CALL_BYTES // 32_832),
        [SendMessage((PeerId(INT32),) * 100, INT32, b"x" * 320, PeerId(INT32), False)] * 1000,
        [Kick(PeerId(INT32), "\U0001f600" * 200)] * 1000,
    ],
)
def test_the_most_that_one_call_may_send_fits_into_a_frame(worst: list[Broadcast | SendMessage | Kick]) -> None:
    answer = Answer(AskId(2**62), False, b"x" * SCRIPT_PAYLOAD_BYTES, "\U0001f600" * TEXT_CHARACTERS, tuple(worst), 0.5)
    encoded = msgpack.packb(answer_as_plain(answer))
    assert len(encoded) <= FRAME_BYTES
    assert answer_untrusted(unpack_untrusted(encoded)) == answer


def test_every_command_is_generated_here() -> None:
    made: set[str] = set()

    @settings(max_examples=300)
    @given(commands)
    def collect(command: object) -> None:
        made.add(type(command).__name__)

    collect()
    assert made == {
        "SendMessage",
        "Broadcast",
        "BroadcastMembership",
        "PutInGroup",
        "TakeFromGroup",
        "Kick",
        "SetAccepting",
        "EndGameSession",
    }


FIELDS: dict[object, st.SearchStrategy[object]] = {
    str: st.text(st.characters(codec="utf-8")),
    bytes: st.binary(),
    int: st.integers(-(2**31), INT32),
    float: st.floats(0, 1e6),
    bool: st.booleans(),
}


def built(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type: one of Python's own, a tuple, or one of our classes."""
    hint = getattr(hint, "__supertype__", hint)
    if hint in FIELDS:
        return FIELDS[hint]
    if get_origin(hint) is tuple:
        held, *more = get_args(hint)
        return (
            st.lists(built(held), max_size=3).map(tuple) if more == [...] else st.tuples(built(held), *map(built, more))
        )
    return st.builds(hint, **{name: built(field) for name, field in get_type_hints(hint).items()})


@pytest.mark.parametrize("question", QUESTIONS)
@settings(max_examples=60)
@given(data=st.data())
def test_questions_round_trip(question: type[Callback], data: st.DataObject) -> None:
    ask = Ask(AskId(data.draw(st.integers(1, 2**62))), data.draw(built(question)), data.draw(st.floats(0, 1e9)))
    assert ask_from_plain(over_the_border(ask_as_plain(ask))) == ask


def test_an_error_says_how_it_ended() -> None:
    assert answer_untrusted(answer_with()).outcome is Outcome.OK
    assert answer_untrusted(answer_with(raised=True)).outcome is Outcome.RAISED
