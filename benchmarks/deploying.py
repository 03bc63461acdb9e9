"""How long a saved script takes to count: from the save to the event ``Deployed``, and to the first answer by the new
version in a new game session. A real ``harena dev``, seen from outside; saves as editors make them.

``python -m benchmarks.deploying [--saves N] [--json FILE]`` prints milliseconds. Goals: p99 below 1 s and 1.2 s.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import anyio

from benchmarks.crowd import CROWD_SCRIPT, crowd
from benchmarks.dev_server import DevServer, dev_server
from harena import Client

SAVES = 100
SCRIPTS = 30
GAME_SESSIONS = 20
GOALS_SECONDS = {"save -> active": 1.0, "save -> first ruling": 1.2}

#: A game of some length, so that there is something to check.
SCRIPT = (
    CROWD_SCRIPT
    + """

VERSION = 0


def on_player_accepted(player):
    session.send(player, 9, str(VERSION))
"""
)


def in_place(path: Path, text: str) -> None:
    """Save as plain editors do."""
    path.write_text(text)


def by_rename(path: Path, text: str) -> None:
    """Save as careful editors do: beside the file, then in its place."""
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text)
    os.replace(beside, path)


async def saved(server: DevServer, events: AsyncIterator[dict[str, object]], path: Path, number: int) -> list[float]:
    """Save a version; give the seconds until it was active, and until it had ruled."""
    text = SCRIPT.replace("VERSION = 0", f"VERSION = {number}")
    began = time.monotonic()
    (by_rename if number % 2 else in_place)(path, text)
    async for event in events:
        if event["event"] == "Deployed" and event["script"] == path.stem:
            break
    active = time.monotonic() - began
    async with Client.connect(server.url, f"{path.stem}/save-{number}") as client:
        told = await client.receive(9)
    if told.text != str(number):
        raise RuntimeError(f"version {told.text} ruled after {number} was active")
    return [active, time.monotonic() - began]


async def measured(scripts: int, game_sessions: int, saves: int) -> dict[str, list[float]]:
    """Measure with so many scripts in the folder and so many game sessions under way; give seconds by goal."""
    found: list[list[float]] = []
    pauses = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "scripts"
        folder.mkdir()
        for number in range(scripts):
            (folder / f"game{number}.py").write_text(SCRIPT)
        logins = [f"game{1 + number}/room" for number in range(game_sessions)]
        async with dev_server(folder, Path(name)) as server, AsyncExitStack() as stack:
            events = await stack.enter_async_context(server.events())
            if logins:
                await stack.enter_async_context(crowd(server.url, logins))
            for number in range(1, saves + 1):
                progress(f"{scripts} scripts, {game_sessions} game sessions: save {number} of {saves}")
                await anyio.sleep(pauses.uniform(0.1, 0.6))  # At no particular moment of the watcher's.
                found.append(await saved(server, events, folder / "game0.py", number))
    progress("")
    return dict(zip(GOALS_SECONDS, map(list, zip(*found, strict=True)), strict=True))


def progress(text: str) -> None:
    """Say how far it is, where somebody looks on."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """Give the percentiles in milliseconds."""
    ordered = sorted(seconds)
    p99 = statistics.quantiles(ordered, n=100, method="inclusive")[98]
    named = {"p50": statistics.median(ordered), "p99": p99, "least": ordered[0], "most": ordered[-1]}
    return {name: round(value * 1000, 1) for name, value in named.items()}


def main() -> None:
    """Measure with one script, with thirty, and under load; print all."""
    parser = argparse.ArgumentParser(description="How long a saved script takes to count.")
    parser.add_argument("--saves", type=int, default=SAVES, help="in each of the three scenes (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    asked = parser.parse_args()
    everything = []
    for scripts, game_sessions in ((1, 0), (SCRIPTS, 0), (SCRIPTS, GAME_SESSIONS)):
        figures = anyio.run(measured, scripts, game_sessions, max(asked.saves, 2))
        for name, seconds in figures.items():
            of = summary(seconds)
            everything.append({"scripts": scripts, "game_sessions": game_sessions, "what": name, **of})
            scene = f"{scripts:2} scripts, {game_sessions:2} games: {name:21}"
            spread = f"({of['least']:.0f} to {of['most']:.0f})"
            print(f"{scene} p50 {of['p50']:5.0f} ms, p99 {of['p99']:5.0f} ms {spread}", flush=True)  # noqa: T201
    print("goal                : " + ", ".join(f"{name} {most:g} s" for name, most in GOALS_SECONDS.items()))  # noqa: T201
    if asked.json:
        asked.json.write_text(json.dumps({"saves": asked.saves, "figures": everything}, indent=1) + "\n")


if __name__ == "__main__":
    main()
