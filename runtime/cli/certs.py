"""`harena certs`: the certificate that players are shown."""

from typing import TYPE_CHECKING

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, AsJson, HttpHost, HttpPort

if TYPE_CHECKING:
    from desk.certificate_view import CertificateView

app = typer.Typer(help="The certificate that players are shown, on a running server.", no_args_is_help=True)


@app.command()
def show(http_host: HttpHost = DEFAULT_HOST, http_port: HttpPort = DEFAULT_HTTP_PORT, as_json: AsJson = False) -> None:
    """Show the certificate: its names, its end, its fingerprint, and what clients are to trust."""
    from desk.certificate_view import CertificateView
    from runtime.cli.desk_client import DeskClient

    _print(DeskClient(http_host, http_port).view(CertificateView, "certificate"), as_json=as_json)


@app.command()
def renew(http_host: HttpHost = DEFAULT_HOST, http_port: HttpPort = DEFAULT_HTTP_PORT, as_json: AsJson = False) -> None:
    """Have a new certificate made below the server's own authority; or read the files of `tls.certificate` now.

    Who is connected stays so. New connections are shown the new certificate.
    """
    from desk.certificate_view import CertificateView
    from runtime.cli.desk_client import DeskClient

    _print(DeskClient(http_host, http_port).post(CertificateView, {}, "certificate", "renew"), as_json=as_json)


def _print(view: "CertificateView", *, as_json: bool) -> None:
    from runtime.cli.printing import plain_table, print_json, print_text, shown_time

    if as_json:
        print_json(view)
        return
    rows = [
        ("names", ", ".join(view.names)),
        ("issuer", view.issuer),
        ("from", shown_time(view.begins)),
        ("until", shown_time(view.ends)),
        ("SHA-256", view.fingerprint),
        ("file", view.certificate_file),
        ("trust", view.ca_file),
        ("trouble", view.trouble),
    ]
    print_text(plain_table(("", ""), [row for row in rows if row[1]]).rstrip("\n"))
