"""Cookies: who sends one back has received it, so its address is its own. Nothing is kept of those who do not.

A cookie is a MAC over the time, the address and the hello (RFC 6347, 4.2.1). Its secret lives as long as the process.
The MAC is BLAKE2 with a key (RFC 7693), which costs a third of what HMAC does.
"""

from hashlib import blake2b
from hmac import compare_digest

from relay.acceptor import Address
from relay.dtls.records import Hello, hello_verify_request

#: As long as DTLS 1.0 allowed; with it our answer is shorter than any hello.
COOKIE_BYTES = 32


class Cookies:
    """Bakes cookies and knows its own again, for ``seconds``, and at most twice as long."""

    def __init__(self, secret: bytes, seconds: float) -> None:
        #: Has the secret in it already.
        self._mac = blake2b(digest_size=COOKIE_BYTES, key=secret)
        #: With another number, the cookies that are out count no more: their owners are given new ones.
        self.seconds = seconds

    def challenge(self, hello: Hello, address: Address, now: float) -> bytes:
        """Give the datagram that asks for the hello again, with a cookie."""
        return hello_verify_request(hello, self._cookie(hello, address, self._tick(now)))

    def good(self, hello: Hello, address: Address, now: float) -> bool:
        """Say whether a hello brings the cookie that this address was given for it a short time ago."""
        if len(hello.cookie) != COOKIE_BYTES:
            return False
        tick = self._tick(now)
        return any(
            compare_digest(hello.cookie, self._cookie(hello, address, baked_in)) for baked_in in (tick, tick - 1)
        )

    def _tick(self, now: float) -> int:
        return int(now // self.seconds)

    def _cookie(self, hello: Hello, address: Address, tick: int) -> bytes:
        # The address has the form of a tuple, so no end of it can be taken for the beginning of the hello.
        mac = self._mac.copy()
        mac.update(f"{tick} {address} ".encode() + hello.rest)
        return mac.digest()
