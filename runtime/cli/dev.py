"""`harena dev`: a whole server on this machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from runtime.config import DevConfig


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
    ready_file: ReadyFile = None,
) -> None:
    """Run a server for development, until Ctrl+C.

    Everything is on this machine, with defaults that suit one developer; whoever reaches the port may play.
    """
    from runtime.config import DevConfig

    _serve(DevConfig(scripts_dir, host, port, http_port, data, script, ready_file))


def _serve(config: "DevConfig") -> None:
    import anyio
    from rich.text import Text

    from runtime.cli.refusal import Refusal
    from runtime.console import DevConsole
    from runtime.server import CannotServe, serve

    console = DevConsole()
    try:
        anyio.run(serve, config, console.tell, backend_options={"use_uvloop": _has_uvloop()})
    except CannotServe as error:
        hint = (
            "`harena status` tells whether a server runs already; --port, --http-port and --data make room for another"
        )
        raise Refusal(str(error), hint) from error
    console.print(Text("stopped"))


def _has_uvloop() -> bool:
    from importlib.util import find_spec

    return find_spec("uvloop") is not None
