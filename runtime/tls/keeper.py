"""The keeper of the certificates: makes our own, follows somebody else's, and has the workers told when one is new.

A new certificate is tried before it counts. One that will not do is told once, and changes nothing.
"""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import anyio
from anyio import to_thread

from desk.certificate_view import CertificateView, NotRenewed
from desk.events import CertificateCrowded, CertificateEnding, CertificateRejected, CertificateRenewed, Event
from relay.tls_context import BadCertificate
from runtime.config_file import read_bounded, why
from runtime.tls.certificates import (
    CertificateFacts,
    Pair,
    checked,
    covers_a_leaf,
    ends_soon,
    facts_of,
    is_directly_below,
    is_due,
    new_authority,
    new_leaf,
)
from runtime.tls.folder import CertificateFolder
from runtime.tls.leaf_names import LeafNames, fitted
from runtime.tls.settings import TlsSettings, canonical
from runtime.words import UseCertificates

#: How often the files are looked at. What they say counts when two looks have found the same: who writes a certificate
#: writes its key in another moment.
LOOK_SECONDS = 1.0
#: What is called so among the troubles.
_NAMES = "tls.names"
#: Nobody's chain is longer.
MAX_FILE_BYTES = 256 * 1024


class CertificateKeeper:
    """Has what is shown, from ``load`` on."""

    def __init__(
        self,
        settings: TlsSettings,
        folder: Path,
        names: tuple[str, ...],
        publish: Callable[[Event], None],
        tell: Callable[[UseCertificates], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``names`` are those of our own leaf, which gets those of somebody else's as well; ``tell`` speaks to all
        workers; ``clock`` gives Unix seconds.
        """
        self._files = (settings.certificate, settings.key)
        self._folder = CertificateFolder(folder)
        self._names = names
        self._publish = publish
        self._clock = clock
        self._tell = tell
        #: What is wrong, by the file or folder that it is about.
        self._troubles: dict[str, str] = {}
        #: The fingerprint of the certificate that is known to end soon.
        self._ending = ""
        self._seen: Pair | None = None
        self._one_at_a_time = anyio.Lock()

    def load(self) -> None:
        """Read or make what is shown first. Raises OSError, or ValueError."""
        given = self._given()
        self._leaf_names = self._wanted_names(checked(given, self._clock()) if given else None)
        self._authority, self._own = self._own_pairs(self._leaf_names.names)
        self._shown = self._seen = given or self._own
        self._facts = checked(self._shown, self._clock())

    def word(self) -> UseCertificates:
        """What a worker is told."""
        shown, own = self._shown, self._own
        return UseCertificates(shown.chain, own.chain, self._authority.chain, shown.key, own.key)

    def view(self) -> CertificateView:
        """What players are shown."""
        facts, file = self._facts, self._certificate_file
        ca_file = "" if file else str(self._folder.ca_file.absolute())
        trouble = "; ".join(self._troubles.values())
        return CertificateView(
            facts.names, facts.issuer, facts.begins, facts.ends, facts.fingerprint, file, ca_file, trouble
        )

    async def run(self) -> None:
        """Look from time to time whether there is a new one, or has to be, for ever."""
        while True:
            await anyio.sleep(LOOK_SECONDS)
            async with self._one_at_a_time:
                await self._look()

    async def renew(self) -> CertificateView:
        """Make a new leaf of our own; where the certificate is somebody else's, read it now. Raises NotRenewed."""
        async with self._one_at_a_time:
            try:
                if self._certificate_file:
                    self._seen = await to_thread.run_sync(self._given)
                    self._take(self._seen or self._own)
                else:
                    await self._renew_own()
            except (OSError, ValueError) as error:
                raise NotRenewed(str(error)) from None
        return self.view()

    @property
    def _certificate_file(self) -> str:
        return str(self._files[0] or "")

    async def _look(self) -> None:
        """Somebody else's first, as our own has its names; what is wrong with one does not hold up the other."""
        if self._certificate_file:
            await self._tried(self._certificate_file, self._follow)
            self._warn()
        await self._tried(str(self._folder.path), self._keep_own)
        self._warn_of_names()

    async def _tried(self, file: str, job: Callable[[], Awaitable[None]]) -> None:
        """Do something with a file or folder, and tell once that it cannot be done."""
        try:
            await job()
        except (OSError, ValueError) as error:
            reason = str(error)
            if self._troubles.get(file) != reason:
                self._troubles[file] = reason
                self._publish(CertificateRejected(file, reason))

    async def _follow(self) -> None:
        given = await to_thread.run_sync(self._given)
        before, self._seen = self._seen, given
        if given == self._shown:
            self._troubles.pop(self._certificate_file, None)
        elif given is not None and given == before:
            self._take(given)

    async def _keep_own(self) -> None:
        """Make the next leaf of our own when it is time, or when it needs other names."""
        other_names = self._wanted_names(self._facts) != self._leaf_names
        if other_names or is_due(facts_of(self._own), self._clock()):
            await self._renew_own()
        self._troubles.pop(str(self._folder.path), None)

    def _warn(self) -> None:
        """Say once of a certificate that it ends soon."""
        facts = self._facts
        if ends_soon(facts, self._clock()) and self._ending != facts.fingerprint:
            self._ending = facts.fingerprint
            self._publish(CertificateEnding(self._certificate_file, facts.names, facts.ends))

    def _warn_of_names(self) -> None:
        """Say once that there are more names than our own leaf has room for."""
        trouble, told = self._leaf_names.trouble, self._troubles.pop(_NAMES, "")
        if trouble:
            self._troubles[_NAMES] = trouble
        if trouble and trouble != told:
            self._publish(CertificateCrowded(self._leaf_names.left_out, trouble))

    async def _renew_own(self) -> None:
        names = self._wanted_names(self._facts)
        self._authority, self._own = await to_thread.run_sync(partial(self._own_pairs, names.names, anew=True))
        self._leaf_names = names
        if self._certificate_file:
            self._tell(self.word())
        else:
            self._take(self._own)

    def _take(self, pair: Pair) -> None:
        """Show another certificate, if it will do. Raises BadCertificate."""
        self._facts = checked(pair, self._clock())
        self._shown = pair
        self._troubles.pop(self._certificate_file, None)
        self._tell(self.word())
        facts = self._facts
        self._publish(CertificateRenewed(facts.names, facts.ends, facts.fingerprint))

    def _given(self) -> Pair | None:
        """Read somebody else's certificate and key, None where there is none. Raises OSError or ValueError."""
        certificate, key = self._files
        if certificate is None and key is None:
            return None
        if certificate is None or key is None:
            raise BadCertificate("tls.certificate and tls.key go together: set both, or neither")
        return Pair(_content(certificate), _content(key))

    def _wanted_names(self, shown: CertificateFacts | None) -> LeafNames:
        """Give the names of our own leaf: who was led here by another certificate calls it by that one's names."""
        names = shown.names if shown and self._certificate_file else ()
        others = dict.fromkeys(canonical(name) for name in names if name and name.isascii() and "*" not in name)
        return fitted(self._names, [name for name in others if name not in self._names])

    def _facts_of_authority(self, authority: Pair) -> CertificateFacts:
        try:
            return facts_of(authority)
        except BadCertificate as error:
            raise BadCertificate(f"{self._folder.authority_file}: {error}") from None

    def _own_pairs(self, names: tuple[str, ...], *, anew: bool = False) -> tuple[Pair, Pair]:
        """Read our own authority and leaf; make what is missing, ends soon, will not do or is wanted anew."""
        folder, now = self._folder, self._clock()
        authority, leaf = folder.authority(), folder.leaf()
        if authority is None or not covers_a_leaf(self._facts_of_authority(authority), now):
            authority = new_authority("Harena CA", now)
            folder.keep_authority(authority)
        folder.keep_ca(authority)
        if anew or leaf is None or not _will_do(leaf, authority, names, now):
            leaf = new_leaf(authority, names, now)
            folder.keep_leaf(leaf)
        return authority, leaf


def _will_do(leaf: Pair, authority: Pair, names: tuple[str, ...], now: float) -> bool:
    """Say whether a leaf of ours is whole, lasts, has these names, and is vouched for by what clients are given."""
    try:
        facts = checked(leaf, now)
    except BadCertificate:
        return False
    return not is_due(facts, now) and set(facts.names) == set(names) and is_directly_below(leaf, authority)


def _content(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_FILE_BYTES).encode()
    except ValueError as error:
        raise BadCertificate(f"{path}: {why(error)}") from None
