"""What both ends agree on: DTLS 1.2 alone, forward secrecy and authenticated ciphers, no resumption."""

import re
from collections.abc import Callable
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import DNSName, IPAddress
from OpenSSL import SSL, crypto

#: pyOpenSSL has no name for it.
DTLS_1_2 = 0xFEFD

#: The first is what the stock client gets, and the cheapest here.
CIPHERS = ":".join(
    f"ECDHE-{key}-{cipher}"
    for cipher in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")
    for key in ("ECDSA", "RSA")
)

Verify = Callable[[SSL.Connection, crypto.X509, int, int, int], bool]


class BadCredentials(Exception):
    """Certificates or a key that cannot be used. The text says why."""


def server_context(chain: bytes, key: bytes) -> SSL.Context:
    """Make what peers shake hands by: ``chain`` is PEM, the server's own first, ``key`` is its key's PEM.

    Raises:
        BadCredentials: OpenSSL does not take them.
    """
    context = _context(SSL.DTLS_SERVER_METHOD)
    context.set_options(SSL.OP_CIPHER_SERVER_PREFERENCE)
    context.set_tmp_ecdh(ec.SECP256R1())  # The stock client knows no newer curve.
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    # The cookie has been looked at before OpenSSL sees a hello; there it only makes the numbers of messages right.
    context.set_cookie_generate_callback(lambda _: b"")
    context.set_cookie_verify_callback(lambda _, cookie: True)
    try:
        leaf, *others = x509.load_pem_x509_certificates(chain)
        context.use_certificate(leaf)
        for certificate in others:
            context.add_extra_chain_cert(certificate)
        context.use_privatekey(load_pem_private_key(key, password=None))  # type: ignore[arg-type]  # or it raises
        context.check_privatekey()
    except (SSL.Error, TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise BadCredentials(f"the certificate and its key cannot be used for DTLS: {error}") from None
    return context


def client_context(cas: bytes, name: str) -> SSL.Context:
    """Make what a client shakes hands by: it trusts these CAs (PEM) alone, and nobody but who is called so.

    Raises:
        BadCredentials: there is no CA in it.
    """
    context = _context(SSL.DTLS_CLIENT_METHOD)
    store = context.get_cert_store()
    assert store is not None
    try:
        for ca in x509.load_pem_x509_certificates(cas):
            store.add_cert(crypto.X509.from_cryptography(ca))
    except (ValueError, crypto.Error) as error:
        raise BadCredentials(f"the server's CA cannot be read: {error}") from None
    context.set_verify(SSL.VERIFY_PEER, _verifier(name))
    return context


def _context(method: int) -> SSL.Context:
    context = SSL.Context(method)
    context.set_min_proto_version(DTLS_1_2)
    context.set_max_proto_version(DTLS_1_2)
    context.set_options(SSL.OP_NO_QUERY_MTU | SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_TICKET | SSL.OP_NO_COMPRESSION)
    context.set_mode(SSL.MODE_RELEASE_BUFFERS)  # 64 KiB a peer in place of 80.
    context.set_cipher_list(CIPHERS.encode())
    return context


def _verifier(name: str) -> Verify:
    def verify(_: SSL.Connection, certificate: crypto.X509, error: int, depth: int, ok: int) -> bool:
        return bool(ok) and (depth > 0 or is_called(certificate.to_cryptography(), name))

    return verify


def is_called(certificate: x509.Certificate, name: str) -> bool:
    """Say whether a certificate is for a host: a DNS name, ``*`` for its first part, or an address (RFC 6125, 6.4)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ip_address(name) in names.get_values_for_type(IPAddress)
    except ValueError:
        wanted = name.lower().rstrip(".")
        known = {known.lower() for known in names.get_values_for_type(DNSName)}
        return wanted in known or re.sub(r"^[^.]+", "*", wanted) in known
