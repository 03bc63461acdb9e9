"""What we read of DTLS ourselves: the headers of records, and a ClientHello (RFC 6347, 4.1 and 4.2)."""

from struct import Struct

from relay.dtls.limits import MTU_BYTES
from session.values import value

HANDSHAKE, APPLICATION_DATA = 22, 23
CLIENT_HELLO, HELLO_VERIFY_REQUEST = 1, 3

#: The version of a HelloVerifyRequest is that of DTLS 1.0, whatever is agreed on later (RFC 6347, 4.2.1).
DTLS_1_0 = b"\xfe\xff"
_MAJOR = 0xFE

#: Content type, version, epoch and sequence number together, length.
_RECORD = Struct("!B2s8sH")
RECORD_HEADER_BYTES = _RECORD.size
_HANDSHAKE_HEADER_BYTES = 12
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
        and datagram[3:5] == b"\0\0"
    )


def hello_untrusted(datagram: bytes) -> Hello:
    """Read a datagram that is one whole ClientHello. A hello in fragments is none: then memory would come before proof.

    Raises:
        BadHello: it is anything else.
    """
    if not is_hello(datagram):
        raise BadHello("not a ClientHello")
    _, version, number, length = _RECORD.unpack_from(datagram)
    message = datagram[RECORD_HEADER_BYTES:]
    size = len(message) - _HANDSHAKE_HEADER_BYTES
    if version[0] != _MAJOR or length != len(message) or size < 0:
        raise BadHello("not one whole record")
    whole = size.to_bytes(3, "big")
    if message[1:4] != whole or message[6:9] != b"\0\0\0" or message[9:12] != whole:
        raise BadHello("in fragments, or more than one message")
    return _body_untrusted(message[_HANDSHAKE_HEADER_BYTES:], number)


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
    length = len(body).to_bytes(3, "big")
    message = bytes([HELLO_VERIFY_REQUEST]) + length + b"\0\0" + b"\0\0\0" + length + body
    return _RECORD.pack(HANDSHAKE, DTLS_1_0, hello.number, len(message)) + message


def is_one_record(datagram: bytes, content_type: int) -> bool:
    """Say whether a datagram is exactly one record of a kind."""
    return (
        len(datagram) > RECORD_HEADER_BYTES
        and datagram[0] == content_type
        and int.from_bytes(datagram[11:RECORD_HEADER_BYTES], "big") == len(datagram) - RECORD_HEADER_BYTES
    )


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
