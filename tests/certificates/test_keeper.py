"""The keeper: our own certificates are made, kept and renewed; somebody else's are followed, and tried first."""

import stat
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from desk.certificate_view import NotRenewed
from desk.events import CertificateEnding, CertificateRejected, CertificateRenewed, Event
from runtime.tls import keeper as keeping
from runtime.tls.certificates import (
    LEAF_DAYS,
    Pair,
    checked,
    facts_of,
    is_directly_below,
    new_authority,
    new_leaf,
)
from runtime.tls.keeper import CertificateKeeper
from runtime.tls.settings import TlsSettings, own_names
from runtime.words import UseCertificates

pytestmark = pytest.mark.anyio

DAY = 86_400
NAMES = ("127.0.0.1", "localhost")
PUBLIC = new_authority("Somebody's", time.time())


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LOOK_SECONDS", 0.01)


class Kept:
    """A keeper, what it says, and a clock that can be turned."""

    def __init__(
        self, folder: Path, settings: TlsSettings, names: tuple[str, ...] = NAMES, now: float | None = None
    ) -> None:
        self.now = time.time() if now is None else now
        self.events: list[Event] = []
        self.words: list[UseCertificates] = []
        self.keeper = CertificateKeeper(
            settings, folder / "tls", names, self.events.append, self.words.append, lambda: self.now
        )
        self.keeper.load()

    async def happened(self, count: int) -> Event:
        """Wait for so many events, and give the last."""
        with anyio.fail_after(20):
            while len(self.events) < count:
                await anyio.lowlevel.checkpoint()
        assert len(self.events) == count
        return self.events[-1]


@asynccontextmanager
async def following(kept: Kept) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kept.keeper.run)
        yield
        tasks.cancel_scope.cancel()


def given(folder: Path, pair: Pair) -> TlsSettings:
    """Write a pair as an ACME client would, and give the settings that name it."""
    certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
    certificate.write_bytes(pair.chain)
    key.write_bytes(pair.key)
    return TlsSettings(enabled=True, certificate=certificate, key=key)


def public(*names: str) -> Pair:
    return new_leaf(PUBLIC, names, time.time())


async def test_our_own_are_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    first = Kept(tmp_path, TlsSettings(enabled=True))
    folder = tmp_path / "tls"
    assert {path.name for path in folder.iterdir()} == {"authority.pem", "ca.pem", "leaf.pem"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"PRIVATE" not in (folder / "ca.pem").read_bytes()
    view = first.keeper.view()
    assert (set(view.names), view.issuer) == (set(NAMES), "CN=Harena CA")
    assert (view.ca_file, view.certificate_file, view.trouble) == (str(folder / "ca.pem"), "", "")
    again = Kept(tmp_path, TlsSettings(enabled=True))
    assert again.keeper.view() == view
    assert again.keeper.word() == first.keeper.word()


async def test_other_names_are_a_new_leaf_below_the_same_authority(tmp_path: Path) -> None:
    before = Kept(tmp_path, TlsSettings(enabled=True)).keeper.word()
    after = Kept(tmp_path, TlsSettings(enabled=True), ("play.example.com",)).keeper
    assert after.view().names == ("play.example.com",)
    assert after.word().ca == before.ca


async def test_our_own_leaf_is_renewed_in_time_without_anybody_asking(tmp_path: Path) -> None:
    kept = Kept(tmp_path, TlsSettings(enabled=True))
    before = kept.keeper.word()
    async with following(kept):
        kept.now += (LEAF_DAYS - 10) * DAY
        event = await kept.happened(1)
    assert isinstance(event, CertificateRenewed)
    assert event.ends > kept.now + 80 * DAY
    (word,) = kept.words
    assert word.ca == before.ca
    assert word.chain == word.own_leaf != before.chain
    assert facts_of(Pair((tmp_path / "tls" / "leaf.pem").read_bytes(), b"")).fingerprint == event.fingerprint


async def test_a_leaf_of_the_future_is_made_anew(tmp_path: Path) -> None:
    kept = Kept(tmp_path, TlsSettings(enabled=True))
    kept.now += 50 * DAY
    future = await kept.keeper.renew()
    assert Kept(tmp_path, TlsSettings(enabled=True)).keeper.view().begins < future.begins


async def test_an_authority_that_ends_soon_is_made_anew(tmp_path: Path) -> None:
    kept = Kept(tmp_path, TlsSettings(enabled=True))
    before = kept.keeper.word()
    kept.now += 3_600 * DAY
    await kept.keeper.renew()
    assert kept.keeper.word().ca != before.ca


async def test_who_asks_gets_a_new_leaf_now(tmp_path: Path) -> None:
    kept = Kept(tmp_path, TlsSettings(enabled=True))
    before = kept.keeper.view()
    after = await kept.keeper.renew()
    assert after.fingerprint != before.fingerprint
    assert after == kept.keeper.view()
    assert kept.words[-1] == kept.keeper.word()


async def test_somebody_elses_is_shown_and_ours_is_there_for_datagrams(tmp_path: Path) -> None:
    pair = public("play.example.com")
    kept = Kept(tmp_path, given(tmp_path, pair))
    word, view = kept.keeper.word(), kept.keeper.view()
    assert (word.chain, word.key) == (pair.chain, pair.key)
    assert word.own_leaf != pair.chain
    assert (view.names, view.issuer, view.ca_file) == (("play.example.com",), "CN=Somebody's", "")
    assert view.certificate_file == str(tmp_path / "fullchain.pem")


async def test_a_renewed_file_is_taken_over(tmp_path: Path) -> None:
    kept = Kept(tmp_path, given(tmp_path, public("one.example")))
    async with following(kept):
        given(tmp_path, public("two.example"))
        event = await kept.happened(1)
    assert isinstance(event, CertificateRenewed)
    assert event.names == kept.keeper.view().names == ("two.example",)
    assert {word.chain for word in kept.words} == {(tmp_path / "fullchain.pem").read_bytes()}


async def told(kept: Kept, *names: str) -> None:
    """Wait until workers are told a leaf of our own with these names, and no wildcard."""
    with anyio.fail_after(20):
        while not kept.words or not set(names) <= set(own_leaf_names(kept.words[-1])):
            await anyio.lowlevel.checkpoint()
    assert not [name for name in own_leaf_names(kept.words[-1]) if "*" in name]


def own_leaf_names(word: UseCertificates) -> tuple[str, ...]:
    return facts_of(Pair(word.own_leaf, b"")).names


async def test_our_own_leaf_has_the_names_of_the_certificate_that_is_shown(tmp_path: Path) -> None:
    kept = Kept(tmp_path, given(tmp_path, public("one.example", "*.one.example", "2001:DB8::0:1")))
    first = kept.keeper.word()
    assert set(own_leaf_names(first)) == {*NAMES, "one.example", "2001:db8::1"}
    again = Kept(tmp_path, TlsSettings(True, tmp_path / "fullchain.pem", tmp_path / "privkey.pem"))
    assert again.keeper.word() == first
    async with following(kept):
        given(tmp_path, public("two.example", "*.two.example"))
        await told(kept, *NAMES, "two.example")
    assert (kept.words[-1].ca, len(kept.words)) == (first.ca, 2)


async def test_a_leaf_of_ours_that_cannot_be_written_does_not_hold_up_somebody_elses(tmp_path: Path) -> None:
    kept = Kept(tmp_path, given(tmp_path, public("one.example")))
    own = kept.keeper.word().own_leaf
    (tmp_path / "tls" / "leaf.pem.new").mkdir()  # Rights would not stop root.
    async with following(kept):
        kept.now += (LEAF_DAYS - 20) * DAY
        rejected = await kept.happened(1)
        assert isinstance(rejected, CertificateRejected)
        assert (rejected.file, kept.keeper.view().trouble) == (str(tmp_path / "tls"), rejected.reason)
        given(tmp_path, new_leaf(PUBLIC, ("two.example",), kept.now))
        assert isinstance(await kept.happened(2), CertificateRenewed)
        assert kept.words[-1].own_leaf == own
        (tmp_path / "tls" / "leaf.pem.new").rmdir()
        await told(kept, "two.example")
    assert (kept.keeper.view().trouble, len(kept.events)) == ("", 2)


async def test_a_leaf_below_another_authority_is_made_anew(tmp_path: Path) -> None:
    before = Kept(tmp_path, TlsSettings(enabled=True)).keeper.word()
    other = new_authority("Harena CA", time.time())
    (tmp_path / "tls" / "authority.pem").write_bytes(other.chain + other.key)
    after = Kept(tmp_path, TlsSettings(enabled=True)).keeper.word()
    assert (after.ca, (tmp_path / "tls" / "ca.pem").read_bytes()) == (other.chain, other.chain)
    assert after.own_leaf != before.own_leaf
    assert is_directly_below(Pair(after.own_leaf, b""), other)


async def test_what_clients_are_given_is_written_again(tmp_path: Path) -> None:
    before = Kept(tmp_path, TlsSettings(enabled=True)).keeper.word()
    (tmp_path / "tls" / "ca.pem").unlink()
    assert Kept(tmp_path, TlsSettings(enabled=True)).keeper.word() == before
    assert (tmp_path / "tls" / "ca.pem").read_bytes() == before.ca


async def test_a_leaf_of_ours_without_its_key_is_made_anew(tmp_path: Path) -> None:
    settings = given(tmp_path, public("one.example"))
    before = Kept(tmp_path, settings).keeper.word()
    (tmp_path / "tls" / "leaf.pem").write_bytes(before.own_leaf)
    after = Kept(tmp_path, settings).keeper.word()
    checked(Pair(after.own_leaf, after.own_key), time.time())


async def test_an_authority_without_its_own_key_signs_nothing(tmp_path: Path) -> None:
    Kept(tmp_path, TlsSettings(enabled=True))
    (tmp_path / "tls" / "authority.pem").write_bytes(PUBLIC.chain + new_authority("Another", time.time()).key)
    with pytest.raises(ValueError, match="the authority's key is not that of its certificate"):
        Kept(tmp_path, TlsSettings(enabled=True))


async def test_an_authority_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    Kept(tmp_path, TlsSettings(enabled=True))
    (tmp_path / "tls" / "authority.pem").write_bytes(b"rubbish")
    with pytest.raises(ValueError, match=r"tls/authority\.pem: there is no certificate in it"):
        Kept(tmp_path, TlsSettings(enabled=True))


async def test_a_link_that_leads_elsewhere_is_followed(tmp_path: Path) -> None:
    for name in ("archive1", "archive2", "live"):
        (tmp_path / name).mkdir()
    for name in ("archive1", "archive2"):
        given(tmp_path / name, public(f"{name}.example"))
    live = tmp_path / "live"
    for file in ("fullchain.pem", "privkey.pem"):
        (live / file).symlink_to(f"../archive1/{file}")
    kept = Kept(tmp_path, TlsSettings(True, live / "fullchain.pem", live / "privkey.pem"))
    async with following(kept):
        for file in ("fullchain.pem", "privkey.pem"):
            (live / "new").symlink_to(f"../archive2/{file}")
            (live / "new").replace(live / file)
        while not kept.words:
            await anyio.lowlevel.checkpoint()
    assert kept.keeper.view().names == ("archive2.example",)


async def test_what_will_not_do_is_told_once_and_changes_nothing(tmp_path: Path) -> None:
    kept = Kept(tmp_path, given(tmp_path, public("one.example")))
    before = kept.keeper.word()
    async with following(kept):
        (tmp_path / "privkey.pem").write_bytes(public("two.example").key)
        event = await kept.happened(1)
        assert isinstance(event, CertificateRejected)
        assert event.file == str(tmp_path / "fullchain.pem")
        assert "the key is not that of the certificate" in event.reason
        assert kept.keeper.view().trouble == event.reason
        assert (kept.keeper.word(), kept.words) == (before, [])
        (tmp_path / "privkey.pem").unlink()
        gone = await kept.happened(2)
        assert isinstance(gone, CertificateRejected)
        assert "No such file" in gone.reason
        with pytest.raises(NotRenewed, match="No such file"):
            await kept.keeper.renew()
        given(tmp_path, public("three.example"))
        assert isinstance(await kept.happened(3), CertificateRenewed)
    assert kept.keeper.view().trouble == ""
    assert kept.keeper.view().names == ("three.example",)


@pytest.mark.parametrize("content", [b"\x30\x82\x01\x0a", b"# B\xe4r\n", b"x" * (keeping.MAX_FILE_BYTES + 1)])
async def test_what_is_no_text_or_too_long_is_told_with_its_file(tmp_path: Path, content: bytes) -> None:
    kept = Kept(tmp_path, given(tmp_path, public("one.example")))
    (tmp_path / "privkey.pem").write_bytes(content)
    with pytest.raises(NotRenewed, match=r"privkey\.pem: (it is not UTF-8|the file has more)"):
        await kept.keeper.renew()


@pytest.mark.parametrize("days", [-20 * 365, -1])
async def test_a_clock_that_is_early_takes_nobody_the_authority_that_clients_trust(tmp_path: Path, days: int) -> None:
    before = Kept(tmp_path, TlsSettings(enabled=True)).keeper.word()
    with pytest.raises(ValueError, match=r"begins on 20.* only: is this machine's clock right\?"):
        Kept(tmp_path, TlsSettings(enabled=True), now=time.time() + days * DAY)
    assert Kept(tmp_path, TlsSettings(enabled=True)).keeper.word() == before


async def test_the_authority_before_is_kept_should_the_clock_have_been_wrong(tmp_path: Path) -> None:
    before = Kept(tmp_path, TlsSettings(enabled=True)).keeper.word()
    Kept(tmp_path, TlsSettings(enabled=True), now=time.time() + 20 * 365 * DAY)
    with pytest.raises(ValueError, match="authority-before"):
        Kept(tmp_path, TlsSettings(enabled=True))
    (tmp_path / "tls" / "authority-before.pem").replace(tmp_path / "tls" / "authority.pem")
    assert Kept(tmp_path, TlsSettings(enabled=True)).keeper.word().ca == before.ca


async def test_who_puts_back_the_old_one_has_no_trouble(tmp_path: Path) -> None:
    pair = public("one.example")
    kept = Kept(tmp_path, given(tmp_path, pair))
    async with following(kept):
        given(tmp_path, Pair(b"rubbish", b""))
        await kept.happened(1)
        given(tmp_path, pair)
        with anyio.fail_after(20):
            while kept.keeper.view().trouble:
                await anyio.lowlevel.checkpoint()
    assert kept.words == []


async def test_renewing_reads_somebody_elses_files_at_once(tmp_path: Path) -> None:
    kept = Kept(tmp_path, given(tmp_path, public("one.example")))
    given(tmp_path, public("two.example"))
    assert (await kept.keeper.renew()).names == ("two.example",)


async def test_who_does_not_renew_is_told_once(tmp_path: Path) -> None:
    kept = Kept(tmp_path, given(tmp_path, public("one.example")))
    async with following(kept):
        kept.now += (LEAF_DAYS - 9) * DAY
        ending = CertificateEnding(str(tmp_path / "fullchain.pem"), ("one.example",), kept.keeper.view().ends)
        await kept.happened(1)
        given(tmp_path, new_leaf(PUBLIC, ("two.example",), kept.now))
        await kept.happened(2)
    assert kept.events[0] == ending
    assert isinstance(kept.events[1], CertificateRenewed)


def test_a_certificate_and_its_key_go_together(tmp_path: Path) -> None:
    settings = TlsSettings(enabled=True, certificate=given(tmp_path, public("one.example")).certificate)
    with pytest.raises(ValueError, match="set both, or neither"):
        Kept(tmp_path, settings)


def test_the_names_of_a_server_are_those_that_anybody_could_use() -> None:
    names = own_names(TlsSettings(names="play.example.com, 192.0.2.7"), "0.0.0.0", "lan.example")
    assert names[:3] == ("play.example.com", "192.0.2.7", "lan.example")
    assert {"localhost", "127.0.0.1", "::1"} < set(names)
    assert not {"", "0.0.0.0"} & set(names)


def test_an_address_is_written_as_a_certificate_gives_it_back(tmp_path: Path) -> None:
    names = own_names(TlsSettings(names="2001:DB8::0:1"), "fe80::1%eth0", "")
    assert names[:2] == ("2001:db8::1", "fe80::1")
    first = Kept(tmp_path, TlsSettings(enabled=True), names).keeper.word()
    assert Kept(tmp_path, TlsSettings(enabled=True), names).keeper.word() == first
