"""base64, struct, zlib, hashlib, hmac."""

import base64
import hashlib
import hmac
import struct
import zlib
from collections.abc import Callable
from typing import Any

from sandbox.facades.module import named

BASE64 = named(
    base64,
    "b64encode b64decode standard_b64encode standard_b64decode urlsafe_b64encode urlsafe_b64decode b32encode b32decode "
    "b16encode b16decode b85encode b85decode a85encode a85decode",
)
STRUCT = named(struct, "pack unpack pack_into unpack_from iter_unpack calcsize Struct error")

#: A few kilobytes can hold gigabytes of zeros.
MAX_DECOMPRESSED_BYTES = 4 * 1024 * 1024

_ALGORITHMS = "md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 blake2b blake2s".split()

for _name in _ALGORITHMS:
    # The first use of each may read the configuration of OpenSSL, which the sandbox forbids later.
    getattr(hashlib, _name)(b"").hexdigest()


def decompress(data: bytes, /, wbits: int = zlib.MAX_WBITS) -> bytes:
    """`zlib.decompress`, up to MAX_DECOMPRESSED_BYTES. Raises zlib.error, or ValueError when there is more."""
    machine = zlib.decompressobj(wbits)
    found = machine.decompress(data, MAX_DECOMPRESSED_BYTES)
    if machine.unconsumed_tail:
        raise ValueError(f"the data holds more than {MAX_DECOMPRESSED_BYTES} bytes")
    if not machine.eof:
        raise zlib.error("incomplete or truncated stream")
    return found


ZLIB = {
    **named(zlib, "compress crc32 adler32 error Z_BEST_COMPRESSION Z_BEST_SPEED Z_DEFAULT_COMPRESSION MAX_WBITS"),
    "decompress": decompress,
}


def new_hash(name: str, data: bytes = b"") -> object:
    """`hashlib.new`. Raises ValueError for an algorithm that is not there."""
    return _algorithm(name)(data)


def _algorithm(name: object) -> Callable[..., Any]:
    if type(name) is str and name.lower() in _ALGORITHMS:  # a subclass could answer differently the next time
        found: Callable[..., Any] = getattr(hashlib, name.lower())
        return found
    if any(name is getattr(hashlib, known) for known in _ALGORITHMS):
        return name  # type: ignore[return-value]  # it is one of hashlib's functions
    raise ValueError(f"unsupported hash type; there are {', '.join(_ALGORITHMS)}")


HASHLIB: dict[str, object] = {**named(hashlib, " ".join(_ALGORITHMS)), "new": new_hash}


def new_hmac(key: bytes, msg: bytes | None = None, digestmod: object = "") -> object:
    """`hmac.new`. Raises ValueError for an algorithm that is not there."""
    return hmac.new(key, msg, _algorithm(digestmod))


def digest(key: bytes, msg: bytes, digest: object) -> bytes:
    """`hmac.digest`: the code of a message at once. Raises ValueError for an algorithm that is not there."""
    return hmac.digest(key, msg, _algorithm(digest))


HMAC: dict[str, object] = {"new": new_hmac, "digest": digest, "compare_digest": hmac.compare_digest}
