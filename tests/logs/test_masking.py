"""Secrets are masked in all that a game session tells the desk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.masking import CUT_CHARACTERS, MASK, MIN_SECRET_CHARACTERS, Masked
from runtime.words import GameSessionOver, LogWritten, PlayersChanged, ToDesk
from sandbox.limits import TEXT_CHARACTERS
from sandbox.policy.raised import MAX_TEXT_CHARACTERS

KEY = "hunter2"


class Told:
    """What the desk was told."""

    def __init__(self) -> None:
        self.words: list[ToDesk] = []

    def __call__(self, word: ToDesk) -> bool:
        self.words.append(word)
        return True


def masked(text: str, *secrets: str) -> str:
    """What of a line reaches the desk."""
    told = Told()
    assert Masked(told, secrets)(LogWritten("game", "info", text))
    (word,) = told.words
    assert isinstance(word, LogWritten)
    return word.text


@pytest.mark.parametrize(
    ("text", "secrets", "told"),
    [
        ("the key is hunter2", [KEY], "the key is ***"),
        ("hunter2hunter2, hunter2!", [KEY], "******, ***!"),
        ("the hunter has hunter", [KEY], "the hunter has hunter"),
        ("a\nb hunter2\nc", [KEY], "a\nb ***\nc"),
        ("abcdef and more", ["abcd", "cdef"], "*** and more"),
        ("abcdefgh", ["cdef", "abcdefgh"], "***"),
        ("key: 'a\\nb\\'c\"'", ["a\nb'c\""], "key: '***'"),
        ("b'gr\\xc3\\xbc\\xc3\\x9fe'", ["grüße"], "b'***'"),
        ('{"key": "a\\"bcd"}', ['a"bcd'], '{"key": "***"}'),
        ("x.y x-y", ["x.y x"], "***-y"),
        ("nothing to hide", [], "nothing to hide"),
    ],
)
def test_a_secret_is_masked(text: str, secrets: list[str], told: str) -> None:
    assert masked(text, *secrets) == told


def test_the_reason_of_an_end_is_masked_and_other_words_pass() -> None:
    told = Told()
    tell = Masked(told, [KEY])
    tell(GameSessionOver("game", "bye, hunter2"))
    tell(PlayersChanged("game", 2))
    assert told.words == [GameSessionOver("game", "bye, ***"), PlayersChanged("game", 2)]


def test_what_was_dropped_is_told() -> None:
    assert not Masked(lambda word: False, [KEY])(LogWritten("game", "info", "x"))


def test_texts_are_cut_as_is_thought_here() -> None:
    assert min(TEXT_CHARACTERS, MAX_TEXT_CHARACTERS) == CUT_CHARACTERS


def test_a_secret_in_the_middle_of_which_a_long_text_was_cut() -> None:
    cut = ("x" * CUT_CHARACTERS + KEY)[-CUT_CHARACTERS - 2 : -2]
    assert masked(cut, KEY) == cut[:-5] + MASK
    assert masked(f"main.py:3: {cut}\n    the line", KEY) == f"main.py:3: {cut[:-5]}{MASK}\n    the line"
    assert masked(f"{'x' * CUT_CHARACTERS} hunter is no secret", KEY).endswith("hunter is no secret")


SECRETS = st.lists(st.text(min_size=MIN_SECRET_CHARACTERS).filter(lambda one: "*" not in one), min_size=1, max_size=4)


@given(secrets=SECRETS, between=st.lists(st.text(), min_size=1, max_size=5), data=st.data())
def test_no_secret_is_left_whatever_stands_around_it(
    secrets: list[str], between: list[str], data: st.DataObject
) -> None:
    pieces = [piece + data.draw(st.sampled_from(secrets)) for piece in between]
    told = masked("".join(pieces), *secrets)
    assert not [secret for secret in secrets if secret in told]


@given(text=st.text(), secrets=SECRETS)
def test_a_text_without_a_secret_stays_as_it_is(text: str, secrets: list[str]) -> None:
    told = masked(text, *secrets)
    assert told == text or MASK in told
