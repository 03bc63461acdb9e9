"""`harena net`: a network that is bad on purpose, to see how a game takes it."""

import re
from typing import Annotated

import typer

from runtime.cli.options import DEFAULT_HOST, DEFAULT_HTTP_PORT, GameSessionArgument, HttpHost, HttpPort

_UNITS = {"ms": 0.001, "s": 1.0}
_TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|s)")


def _share(text: object) -> float:
    """Read ``5%``."""
    try:
        share = float(str(text).removesuffix("%")) / 100
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise typer.BadParameter(f"{text} is no share: write it like 5%")
    return share


def _seconds(text: str) -> float:
    found = _TIME.fullmatch(text)
    if not found:
        why = f"{text!r} is no time: write it like 80ms, or 80ms~20ms for 60 to 100"
        raise typer.BadParameter(why, param_hint="'--delay'")
    return float(found[1]) * _UNITS[found[2]]


def _delay(text: str) -> tuple[float, float]:
    """Read ``80ms`` or ``80ms~20ms``: seconds, and how far from that either way."""
    from desk.house import MAX_DELAY_SECONDS

    mean, _, jitter = text.partition("~")
    seconds = _seconds(mean), _seconds(jitter) if jitter else 0.0
    if max(seconds) > MAX_DELAY_SECONDS:
        raise typer.BadParameter(f"{text!r} is too long: {MAX_DELAY_SECONDS:g}s is the most", param_hint="'--delay'")
    return seconds


def net(
    game_session: GameSessionArgument,
    loss: Annotated[
        float, typer.Option("--loss", parser=_share, metavar="5%", help="Datagrams that are lost, each way.")
    ] = 0,
    delay: Annotated[
        str,
        typer.Option("--delay", metavar="80ms~20ms", help="What everything takes longer, each way: here 60 to 100 ms."),
    ] = "0ms",
    reorder: Annotated[
        float, typer.Option("--reorder", parser=_share, metavar="2%", help="Datagrams that come after later ones.")
    ] = 0,
    player: Annotated[
        str, typer.Option("--player", metavar="ID", help="This player's network alone; otherwise everybody's.")
    ] = "",
    http_host: HttpHost = DEFAULT_HOST,
    http_port: HttpPort = DEFAULT_HTTP_PORT,
) -> None:
    """Make the network of a game session's players bad, on a server started with `harena dev`.

    Datagrams are lost, late and out of order; what goes by WebSocket is late. Without options it is good again.
    """
    from desk.house import GameSessionView
    from runtime.cli.desk_client import DeskClient
    from runtime.cli.printing import print_text

    delay_seconds, jitter_seconds = _delay(delay)
    body = {
        "player_id": player,
        "loss": loss,
        "reorder": reorder,
        "delay_seconds": delay_seconds,
        "jitter_seconds": jitter_seconds,
    }
    DeskClient(http_host, http_port).post(GameSessionView, body, "game-sessions", game_session, "network")
    bad = any((loss, reorder, delay_seconds, jitter_seconds))
    print_text(f"the network of {player or 'everybody'} is {'bad' if bad else 'as good as it is'} from now on")
