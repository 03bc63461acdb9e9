"""Certificates: our own authority, leaves below it, and what any certificate says. PEM in, PEM out; time is given.

A leaf is as small as can be and lies directly below its authority: with the stock client's DTLS the server's whole
answer has to fit one datagram. That client looks for an IP address among the DNS names alone, so there it stands, too.
"""

from collections.abc import Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from relay.tls_context import BadCertificate, server_context
from runtime.tls.leaf_names import MAX_COMMON_NAME_CHARACTERS
from session.values import value

AUTHORITY_DAYS = 3_650
LEAF_DAYS = 90
#: A leaf is made anew when no more than this is left of it.
RENEW_DAYS = 30
#: Somebody else's has been renewed long before no more than this is left, unless something is wrong there.
WARN_DAYS = 10
#: Clocks of clients differ.
BACKDATED_SECONDS = 3_600


@value
class Pair:
    """A certificate with those above it, the first first, and its key, as PEM. It shows no key."""

    chain: bytes
    key: bytes = field(repr=False)


@value
class CertificateFacts:
    """What a certificate says. Times are in Unix seconds; ``fingerprint`` is SHA-256, as ``openssl`` writes it."""

    names: tuple[str, ...]
    issuer: str
    begins: float
    ends: float
    fingerprint: str


def new_authority(name: str, now: float) -> Pair:
    """Make an authority of this name. ``now`` is in Unix seconds."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    builder = _builder(subject, subject, key, now, AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return _pair(builder.sign(key, hashes.SHA256()), key)


def new_leaf(authority: Pair, names: Sequence[str], now: float) -> Pair:
    """Make a certificate for a server that is reached by these names, IP addresses among them, below an authority.

    Its chain is the leaf alone: who trusts the authority has it.

    Raises:
        BadCertificate: the authority is broken, or a name is none.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    (above, *_), above_key = _certificates(authority.chain), _private_key(authority.key)
    if not isinstance(above_key, ec.EllipticCurvePrivateKey):
        raise BadCertificate("the authority's key is not ours: it is on no elliptic curve")
    if _public_key(above) != _public_bytes(above_key.public_key()):
        raise BadCertificate("the authority's key is not that of its certificate")
    builder = _builder(_whose(above, "subject"), _name(names[0]), key, now, LEAF_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(above_key.public_key()), critical=False
    )
    return _pair(builder.sign(above_key, hashes.SHA256()), key)


def facts_of(pair: Pair) -> CertificateFacts:
    """Read what a pair's own certificate says. Raises BadCertificate."""
    leaf = _certificates(pair.chain)[0]
    fingerprint = leaf.fingerprint(hashes.SHA256()).hex(":").upper()
    begins, ends = leaf.not_valid_before_utc.timestamp(), leaf.not_valid_after_utc.timestamp()
    return CertificateFacts(_names(leaf), _whose(leaf, "issuer").rfc4514_string(), begins, ends, fingerprint)


def checked(pair: Pair, now: float) -> CertificateFacts:
    """Try whether a pair would do for a server now, in a context that is thrown away. Raises BadCertificate."""
    leaf, key, facts = _certificates(pair.chain)[0], _private_key(pair.key), facts_of(pair)
    if _public_key(leaf) != _public_bytes(key.public_key()):
        raise BadCertificate("the key is not that of the certificate, which has to be the first of its file")
    if now > facts.ends:
        raise BadCertificate(f"the certificate has ended on {_day(facts.ends)}")
    if now < facts.begins:
        raise BadCertificate(f"the certificate begins on {_day(facts.begins)} only")
    server_context(pair.chain, pair.key)
    return facts


def is_directly_below(leaf: Pair, authority: Pair) -> bool:
    """Say whether a leaf was signed by this authority, and no other. Raises BadCertificate."""
    (above, *_), (below, *_) = _certificates(authority.chain), _certificates(leaf.chain)
    try:
        below.verify_directly_issued_by(above)
    except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):  # Another's key, or another's name.
        return False
    return True


def is_due(facts: CertificateFacts, now: float) -> bool:
    """Say whether it is time for the next leaf; so it is with one of the future, made when the clock was wrong."""
    return now < facts.begins or facts.ends - now < timedelta(days=RENEW_DAYS).total_seconds()


def ends_soon(facts: CertificateFacts, now: float) -> bool:
    """Say whether who should renew a certificate is late."""
    return facts.ends - now < timedelta(days=WARN_DAYS).total_seconds()


def covers_a_leaf(facts: CertificateFacts, now: float) -> bool:
    """Say whether an authority lasts at least as long as a leaf that is made now.

    Raises:
        BadCertificate: it begins later. Then the clock is mostly wrong, and another would be one that no client trusts.
    """
    if now < facts.begins:
        raise BadCertificate(
            f"our authority begins on {_day(facts.begins)} only: is this machine's clock right? It says {_day(now)}. "
            "If it is, put authority-before.pem, where there is one, in the place of authority.pem; or remove that, "
            "and give clients the new ca.pem"
        )
    return facts.ends > now + timedelta(days=LEAF_DAYS).total_seconds()


def _builder(
    issuer: x509.Name, subject: x509.Name, key: ec.EllipticCurvePrivateKey, now: float, days: int
) -> x509.CertificateBuilder:
    begins = datetime.fromtimestamp(int(now) - BACKDATED_SECONDS, UTC)
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:MAX_COMMON_NAME_CHARACTERS])])


def _alternatives(names: Sequence[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.DNSName(name))
        except ValueError:
            raise BadCertificate(f"{name!r} is no name for a certificate: write it in ASCII (xn--...)") from None
        if (address := _address(name)) is not None:
            found.append(address)
    return found


def _address(name: str) -> x509.IPAddress | None:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return None


def _whose(certificate: x509.Certificate, part: Literal["issuer", "subject"]) -> x509.Name:
    try:
        return certificate.issuer if part == "issuer" else certificate.subject
    except (ValueError, TypeError):  # It is parsed only now.
        raise BadCertificate(f"the certificate's {part} cannot be read") from None


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        alternatives = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return tuple(str(one.value) for one in _whose(leaf, "subject").get_attributes_for_oid(NameOID.COMMON_NAME))
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise BadCertificate(f"the certificate's names cannot be read: {error}") from None
    dns = alternatives.get_values_for_type(x509.DNSName)
    addresses = [str(one) for one in alternatives.get_values_for_type(x509.IPAddress)]
    return tuple(dict.fromkeys((*dns, *addresses)))


def _certificates(chain: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(chain)
    except (ValueError, x509.InvalidVersion):
        raise BadCertificate("there is no certificate in it, as PEM (-----BEGIN CERTIFICATE-----)") from None


def _private_key(key: bytes) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(key, None)
    except TypeError:
        raise BadCertificate("the key has a password: a server that starts by itself needs one without") from None
    except (ValueError, UnsupportedAlgorithm):
        raise BadCertificate("there is no private key in it, as PEM (-----BEGIN PRIVATE KEY-----)") from None


def _public_key(certificate: x509.Certificate) -> bytes:
    try:
        return _public_bytes(certificate.public_key())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadCertificate(f"the certificate's key is of a kind that nobody here knows: {error}") from None


def _public_bytes(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    return Pair(
        certificate.public_bytes(Encoding.PEM), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )


def _day(unix_seconds: float) -> str:
    return datetime.fromtimestamp(unix_seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
