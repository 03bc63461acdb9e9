"""The sample of tokens, played without a server: whoever logs in with whatever, nothing is raised."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harena.testing import Game, play
from tests.testkit.writing import SAMPLES

KEY = "a key for tests"
NOW = 1_800_000_000


def game() -> Game:
    return play(SAMPLES / "tokens.py", secrets={"login_key": KEY}, unix_time=NOW)


def signed(claim: bytes, key: str = KEY) -> bytes:
    return claim + b":" + hmac.new(key.encode(), claim, "sha256").hexdigest().encode()


def test_a_signed_token_lets_its_player_in_until_it_expires() -> None:
    here, token = game(), signed(f"ann:{NOW + 60}".encode())
    ann = here.join("ann", token)
    assert ann.inbox.last(1).text == "welcome, ann"
    ann.leave()
    here.advance(59)
    assert here.join("ann", token).accepted
    here.advance(1)
    assert here.join("ann", token).refused == "the token has expired"
    assert not here.errors


def test_a_player_id_may_have_colons_and_any_letters() -> None:
    assert game().join("a:b:ü", signed(f"a:b:ü:{NOW + 60}".encode())).accepted


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (signed(f"bob:{NOW + 60}".encode()), "the token is somebody else's"),
        (signed(f"ann:{NOW}".encode()), "the token has expired"),
        (signed(f"ann:{NOW + 60}".encode(), "another key"), "the token is not signed by us"),
        (signed(f"ann:{NOW + 60}".encode()).replace(b"ann", b"eve"), "the token is not signed by us"),
        (signed(f"ann:{NOW + 60}".encode()).upper(), "log in with a token as the payload"),
        (signed(f"ann:{NOW + 60}".encode())[:-1], "log in with a token as the payload"),
        (signed(f"ann:{NOW + 60}".encode()) + b"\n", "log in with a token as the payload"),
        (signed(b"ann:soon"), "log in with a token as the payload"),
        (signed(b"ann:-1"), "log in with a token as the payload"),
        (signed(b"ann:" + b"9" * 5000), "log in with a token as the payload"),
        (signed(f":{NOW + 60}".encode()), "log in with a token as the payload"),
        (signed(b"\xff:1"), "the token is somebody else's"),
        (b"", "log in with a token as the payload"),
        (b":::", "log in with a token as the payload"),
        (b"\xff\xfe", "log in with a token as the payload"),
    ],
)
def test_what_is_no_good_token_is_refused_with_a_reason(token: bytes, why: str) -> None:
    here = game()
    assert here.join("ann", token).refused == why
    assert not here.errors


@given(token=st.binary(max_size=200) | st.from_regex(rb"\A[^:]{0,9}:[0-9]{0,14}:[0-9a-f]{60,66}\Z"))
def test_no_bytes_get_in_or_raise(token: bytes) -> None:
    here = game()
    assert here.join("ann", token).refused
    assert not here.errors


def test_without_the_key_nobody_gets_in() -> None:
    here = play(SAMPLES / "tokens.py", unix_time=NOW)
    assert not here.join("ann", signed(f"ann:{NOW + 60}".encode())).accepted
    assert "login_key" in here.errors.last("on_player_connect").text
