"""The command's options, and what they choose."""

import argparse
from pathlib import Path

from benchmarks.relaying.work import FLUSH_MILLISECONDS, ROOMS_OF, Work, goals, works


def parser() -> argparse.ArgumentParser:
    """Give the command line."""
    made = argparse.ArgumentParser(
        prog="make bench-relay", description="What relays cost, on the same work in the same minutes."
    )
    made.add_argument("--quick", action="store_true", help="the two works with goals, three short rounds")
    made.add_argument("--only", action="append", metavar="NAME", help="these contenders only; may be given again")
    made.add_argument("--rooms", type=int, nargs="+", metavar="SIZE", help="rooms of these sizes only")
    made.add_argument("--work", action="append", metavar="NAME", help="these works only, as --list names them")
    made.add_argument("--rounds", type=int, metavar="N", help="how often all take turns (5; with --quick 3)")
    made.add_argument("--seconds", type=float, metavar="S", help="how long each is measured (5; with --quick 3)")
    made.add_argument(
        "--flush-ms", type=int, default=FLUSH_MILLISECONDS, metavar="T", help="where clients speak at a rate"
    )
    made.add_argument("--besides", action="store_true", help="idle connections and logins, and nothing else")
    made.add_argument("--json", type=Path, metavar="FILE", help="write every measurement there")
    made.add_argument("--no-wait", action="store_true", help="do not wait for quiet cores")
    made.add_argument("--list", action="store_true", help="list contenders and works, and do nothing")
    return made


def chosen_works(given: argparse.Namespace) -> list[Work]:
    """Give the works that the options choose."""
    seconds = given.seconds or (3.0 if given.quick else 5.0)
    everything = goals(seconds, given.flush_ms)
    if not given.quick:
        never_waits = [work for work in goals(seconds, 0) if work.size == 50]
        everything = works(tuple(given.rooms or ROOMS_OF), seconds, given.flush_ms) + never_waits
    in_rooms = [work for work in everything if not given.rooms or work.size in given.rooms]
    return [work for work in in_rooms if not given.work or work.name in given.work]


def chosen_rounds(given: argparse.Namespace) -> int:
    """Give how many rounds there are."""
    return given.rounds or (3 if given.quick else 5)
