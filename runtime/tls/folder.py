"""The folder of our own certificates: the authority with its key, the leaf with its key, and what clients are given.

A certificate and its key lie in one file, so that they never differ, whenever the machine stops.
"""

import os
from contextlib import suppress
from pathlib import Path

from runtime.tls.certificates import Pair

#: What clients trust: the authority's certificate, without its key.
CA_FILE = "ca.pem"
_AUTHORITY_FILE = "authority.pem"
#: The one before: should the clock have been wrong when it was replaced, clients still trust it.
_FORMER_AUTHORITY_FILE = "authority-before.pem"
_LEAF_FILE = "leaf.pem"
_KEY_BEGINS = b"-----BEGIN PRIVATE KEY-----"


class CertificateFolder:
    """Reads and writes below one folder; whatever is in there is for the server's own user alone."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def ca_file(self) -> Path:
        """The file for clients."""
        return self.path / CA_FILE

    @property
    def authority_file(self) -> Path:
        """The file of the authority and its key."""
        return self.path / _AUTHORITY_FILE

    def authority(self) -> Pair | None:
        """Read the authority, None where there is none yet. Raises OSError."""
        return self._read(_AUTHORITY_FILE)

    def leaf(self) -> Pair | None:
        """Read the leaf, None where there is none yet. Raises OSError."""
        return self._read(_LEAF_FILE)

    def keep_authority(self, authority: Pair) -> None:
        """Write the authority; the one before stays beside it. Raises OSError."""
        with suppress(FileNotFoundError):
            self.authority_file.replace(self.path / _FORMER_AUTHORITY_FILE)
        self._write(_AUTHORITY_FILE, authority.chain + authority.key)

    def keep_ca(self, authority: Pair) -> None:
        """Write what clients are given, unless it is there. Raises OSError."""
        if not self.ca_file.is_file() or self.ca_file.read_bytes() != authority.chain:
            self._write(CA_FILE, authority.chain)

    def keep_leaf(self, leaf: Pair) -> None:
        """Write the leaf. Raises OSError."""
        self._write(_LEAF_FILE, leaf.chain + leaf.key)

    def _read(self, name: str) -> Pair | None:
        try:
            content = (self.path / name).read_bytes()
        except FileNotFoundError:
            return None
        chain, begins, key = content.partition(_KEY_BEGINS)
        return Pair(chain, begins + key)

    def _write(self, name: str, content: bytes) -> None:
        """Write a file for nobody else; it appears whole."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.path / f"{name}.new"
        unfinished.unlink(missing_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.path / name)
