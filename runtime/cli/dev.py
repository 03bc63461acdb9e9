"""`harena dev`: a whole server on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import (
    DEFAULT_DATA,
    DEFAULT_HOST,
    DEFAULT_HTTP_PORT,
    DEFAULT_PORT,
    Data,
    Host,
    OwnHttpPort,
    Port,
    ReadyFile,
    Script,
)


def dev(
    scripts_dir: Annotated[
        Path | None,
        typer.Argument(
            metavar="SCRIPTS_DIR",
            exists=True,
            file_okay=False,
            help="The folder to watch: what is saved there counts at once. Without it, none is watched.",
            show_default=False,
        ),
    ] = None,
    host: Host = DEFAULT_HOST,
    port: Port = DEFAULT_PORT,
    http_port: OwnHttpPort = DEFAULT_HTTP_PORT,
    data: Data = DEFAULT_DATA,
    script: Script = None,
    secrets: Annotated[
        Path | None,
        typer.Option(
            "--secrets",
            metavar="FILE",
            dir_okay=False,
            help="A TOML file with [secrets.SCRIPT], for session.secret; nothing else in it is read.",
        ),
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Let players connect by TLS, with a certificate that the server makes itself.")
    ] = False,
    ready_file: ReadyFile = None,
) -> None:
    """Run a server for development, until Ctrl+C.

    Everything is on this machine, with defaults that suit one developer; whoever reaches the port may play.
    """
    from dataclasses import replace

    from rich.text import Text

    from runtime.cli.serving import serve_until_stopped
    from runtime.config import Admission, Config, LogSettings, Site, Start
    from runtime.console import DevConsole
    from runtime.secret_settings import secrets_of
    from runtime.tls.settings import TlsSettings

    file = secrets.absolute() if secrets else None
    site = Site(host, port, http_port, scripts_dir, data, ready_file)
    start = Start(Admission.ANYBODY, script, file)
    config = Config(start, site, tls=TlsSettings(enabled=tls), log=LogSettings("warning"))
    console = DevConsole()
    serve_until_stopped(lambda: replace(config, secrets=secrets_of(file)) if file else config, console.tell)
    console.print(Text("stopped"))
