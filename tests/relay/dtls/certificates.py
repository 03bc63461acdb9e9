"""Certificates for tests: an authority of a moment, and a server below it."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from session.values import value

HOST = "arena.test"


@value
class Served:
    """What a server shows, and what its clients trust; all of it PEM."""

    chain: bytes
    key: bytes
    ca: bytes


def served(*names: x509.GeneralName) -> Served:
    """Make a certificate for these names, else for HOST and 127.0.0.1, below an authority of its own."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _builder("authority", "authority", authority_key)
    authority = authority.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    leaf = _builder("authority", "server", key).add_extension(
        x509.SubjectAlternativeName(names or [x509.DNSName(HOST), x509.IPAddress(ip_address("127.0.0.1"))]),
        critical=False,
    )
    return Served(
        leaf.sign(authority_key, hashes.SHA256()).public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        authority.sign(authority_key, hashes.SHA256()).public_bytes(Encoding.PEM),
    )


def _builder(issuer: str, subject: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .issuer_name(_name(issuer))
        .subject_name(_name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
