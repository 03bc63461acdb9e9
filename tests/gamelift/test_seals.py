"""Seals and sealed secrets: what comes back is what was given out, or nothing."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desk.gamelift.errors import GameLiftError, OfficeTrouble
from desk.gamelift.limits import LOG_URL_SECONDS, TOKEN_SECONDS
from desk.gamelift.sealing import Sealing, server_key
from desk.gamelift.seals import Seals
from desk.gamelift.sigv4 import SignedCall, claim_untrusted, verify_untrusted
from tests.gamelift.small_house import calling, furnished


class Clock:
    """Time that a test turns."""

    now = 1_000.0

    def __call__(self) -> float:
        """Give Unix seconds."""
        return self.now


SEALS = Seals(b"k" * 32, Clock())


@given(st.text(max_size=100))
@example("")
@example("A" * 64)
@example("ä")
def test_a_token_that_we_never_gave_is_refused(token: str) -> None:
    with pytest.raises(GameLiftError, match="NextToken is none"):
        SEALS.position_untrusted("ListFleets", token)


@given(st.text(max_size=40), st.integers(0, 2**40), st.data())
def test_a_token_is_good_as_it_is_and_no_other_way(scope: str, position: int, data: st.DataObject) -> None:
    token = SEALS.token(scope, position)
    assert SEALS.position_untrusted(scope, token) == position
    at = data.draw(st.integers(0, len(token.rstrip("=")) - 3))
    other = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
    for wrong_scope, wrong_token in ((scope + "x", token), (scope, other)):
        with pytest.raises(GameLiftError):
            SEALS.position_untrusted(wrong_scope, wrong_token)


def test_a_token_expires() -> None:
    clock = Clock()
    seals = Seals(b"k" * 32, clock)
    token = seals.token("ListFleets", 7)
    clock.now += TOKEN_SECONDS
    with pytest.raises(GameLiftError, match="NextToken has expired"):
        seals.position_untrusted("ListFleets", token)


@pytest.mark.anyio
async def test_the_address_of_a_log_expires(tmp_path: Path) -> None:
    clock = Clock()
    async with calling(tmp_path, clock) as call:
        game = (await furnished(call))["GameSessionId"]
        url = (await call.done("GetGameSessionLogUrl", GameSessionId=game))["PreSignedUrl"]
        clock.now += LOG_URL_SECONDS - 1
        assert "no log of this game session" in (await call.client.get(url)).text, "this house keeps none"
        clock.now += 1
        late = await call.client.get(url)
        assert (late.status_code, late.text[:27]) == (403, "This address is too old: Ge")
        longer = url.replace("expires=1", "expires=2")
        assert "none that GetGameSessionLogUrl gave" in (await call.client.get(longer)).text


@given(st.text(max_size=200), st.text(max_size=30))
@example(
    "AWS4-HMAC-SHA256 Credential=A/20260131/r/gamelift/aws4_request, SignedHeaders=host, Signature=" + "0" * 64, ""
)
def test_any_header_is_a_signature_or_none(authorization: str, moment: str) -> None:
    call = SignedCall("POST", "/", "", [("authorization", authorization), ("x-amz-date", moment), ("host", "h")], b"")
    with pytest.raises(GameLiftError) as raised:
        verify_untrusted(call, claim_untrusted(call), "secret", 0.0)
    assert raised.value.code == "UnauthorizedException"


def test_the_servers_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "gamelift" / "server.key"
    key = server_key(path)
    assert server_key(path) == key
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"short")
    with pytest.raises(OfficeTrouble, match="holds no key"):
        server_key(path)


def test_a_secret_is_opened_by_its_own_key_for_its_own_purpose() -> None:
    sealed = Sealing(b"k" * 32).sealed("a secret", "HARENAONE")
    assert "a secret" not in sealed
    assert Sealing(b"k" * 32).opened(sealed, "HARENAONE") == "a secret"
    for key, purpose in ((b"x" * 32, "HARENAONE"), (b"k" * 32, "HARENATWO")):
        with pytest.raises(OfficeTrouble, match="another server key"):
            Sealing(key).opened(sealed, purpose)
