"""The certificate that players are shown, as the command sees it."""

from session.values import value


class NoTls(LookupError):
    """This server speaks no TLS; the message says so."""


class NotRenewed(Exception):
    """The certificate stays as it is; the message says why."""


@value
class CertificateView:
    """A certificate. `begins` and `ends` are in Unix seconds; `fingerprint` is SHA-256, as `openssl` writes it.

    `certificate_file` is empty where it is the server's own; then `ca_file` is what clients are to trust. `trouble`
    says why a newer one does not count, and for which names the fast channel's has no room, as long as that is so.
    """

    names: tuple[str, ...]
    issuer: str
    begins: float
    ends: float
    fingerprint: str
    certificate_file: str = ""
    ca_file: str = ""
    trouble: str = ""
