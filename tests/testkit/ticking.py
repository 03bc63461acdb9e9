"""A script that logs each of its ticks."""

from harena import session

configuration = {"tick_hz": 20}


def on_tick(dt: float) -> None:
    session.log.info("tick %s", dt)
