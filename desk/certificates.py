"""The certificate that players are shown: what it is, and that it be renewed."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from desk.certificate_view import CertificateView, NoTls
from desk.writing import answer


class Certificates(Protocol):
    """What the routes need of whoever keeps the certificates."""

    def view(self) -> CertificateView:
        """The certificate that new connections are shown."""
        ...

    async def renew(self) -> CertificateView:
        """Make a new one, or look for one where it is somebody else's. Raises `NotRenewed`."""
        ...


def certificate_routes(certificates: Certificates | None) -> list[BaseRoute]:
    """Make the routes; they lie below the API's own path."""

    def kept() -> Certificates:
        if certificates is None:
            raise NoTls("this server speaks no TLS, so that it has no certificate")
        return certificates

    async def show(_request: Request) -> Response:
        return answer(kept().view())

    async def renew(_request: Request) -> Response:
        return answer(await kept().renew())

    return [Route("/certificate", show), Route("/certificate/renew", renew, methods=["POST"])]
