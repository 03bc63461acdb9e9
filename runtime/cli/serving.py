"""What `harena dev` and `harena run` share: a server runs in this process until it is told to stop."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desk.events import Event
    from runtime.config import Config


def serve_until_stopped(
    config: "Config", show: "Callable[[Event], None]", again: "Callable[[], Config] | None" = None
) -> None:
    """Serve until SIGINT or SIGTERM. Raises `Refusal` where the server cannot run."""
    import anyio

    from runtime.cli.refusal import Refusal
    from runtime.server import CannotServe, serve

    try:
        anyio.run(serve, config, show, again, backend_options={"use_uvloop": _has_uvloop()})
    except CannotServe as error:
        hint = (
            "`harena status` tells whether a server runs already; --port, --http-port and --data make room for another"
        )
        raise Refusal(str(error), hint) from error


def _has_uvloop() -> bool:
    from importlib.util import find_spec

    return find_spec("uvloop") is not None
