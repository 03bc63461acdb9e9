"""Access keys and signatures: `harena run` lets in who has signed, and nobody else."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import botocore.auth
import pytest
from botocore import xform_name
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from desk.gamelift.errors import GameLiftError
from desk.gamelift.operations import OPERATIONS
from desk.gamelift.sigv4 import SignedCall, claim_untrusted, verify_untrusted
from runtime.cli.running import run
from tests.command.conftest import Ended
from tests.gamelift.matching import DUEL
from tests.gamelift.serving import Served, served

SECRET = "a secret"
NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
Keys = Callable[..., Ended]


def signed(body: bytes = b"{}", at: datetime = NOW) -> SignedCall:
    """A call as botocore signs it."""
    headers = {"Host": "127.0.0.1:9080", "X-Amz-Target": "GameLift.ListFleets", "X-Amz-Meta": "  two   words "}
    request = AWSRequest("POST", "http://127.0.0.1:9080/", headers, body)
    with patch.object(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: at.replace(tzinfo=None)):
        SigV4Auth(Credentials("HARENAKEY", SECRET), "gamelift", "eu-central-1").add_auth(request)
    return SignedCall("POST", "/", "", [(name.lower(), text) for name, text in request.headers.items()], body)


def verify(call: SignedCall, secret: str = SECRET, late_seconds: float = 0) -> None:
    """Verify a call, so many seconds after it was signed."""
    verify_untrusted(call, claim_untrusted(call), secret, NOW.timestamp() + late_seconds)


def changed(call: SignedCall, name: str, text: str | None) -> SignedCall:
    """The same call with another header, or without it."""
    headers = [(key, old) for key, old in call.headers if key != name] + ([(name, text)] if text is not None else [])
    return SignedCall(call.method, call.path, call.query, headers, call.body)


def test_botocores_signature_is_right() -> None:
    call = signed()
    assert claim_untrusted(call).access_key == "HARENAKEY"
    verify(call)
    verify(call, late_seconds=299)


@pytest.mark.parametrize(
    ("call", "secret", "late_seconds", "said"),
    [
        (signed(), "another secret", 0, "the signature does not match"),
        (signed(), SECRET, 301, "set the caller's clock"),
        (signed(), SECRET, -301, "set the caller's clock"),
        (changed(signed(), "x-amz-target", "GameLift.DeleteFleet"), SECRET, 0, "does not match"),
        (changed(signed(), "host", "elsewhere"), SECRET, 0, "does not match"),
        (changed(signed(), "x-amz-extra", "more"), SECRET, 0, "leaves out the headers x-amz-extra"),
        (changed(signed(), "authorization", None), SECRET, 0, "the call is not signed"),
        (changed(signed(), "authorization", "Basic YTpi"), SECRET, 0, "no signature of version 4"),
        (changed(signed(), "x-amz-date", "yesterday"), SECRET, 0, "x-amz-date is to be"),
        (changed(signed(), "x-amz-content-sha256", "UNSIGNED-PAYLOAD"), SECRET, 0, "leaves out the headers"),
    ],
)
def test_another_call_is_not(call: SignedCall, secret: str, late_seconds: float, said: str) -> None:
    with pytest.raises(GameLiftError, match=said) as raised:
        verify(call, secret, late_seconds)
    assert raised.value.code == "UnauthorizedException"


def test_another_body_is_not() -> None:
    call = signed(b'{"Limit": 1}')
    with pytest.raises(GameLiftError, match="does not match"):
        verify(SignedCall(call.method, call.path, call.query, call.headers, b'{"Limit": 2}'))


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for production, which takes few calls a second of one kind."""
    settings = "[gamelift]\ncreate_script_per_second = 1\nmax_scripts = 0\n"
    settings += "max_queues = 0\nmax_rule_sets = 0\nmax_matchmakers = 0\n"
    with served(tmp_path_factory.mktemp("production"), settings, verb="run") as one:
        yield one


@pytest.fixture
def keys(production: Served, capsys: pytest.CaptureFixture[str]) -> Keys:
    """Runs `harena keys`."""

    def called(*arguments: str) -> Ended:
        capsys.readouterr()
        code = run(["keys", *arguments, "--http-port", str(production.http_port)])
        written = capsys.readouterr()
        return Ended(code, written.out, written.err)

    return called


def test_a_key_opens_the_door_until_it_is_revoked(production: Served, keys: Keys) -> None:
    made = json.loads(keys("create", "--note", "the lobby", "--json").out)
    client = production.client(made["id"], made["secret"])
    assert client.list_fleets().get("FleetIds") is None
    assert "the lobby" in keys("list").out
    assert made["secret"] not in keys("list", "--json").out
    kept = b"".join(path.read_bytes() for path in (production.folder / "data" / "gamelift").glob("*.sqlite*"))
    assert made["id"].encode() in kept
    assert made["secret"].encode() not in kept
    for stranger in (production.client(made["id"], "wrong"), production.client("HARENANOBODY", made["secret"])):
        with pytest.raises(stranger.exceptions.UnauthorizedException):
            stranger.list_fleets()
    assert keys("revoke", made["id"]).out == f"{made['id']} counts no more\n"
    with pytest.raises(client.exceptions.UnauthorizedException, match="no such access key"):
        client.list_fleets()
    assert keys("revoke", made["id"]).code == 1


def test_who_has_no_key_is_let_into_no_operation(production: Served) -> None:
    client = production.client()
    for name in OPERATIONS:
        with pytest.raises(client.exceptions.UnauthorizedException, match="no such access key"):
            getattr(client, xform_name(name))()


def test_too_many_scripts_are_refused_and_too_many_calls_throttled(production: Served, keys: Keys) -> None:
    made = json.loads(keys("create", "--json").out)
    client = production.client(made["id"], made["secret"])
    with pytest.raises(client.exceptions.ConflictException, match="0 scripts, and no more are taken"):
        client.create_script()
    assert "ThrottlingException" in [code(client) for _ in range(3)]


def test_there_are_no_more_than_the_settings_allow(production: Served) -> None:
    client = production.trusted_client()
    limit = client.exceptions.LimitExceededException
    matchmaker = {"RuleSetName": "none", "RequestTimeoutSeconds": 60, "AcceptanceRequired": False}
    with pytest.raises(limit, match=r"gamelift\.max_queues"):
        client.create_game_session_queue(Name="q")
    with pytest.raises(limit, match=r"gamelift\.max_rule_sets"):
        client.create_matchmaking_rule_set(Name="r", RuleSetBody=json.dumps(DUEL))
    with pytest.raises(limit, match=r"gamelift\.max_matchmakers"):
        client.create_matchmaking_configuration(Name="m", FlexMatchMode="STANDALONE", **matchmaker)


def code(client: Any) -> str:
    """The code of the exception that CreateScript comes to."""
    with pytest.raises(client.exceptions.ClientError) as raised:
        client.create_script()
    return str(raised.value.response["Error"]["Code"])
