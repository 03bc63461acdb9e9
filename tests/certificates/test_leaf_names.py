"""However many names there are, the server's part of a handshake by DTLS is one datagram, or somebody is told."""

import time
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.events import CertificateCrowded
from relay.acceptor import Address
from relay.dtls.contexts import server_context
from relay.dtls.engine import DtlsEngine
from relay.dtls.limits import MTU_BYTES, DtlsLimits
from runtime.tls import keeper as keeping
from runtime.tls.certificates import Pair, new_authority, new_leaf
from runtime.tls.leaf_names import MAX_NAMES_BYTES, fitted, names_bytes
from runtime.tls.settings import TlsSettings
from tests.certificates import test_keeper
from tests.certificates.test_keeper import NAMES, Kept, following, own_leaf_names, public
from tests.relay.dtls.callers import NOW, Caller, replies

HERE: Address = ("192.0.2.1", 33400)
AUTHORITY = new_authority("Harena CA", time.time())
#: What the hello of another client may have the server say more: a session id, an extension or two.
ROOM_BYTES = 48

DNS_NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,30}[a-z0-9])?(\.[a-z]{2,12}){1,3}", fullmatch=True)
ANY_NAMES = st.lists(DNS_NAMES | st.ip_addresses().map(str), min_size=1, max_size=40, unique=True)


def flight(leaf: Pair, ca: bytes, name: str) -> list[bytes]:
    """Shake hands, and give the datagrams with the server's certificate."""
    engine, caller = DtlsEngine(server_context(leaf.chain, leaf.key), DtlsLimits()), Caller(HERE, ca, name)
    said: list[bytes] = []
    while datagrams := caller.association.unsent():
        for datagram in datagrams:
            outcomes = engine.receive_untrusted(datagram, HERE, NOW)
            said = max(said, replies(outcomes), key=lambda several: len(b"".join(several)))
            caller.heard(outcomes)
    assert caller.established
    return said


@given(ANY_NAMES, ANY_NAMES)
@settings(max_examples=30, deadline=None)
def test_whatever_fits_is_one_datagram(own: list[str], others: list[str]) -> None:
    names = fitted(own, [name for name in others if name not in own])
    assert names.names[: len(own)] == tuple(own)
    assert {*names.names, *names.left_out} == {*own, *others}
    if names_bytes(names.names) > MAX_NAMES_BYTES:
        assert "Keep to fewer in tls.names" in names.trouble
        return
    assert bool(names.left_out) == bool(names.trouble)
    (datagram,) = flight(new_leaf(AUTHORITY, names.names, time.time()), AUTHORITY.chain, names.names[-1])
    assert len(datagram) <= MTU_BYTES - ROOM_BYTES


def test_the_fullest_leaf_is_one_datagram() -> None:
    names = fitted(("x" * 64,), [f"{number}.example" for number in range(100)])
    assert MAX_NAMES_BYTES - 16 < names_bytes(names.names) <= MAX_NAMES_BYTES
    (datagram,) = flight(new_leaf(AUTHORITY, names.names, time.time()), AUTHORITY.chain, "0.example")
    assert len(datagram) <= MTU_BYTES - ROOM_BYTES


@pytest.mark.anyio
async def test_a_public_certificate_with_many_names_leaves_the_handshake_one_datagram(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LOOK_SECONDS", 0.01)
    many = tuple(f"region-{number}.play.example.com" for number in range(100))
    kept = Kept(tmp_path, test_keeper.given(tmp_path, public(*many)))
    word = kept.keeper.word()
    assert len(flight(Pair(word.own_leaf, word.own_key), word.ca, many[0])) == 1
    names = own_leaf_names(word)
    assert {*NAMES, many[0]} < {*names}
    async with following(kept):
        told = await kept.happened(1)
        assert isinstance(told, CertificateCrowded)
        assert {*told.left_out} == {*many} - {*names}
        assert "Write the names that players call into tls.names" in kept.keeper.view().trouble
        test_keeper.given(tmp_path, public("play.example.com"))
        await kept.happened(2)
        while len(own_leaf_names(kept.keeper.word())) > 3:
            await anyio.lowlevel.checkpoint()
    assert kept.keeper.view().trouble == ""
    assert len(kept.events) == 2


@pytest.mark.anyio
async def test_too_many_names_of_our_own_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LOOK_SECONDS", 0.01)
    many = tuple(f"region-{number}.play.example.com" for number in range(30))
    kept = Kept(tmp_path, TlsSettings(enabled=True), many)
    assert {*kept.keeper.view().names} == {*many}  # By WebSocket all of them are served.
    async with following(kept):
        told = await kept.happened(1)
    assert isinstance(told, CertificateCrowded)
    assert "Keep to fewer in tls.names" in told.reason
