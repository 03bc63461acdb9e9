"""What `harena dev` and `harena run` share: a server runs in this process until it is told to stop."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from desk.events import Event
    from runtime.config import Config


def serve_until_stopped(read: "Callable[[], Config]", show: "Callable[[Event], None]") -> None:
    """Serve until SIGINT or SIGTERM; the configuration is read now, and again whenever its file changes.

    Raises `Refusal` where it is faulty, or the server cannot run.
    """
    import anyio

    from runtime.cli.refusal import Refusal
    from runtime.server import CannotServe, serve

    config = _read(read)
    try:
        anyio.run(serve, config, show, read, backend_options={"use_uvloop": _has_uvloop()})
    except CannotServe as error:
        raise Refusal(str(error), error.hint) from error


def _read(read: "Callable[[], Config]") -> "Config":
    from runtime.cli.refusal import ExitCode, Refusal
    from runtime.config_faults import Misconfigured
    from runtime.fault_text import printable

    try:
        return read()
    except Misconfigured as error:
        for fault in error.faults:
            typer.echo(printable(str(fault)), err=True)
        count = "one fault" if len(error.faults) == 1 else f"{len(error.faults)} faults"
        hint = "docs/reference/settings.md names every setting"
        raise Refusal(f"the configuration has {count}", hint, ExitCode.USAGE) from None


def _has_uvloop() -> bool:
    from importlib.util import find_spec

    return find_spec("uvloop") is not None
