"""Certificates that we make, read with other eyes, and what is said of those that will not do."""

import shutil
import ssl
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from relay.tls_context import BadCertificate, server_context
from runtime.tls.certificates import (
    LEAF_DAYS,
    RENEW_DAYS,
    Pair,
    checked,
    covers_a_leaf,
    facts_of,
    is_due,
    new_authority,
    new_leaf,
)

NOW = time.time()
DAY = 86_400
NAMES = ("play.example.com", "192.0.2.7", "localhost", "127.0.0.1", "::1")
AUTHORITY = new_authority("Tests", NOW)
LEAF = new_leaf(AUTHORITY, NAMES, NOW)


def test_a_leaf_has_its_names_and_lasts_for_a_while() -> None:
    facts = checked(LEAF, NOW)
    assert set(facts.names) == set(NAMES)
    assert facts.issuer == "CN=Tests"
    assert facts.begins < NOW < facts.ends <= NOW + LEAF_DAYS * DAY
    assert len(facts.fingerprint.split(":")) == 32


def test_openssl_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    program = shutil.which("openssl")
    assert program, "there is no openssl: install it (Debian, Ubuntu: apt install openssl)"
    (tmp_path / "ca.pem").write_bytes(AUTHORITY.chain)
    (tmp_path / "leaf.pem").write_bytes(LEAF.chain)
    strict = [program, "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.pem"]
    for name in ("-verify_hostname=play.example.com", "-verify_ip=192.0.2.7", "-verify_hostname=192.0.2.7"):
        ended = subprocess.run(
            [*strict, *name.split("="), "leaf.pem"], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert ended.stdout == "leaf.pem: OK\n", ended.stderr


def test_the_whole_answer_to_a_hello_fits_a_datagram() -> None:
    assert len(ssl.PEM_cert_to_DER_cert(LEAF.chain.decode())) < 800


def test_an_authority_lasts_longer_than_its_leaves_and_leaves_are_renewed_in_time() -> None:
    authority, leaf = facts_of(AUTHORITY), facts_of(LEAF)
    assert covers_a_leaf(authority, NOW + 9 * 365 * DAY)
    assert not covers_a_leaf(authority, authority.ends - DAY)
    assert not is_due(leaf, NOW)
    assert is_due(leaf, leaf.ends - (RENEW_DAYS - 1) * DAY)


def locked(pair: Pair) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"password"))


def spoiled(before: bytes, after: bytes) -> Pair:
    """Give the leaf with other bytes in its certificate, as a disk or a half copy may leave it."""
    der = ssl.PEM_cert_to_DER_cert(LEAF.chain.decode())
    assert before in der
    return Pair(ssl.DER_cert_to_PEM_cert(der.replace(before, after, 1)).encode(), LEAF.key)


VERSION = b"\xa0\x03\x02\x01\x02"
P256, SUBJECT_KEY_ID, AUTHORITY_KEY_ID = b"\x2a\x86\x48\xce\x3d\x03\x01\x07", b"\x55\x1d\x0e", b"\x55\x1d\x23"
#: A common name and the kind of its text, of which there is none with that number; the issuer's is the first.
NAME, NOT_A_NAME = b"\x55\x04\x03\x0c", b"\x55\x04\x03\x00"

FAULTS = {
    "no certificate": (Pair(b"hello", LEAF.key), NOW, "no certificate in it"),
    "half a certificate": (Pair(LEAF.chain[:200], LEAF.key), NOW, "no certificate in it"),
    "no key": (Pair(LEAF.chain, b""), NOW, "no private key in it"),
    "a key with a password": (Pair(LEAF.chain, locked(LEAF)), NOW, "the key has a password"),
    "another's key": (Pair(LEAF.chain, AUTHORITY.key), NOW, "not that of the certificate"),
    "the authority first": (Pair(AUTHORITY.chain + LEAF.chain, LEAF.key), NOW, "has to be the first"),
    "a version that there is not": (spoiled(VERSION, VERSION[:-1] + b"\x26"), NOW, "no certificate in it"),
    "a curve that there is not": (spoiled(P256, P256[:-1] + b"\x63"), NOW, "kind that nobody here knows"),
    "an extension twice": (spoiled(SUBJECT_KEY_ID, AUTHORITY_KEY_ID), NOW, "names cannot be read"),
    "an issuer that is none": (spoiled(NAME, NOT_A_NAME), NOW, "issuer cannot be read"),
    "ended": (LEAF, NOW + 100 * DAY, "has ended on 20"),
    "not begun": (LEAF, NOW - DAY, "begins on 20"),
}


@pytest.mark.parametrize(("pair", "now", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_what_will_not_do_is_told(pair: Pair, now: float, said: str) -> None:
    with pytest.raises(BadCertificate, match=said):
        checked(pair, now)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@given(st.data())
def test_whatever_becomes_of_a_file_it_will_do_or_is_told(data: st.DataObject) -> None:
    """What is not told would end the server, which looks at the files from time to time."""
    der = bytearray(ssl.PEM_cert_to_DER_cert(LEAF.chain.decode()))
    for at in data.draw(st.lists(st.integers(0, len(der) - 1), max_size=3)):
        der[at] = data.draw(st.integers(0, 255))
    with suppress(BadCertificate):
        checked(Pair(ssl.DER_cert_to_PEM_cert(bytes(der)).encode(), LEAF.key), NOW)


def test_a_context_refuses_what_openssl_does() -> None:
    with pytest.raises(BadCertificate, match="OpenSSL does not take"):
        server_context(LEAF.chain, AUTHORITY.key)
    with pytest.raises(BadCertificate, match="OpenSSL does not take"):
        server_context(LEAF.chain, locked(LEAF))


def test_a_name_that_is_none_is_told() -> None:
    with pytest.raises(BadCertificate, match="is no name for a certificate"):
        new_leaf(AUTHORITY, ("k\N{LATIN SMALL LETTER O WITH DIAERESIS}ln.example",), NOW)


def test_a_key_is_not_shown() -> None:
    assert "PRIVATE" not in repr(LEAF)


def test_an_authority_whose_name_cannot_be_read_is_told() -> None:
    der = bytearray(ssl.PEM_cert_to_DER_cert(AUTHORITY.chain.decode()))
    subject = der.index(NAME, der.index(NAME) + 1)
    der[subject : subject + len(NAME)] = NOT_A_NAME
    spoilt = Pair(ssl.DER_cert_to_PEM_cert(bytes(der)).encode(), AUTHORITY.key)
    with pytest.raises(BadCertificate, match="subject cannot be read"):
        new_leaf(spoilt, ["localhost"], NOW)
