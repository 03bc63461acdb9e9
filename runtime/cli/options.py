"""Options that several commands take. Typer reads them from these annotations; the defaults are the commands' own."""

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 1900
DEFAULT_HTTP_PORT = 9080
DEFAULT_DATA = Path(".harena")

_SERVER = "The server to ask"

HttpHost = Annotated[
    str, typer.Option("--http-host", metavar="HOST", help="The server's address.", rich_help_panel=_SERVER)
]
HttpPort = Annotated[
    int,
    typer.Option(
        "--http-port",
        envvar="HARENA_HTTP_PORT",
        min=1,
        max=65_535,
        metavar="PORT",
        help="The server's API port.",
        rich_help_panel=_SERVER,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
ScriptArgument = Annotated[str, typer.Argument(metavar="SCRIPT", help="The script's name, as in its file's name.")]

GameSessionArgument = Annotated[
    str, typer.Argument(metavar="GAME_SESSION", help="Its id, or the beginning of it where that is unique.")
]

Host = Annotated[
    str, typer.Option("--host", envvar="HARENA_HOST", metavar="HOST", help="The address to listen at, for all ports.")
]
Port = Annotated[
    int,
    typer.Option(
        "--port",
        envvar="HARENA_PORT",
        min=0,
        max=65_535,
        metavar="PORT",
        help="Where players connect; 0 picks a free port.",
    ),
]
OwnHttpPort = Annotated[
    int,
    typer.Option(
        "--http-port",
        envvar="HARENA_HTTP_PORT",
        min=0,
        max=65_535,
        metavar="PORT",
        help="Where the API answers; 0 picks a free port.",
    ),
]
Data = Annotated[
    Path,
    typer.Option("--data", envvar="HARENA_DATA", metavar="DIR", file_okay=False, help="Where everything is kept."),
]
Script = Annotated[
    str | None,
    typer.Option(
        "--script",
        envvar="HARENA_SCRIPT",
        metavar="NAME",
        help="The script for logins that name none; without it, the only one that there is.",
    ),
]
ReadyFile = Annotated[
    Path | None,
    typer.Option(
        "--ready-file",
        metavar="FILE",
        dir_okay=False,
        help="A file to write the ports to, as JSON, once players can connect.",
    ),
]
