"""The context of TLS: a certificate with its key, and what is agreed on with peers."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

#: Forward secrecy and authenticated encryption for TLS 1.2; that of 1.3 has nothing else.
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


class BadCertificate(ValueError):
    """A certificate or its key cannot be used; the text says why."""


def server_context(chain: bytes, key: bytes) -> ssl.SSLContext:
    """Make a context that shows a certificate: ``chain`` is PEM, the server's own first, ``key`` is its key's PEM.

    Raises:
        BadCertificate: OpenSSL does not take them.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # The stock client speaks no other.
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.num_tickets = 0  # Nobody resumes: a ticket for each handshake costs more than the few that come back.
    with _file(chain + b"\n" + key) as path:
        try:
            context.load_cert_chain(path, password="")
        except (ssl.SSLError, OSError, ValueError) as error:
            raise BadCertificate(f"OpenSSL does not take the certificate and its key: {error}") from None
    return context


@contextmanager
def _file(content: bytes) -> Iterator[str]:
    """Give a path to bytes that are in memory alone, since OpenSSL by way of ``ssl`` reads nothing but files."""
    descriptor = os.memfd_create("certificate", os.MFD_CLOEXEC)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(content)
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
