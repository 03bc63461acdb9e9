"""What we read of DTLS ourselves: the headers of records, and a ClientHello (RFC 6347, 4.1 and 4.2)."""

from struct import Struct

from relay.dtls.limits import MTU_BYTES
from session.values import value

HANDSHAKE, APPLICATION_DATA = 22, 23
CLIENT_HELLO, HELLO_VERIFY_REQUEST = 1, 3

#: The version of a HelloVerifyRequest is that of DTLS 1.0, whatever is agreed on later (RFC 6347, 4.2.1).
DTLS_1_0 = b"\xfe\xff"
_MAJOR = 0xFE

#: A record's content type, version, epoch and sequence number together, and length.
RECORD_HEADER_BYTES = 13
#: The same, and of a handshake message in it its type, length, number, where this part begins, and how long it is.
_MESSAGE = Struct("!B2s8sHB3s2s3s3s")
_MESSAGE_HEADER_BYTES = _MESSAGE.size - RECORD_HEADER_BYTES
#: An epoch without encryption, or the number of a message; and where a message begins that is in no fragments.
_FIRST, _FROM_THE_BEGINNING = bytes(2), bytes(3)
_VERSION_BYTES, _RANDOM_BYTES, MAX_SESSION_ID_BYTES = 2, 32, 32


class BadHello(Exception):
    """A datagram is not one whole ClientHello. The text says what is wrong with it."""


@value
class Hello:
    """A ClientHello: what tells it from another, and what a cookie vouches for."""

    random: bytes
    cookie: bytes
    #: The message without its cookie: the same in the first hello and in the one that brings the cookie.
    rest: bytes
    #: Epoch and sequence number of its record.
    number: bytes


def is_hello(datagram: bytes) -> bool:
    """Say whether a datagram begins like a ClientHello that is not encrypted."""
    return (
        len(datagram) > RECORD_HEADER_BYTES
        and datagram[0] == HANDSHAKE
        and datagram[RECORD_HEADER_BYTES] == CLIENT_HELLO
        and datagram[3:5] == _FIRST
    )


def hello_untrusted(datagram: bytes) -> Hello:
    """Read a datagram that is one whole ClientHello. A hello in fragments is none: then memory would come before proof.

    Raises:
        BadHello: it is anything else.
    """
    size = len(datagram) - _MESSAGE.size
    if size < 0:
        raise BadHello("cut short")
    kind, version, number, length, what, announced, _, begins, here = _MESSAGE.unpack_from(datagram)
    if kind != HANDSHAKE or what != CLIENT_HELLO or number[:2] != _FIRST:
        raise BadHello("not a ClientHello")
    if version[0] != _MAJOR or length != size + _MESSAGE_HEADER_BYTES:
        raise BadHello("not one whole record")
    if announced != here or begins != _FROM_THE_BEGINNING or here != size.to_bytes(3, "big"):
        raise BadHello("in fragments, or more than one message")
    return _body_untrusted(datagram[_MESSAGE.size :], number)


def _body_untrusted(body: bytes, number: bytes) -> Hello:
    session_id_at = _VERSION_BYTES + _RANDOM_BYTES
    cookie_at = session_id_at + 1 + (body[session_id_at] if len(body) > session_id_at else 0)
    if len(body) <= cookie_at or cookie_at > session_id_at + 1 + MAX_SESSION_ID_BYTES:
        raise BadHello("cut short, or a session id that is too long")
    rest_at = cookie_at + 1 + body[cookie_at]
    if len(body) <= rest_at:
        raise BadHello("cut short in or behind the cookie")
    random, cookie = body[_VERSION_BYTES:session_id_at], body[cookie_at + 1 : rest_at]
    return Hello(random, cookie, body[:cookie_at] + body[rest_at:], number)


def hello_verify_request(hello: Hello, cookie: bytes) -> bytes:
    """Build the datagram that asks for the same hello again, with a cookie (RFC 6347, 4.2.1)."""
    body = DTLS_1_0 + bytes([len(cookie)]) + cookie
    length, behind = len(body).to_bytes(3, "big"), _MESSAGE_HEADER_BYTES + len(body)
    header = (HANDSHAKE, DTLS_1_0, hello.number, behind, HELLO_VERIFY_REQUEST, length, _FIRST, _FROM_THE_BEGINNING)
    return _MESSAGE.pack(*header, length) + body


def is_one_record(datagram: bytes, content_type: int) -> bool:
    """Say whether a datagram is exactly one record of a kind."""
    return (
        len(datagram) > RECORD_HEADER_BYTES
        and datagram[0] == content_type
        and datagram[11] << 8 | datagram[12] == len(datagram) - RECORD_HEADER_BYTES
    )


def singly(records: bytes) -> list[bytes]:
    """Cut whole records, as OpenSSL wrote them one behind the other, into datagrams of one record each."""
    datagrams: list[bytes] = []
    at, end = 0, len(records)
    while at < end:
        stop = at + RECORD_HEADER_BYTES + (records[at + 11] << 8 | records[at + 12])
        datagrams.append(records[at:stop])
        at = stop
    return datagrams


def packed(records: bytes) -> list[bytes]:
    """Cut whole records, as OpenSSL wrote them one behind the other, into datagrams of at most the MTU."""
    datagrams: list[bytes] = []
    start = at = 0
    while at < len(records):
        end = at + RECORD_HEADER_BYTES + int.from_bytes(records[at + 11 : at + RECORD_HEADER_BYTES], "big")
        if end - start > MTU_BYTES and at > start:
            datagrams.append(records[start:at])
            start = at
        at = end
    if start < len(records):
        datagrams.append(records[start:])
    return datagrams
