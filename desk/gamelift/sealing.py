"""Sealing: secrets at rest. The server's key lies in a file of its own: a copy of the database tells nothing."""

import base64
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desk.gamelift.errors import OfficeTrouble

KEY_BYTES = 32
_NONCE_BYTES = 12


def server_key(path: Path) -> bytes:
    """The server's key, made where there is none yet, readable by its owner alone. Raises `OfficeTrouble`."""
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise OfficeTrouble(f"the server's key {path} cannot be had: {error.strerror}") from None
    if len(key) != KEY_BYTES:
        raise OfficeTrouble(f"{path} holds no key of {KEY_BYTES} bytes: restore it from a copy; access keys need it")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


class Sealing:
    """AES-256-GCM; what a secret is for is sealed with it, so that it does not pass for another's."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def sealed(self, secret: str, purpose: str) -> str:
        """A secret, sealed."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, secret.encode(), purpose.encode())).decode()

    def opened(self, sealed: str, purpose: str) -> str:
        """The secret again. Raises `OfficeTrouble` where it was sealed with another key."""
        data = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], purpose.encode()).decode()
        except InvalidTag:
            raise OfficeTrouble("an access key was sealed with another server key than this server's") from None
