"""What we read of DTLS ourselves, before OpenSSL does."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.dtls.limits import MTU_BYTES
from relay.dtls.records import BadHello, hello_untrusted, hello_verify_request, packed, singly
from tests.relay.dtls.callers import Caller

(HELLO,) = Caller().association.unsent()


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda tail: HELLO[:14] + tail))
def test_what_is_no_hello_is_a_bad_hello(datagram: bytes) -> None:
    with pytest.raises(BadHello):
        hello_untrusted(datagram)


@given(st.integers(0, len(HELLO) - 1), st.binary(min_size=1, max_size=30))
def test_a_hello_is_one_whole_datagram(cut: int, tail: bytes) -> None:
    for datagram in (HELLO[:cut], HELLO + tail, HELLO + HELLO):
        with pytest.raises(BadHello):
            hello_untrusted(datagram)


@given(st.data())
def test_a_changed_hello_is_bad_or_another(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(HELLO) - 1))
    changed = HELLO[:at] + bytes([HELLO[at] ^ data.draw(st.integers(1, 255))]) + HELLO[at + 1 :]
    try:
        hello = hello_untrusted(changed)
    except BadHello:
        return
    assert len(hello.random) == 32
    assert hello != hello_untrusted(HELLO) or at in (2, *range(17, 19))  # A minor version, the number of the message.


def test_a_cookie_does_not_change_what_it_vouches_for() -> None:
    caller = Caller()
    (first,) = caller.association.unsent()
    before = hello_untrusted(first)
    assert before.cookie == b""
    caller.take(hello_verify_request(before, b"c" * 32))
    after = hello_untrusted(*caller.association.unsent())
    assert after.cookie == b"c" * 32
    assert (after.random, after.rest) == (before.random, before.rest)


def test_our_answer_is_no_longer_than_the_shortest_hello() -> None:
    hello = hello_untrusted(HELLO)
    shortest = 13 + 12 + 2 + 32 + 1 + 1 + len("....") + len("..")  # One suite and one compression, no extension.
    assert len(hello_verify_request(hello, b"c" * 32)) == 60 <= shortest


@given(st.lists(st.integers(0, MTU_BYTES - 13), max_size=12))
def test_records_are_packed_whole_into_datagrams(sizes: list[int]) -> None:
    records = [b"\x16\xfe\xfd" + bytes(8) + size.to_bytes(2, "big") + bytes(size) for size in sizes]
    assert singly(b"".join(records)) == records
    datagrams = packed(b"".join(records))
    assert b"".join(datagrams) == b"".join(records)
    assert all(0 < len(datagram) <= MTU_BYTES for datagram in datagrams)
    for one, next_one in pairwise(datagrams):
        first = 13 + int.from_bytes(next_one[11:13], "big")
        assert len(one) + first > MTU_BYTES
