"""Seals: what leaves this server and comes back (a page's token, a log's address) has not been changed on its way."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable

from desk.gamelift.errors import GameLiftError, invalid
from desk.gamelift.limits import TOKEN_SECONDS

_DIGEST_BYTES = 32


class Seals:
    """Signs with a key of the server's; ``clock`` gives Unix seconds."""

    def __init__(self, key: bytes, clock: Callable[[], float] = time.time) -> None:
        self._key = key
        self._clock = clock

    def signature(self, purpose: str, text: str) -> str:
        """The signature, in hex, of a text; one made for another purpose does not do."""
        return self._digest(purpose, text.encode()).hex()

    def signed(self, purpose: str, text: str, signature: str) -> bool:
        """Whether that is its signature."""
        return hmac.compare_digest(self.signature(purpose, text).encode(), signature.encode(errors="replace"))

    def token(self, scope: str, position: int) -> str:
        """A page's token: where the next one begins, of the same question, and until when."""
        body = json.dumps([position, int(self._clock()) + TOKEN_SECONDS]).encode()
        return base64.urlsafe_b64encode(self._digest(scope, body) + body).decode()

    def position_untrusted(self, scope: str, token: str) -> int:
        """Where the page begins; raises `GameLiftError` for what we have not given, or not for this question."""
        digest, body = _parted(token)
        if not hmac.compare_digest(digest, self._digest(scope, body)):
            raise _no_token()
        position, until = json.loads(body)
        if self._clock() >= until:
            raise invalid("NextToken has expired: begin again without it")
        assert isinstance(position, int)
        return position

    def _digest(self, purpose: str, body: bytes) -> bytes:
        purposed = hmac.digest(self._key, purpose.encode(), hashlib.sha256)
        return hmac.digest(purposed, body, hashlib.sha256)


def _parted(token: str) -> tuple[bytes, bytes]:
    try:
        data = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _no_token() from None
    return data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]


def _no_token() -> GameLiftError:
    return invalid("NextToken is none that this operation gave for the same question: begin again without it")
