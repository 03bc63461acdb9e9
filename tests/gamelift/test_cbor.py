"""CBOR against botocore's own, and against bytes that are none; whole calls by RPC v2."""

import math
from typing import Any

import httpx
import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given
from hypothesis import strategies as st

from desk.gamelift import model
from desk.gamelift.cbor import BadCbor, Timestamp, decoded_untrusted, encoded
from tests.gamelift.serving import Served, zipped

PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_what_is_written_is_read(plain: Any) -> None:
    assert decoded_untrusted(encoded(plain)) == plain


@given(st.binary(max_size=200))
def test_other_bytes_are_read_or_bad(data: bytes) -> None:
    try:
        decoded_untrusted(data)
    except BadCbor:
        pass


@given(PLAIN, st.data())
def test_what_is_cut_off_is_bad(plain: Any, data: st.DataObject) -> None:
    whole = encoded(plain)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(BadCbor):
        decoded_untrusted(whole[:cut])


@pytest.mark.parametrize(
    "data",
    [
        b"\x81" * 100 + b"\x00",  # Nested too deep.
        b"\x9b" + b"\xff" * 8,  # A list of very many items.
        b"\xa1\x00\x00",  # A key that is no text.
        b"\xc2\x41\x00",  # A tag of a large number.
        b"\xc1\x61a",  # A time that is no number.
        b"\x5f\x61a\xff",  # A string of bytes with a text in it.
        b"\x00\x00",  # Something behind it.
        b"\x1c",  # A length of no known form.
        b"\xff",  # A break where there is nothing to be broken off.
    ],
)
def test_odd_bytes_are_bad(data: bytes) -> None:
    with pytest.raises(BadCbor):
        decoded_untrusted(data)


def test_strings_lists_and_maps_may_have_no_length() -> None:
    assert decoded_untrusted(b"\x9f\x01\x7f\x61a\x61b\xff\xbf\x61k\x5f\x41\x00\xff\xff\xff") == [1, "ab", {"k": b"\0"}]


@given(st.floats(0, 2**33))
def test_a_time_is_a_number(seconds: float) -> None:
    found = decoded_untrusted(encoded(Timestamp(seconds)))
    assert isinstance(found, int | float)
    assert math.isclose(found, seconds)


def called(server: Served, operation: str, **asked: Any) -> dict[str, Any]:
    """Call an operation by RPC v2 CBOR, with what botocore writes and reads for it."""
    found = model._service().operation_model(operation)
    request = create_serializer("smithy-rpc-v2-cbor").serialize_to_request(asked, found)
    url = f"http://127.0.0.1:{server.http_port}{request['url_path']}"
    with httpx.Client(timeout=30) as asking:
        answer = asking.post(url, headers=request["headers"], content=request["body"])
    assert answer.headers["smithy-protocol"] == "rpc-v2-cbor"
    parser = create_parser("smithy-rpc-v2-cbor")
    read = {"headers": dict(answer.headers), "body": answer.content, "status_code": answer.status_code}
    parsed: dict[str, Any] = parser.parse(read, found.output_shape)
    return parsed


def test_the_rust_sdk_would_be_understood(server: Served, client: Any) -> None:
    made = called(server, "CreateScript", Name="cbor", ZipFile=zipped({"main.py": ""}))["Script"]
    shown = client.describe_script(ScriptId=made["ScriptId"])["Script"]
    assert abs((made["CreationTime"] - shown["CreationTime"]).total_seconds()) < 0.01
    assert made | {"CreationTime": 0} == shown | {"CreationTime": 0}
    refused = called(server, "DescribeScript", ScriptId="script-none")
    assert refused["Error"]["Code"] == "NotFoundException"
    assert refused["Error"]["Message"] == "there is no script script-none"
    client.delete_script(ScriptId=made["ScriptId"])
