"""`harena run`: a whole server, for production."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.options import ReadyFile

DEFAULT_FILE = Path("harena.toml")


def run(
    scripts_dir: Annotated[
        Path | None,
        typer.Argument(
            metavar="SCRIPTS_DIR",
            exists=True,
            file_okay=False,
            help="The folder to watch, instead of the configuration's.",
            show_default=False,
        ),
    ] = None,
    config_file: Annotated[
        Path | None,
        typer.Option(
            "--config",
            envvar="HARENA_CONFIG",
            metavar="FILE",
            help="The configuration; without it, harena.toml where there is one.",
        ),
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="HOST", help="The address to listen at, for all ports.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", metavar="PORT", help="Where players connect, the first of several workers; 0 picks a free port."
        ),
    ] = None,
    http_port: Annotated[
        int | None, typer.Option("--http-port", metavar="PORT", help="Where the API answers; 0 picks a free port.")
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help="Where everything is kept.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Relay workers; each takes a port and a core.")
    ] = None,
    log_format: Annotated[
        str | None, typer.Option("--log-format", metavar="FORMAT", help="Of the log: text or json.")
    ] = None,
    ready_file: ReadyFile = None,
) -> None:
    """Run a server for production, until SIGTERM.

    Players enter only with a player session, which `harena player create` makes. Settings come from these options, the
    environment (HARENA_PORT, HARENA_SANDBOX__MEMORY_BYTES, ...) and one TOML file, in this order.
    """
    given = {
        "scripts": scripts_dir,
        "host": host,
        "port": port,
        "http_port": http_port,
        "data": data,
        "workers": workers,
        "log.format": log_format,
        "ready_file": ready_file,
    }
    options: dict[str, object] = {
        key: str(one) if isinstance(one, Path) else one for key, one in given.items() if one is not None
    }
    _run(config_file or (DEFAULT_FILE if DEFAULT_FILE.exists() else None), options)


def _run(file: Path | None, options: dict[str, object]) -> None:
    from runtime.cli.serving import serve_until_stopped
    from runtime.config import Admission, Start
    from runtime.event_log import log_event
    from runtime.settings import load

    start = Start(Admission.RESERVED, file=file.absolute() if file else None)
    serve_until_stopped(lambda: load(start, options), log_event)
