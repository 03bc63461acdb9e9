"""The command: build, install, wait for quiet, let all take turns, print."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version

from benchmarks.relaying import besides
from benchmarks.relaying.contenders import contenders
from benchmarks.relaying.contending import Contender, ContenderFailed, Ground
from benchmarks.relaying.generating import GeneratorFailed
from benchmarks.relaying.installing import BUILT, PEERS, CannotBuild, build, build_tls, install_peers
from benchmarks.relaying.measuring import Idle, Logins, Range, measure
from benchmarks.relaying.options import chosen_rounds, chosen_works, parser
from benchmarks.relaying.processes import QUIET_SHARE, processor_name, two_cores, used_share
from benchmarks.relaying.table import HEADINGS, drawn, rows
from benchmarks.relaying.work import Measured, Work

#: After so many looks at busy cores the measurement begins all the same.
PATIENCE_LOOKS = 60


def say(text: str) -> None:
    """Tell how it goes, on standard error: standard output is for the table."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def wait_for_quiet() -> None:
    """Wait until nobody else works on this machine, for two minutes at most."""
    for look in range(PATIENCE_LOOKS):
        share = used_share()
        if share <= QUIET_SHARE:
            return
        if look % 5 == 0:
            say(f"waiting: somebody else uses {share:.0%} of this machine's cores (--no-wait measures all the same)")
    say("the cores do not become quiet: what follows is measured beside something else")


def invited(only: Sequence[str] | None) -> list[Contender]:
    """Give the contenders that are wanted and can run; say which cannot. Ends the command where one is not known."""
    there = contenders(install_peers(), build_tls())
    if unknown := set(only or ()) - {each.name for each in there}:
        sys.exit(f"no contender is called {', '.join(sorted(unknown))}; --list shows them")
    wanted = [each for each in there if not only or each.name in only]
    for each in wanted:
        if each.lacks:
            say(f"left out: {each.name}: {each.lacks}")
    return [each for each in wanted if not each.lacks]


def take_turns(
    who: Sequence[Contender], what: Sequence[Work], rounds: int, range_: Range, wait: bool
) -> list[Measured]:
    """Measure all at all work, round by round, each round beginning with another one."""
    found = []
    for turn in range(rounds):
        for work in what:
            if wait:
                wait_for_quiet()
            first = turn % len(who)
            for each in (*who[first:], *who[:first]):
                if each.merged and not work.rate:
                    continue  # There is no window of what is not delivered.
                found += _one(each, work, range_, f"round {turn + 1}/{rounds}  {work.name:18} {each.name:15}")
    return found


def _one(who: Contender, work: Work, range_: Range, where: str) -> list[Measured]:
    try:
        found = measure(who, work, range_)
    except (ContenderFailed, GeneratorFailed) as error:
        say(f"{where} failed: {error}")
        return []
    say(f"{where} {found.per_million:8.3f} CPU-s per 1M, {found.delivered / found.seconds:,.0f} delivered/s")
    return [found]


def show(found: Sequence[Measured], who: Sequence[Contender], what: Sequence[Work]) -> None:
    """Print a table for each work."""
    names, merged = [each.name for each in who], frozenset(each.name for each in who if each.merged)
    for work in what:
        of_it = [each for each in found if each.work == work.name]
        print(f"\n{work.name}: rooms x players @ messages a second of each, flush {work.flush_milliseconds:g} ms\n")  # noqa: T201
        print(drawn(HEADINGS, list(rows(of_it, names, merged))))  # noqa: T201


def machine() -> dict[str, object]:
    """Give what figures belong to."""
    pinned = json.loads((PEERS / "package.json").read_text())["dependencies"]
    return {
        "processor": processor_name(),
        "cores": os.cpu_count(),
        "system": platform.release(),
        "python": platform.python_version(),
        "websockets": version("websockets"),
        **pinned,
    }


def _list(what: Sequence[Work]) -> None:
    for each in contenders("", ""):
        print(f"{each.name:15} {each.about}")  # noqa: T201
    print("\n".join(work.name for work in what))  # noqa: T201


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = parser().parse_args(arguments)
    what = chosen_works(given)
    if not what:
        sys.exit("there is no such work; --list shows all, with the other options that you gave")
    if given.list:
        _list(what)
        return
    try:
        build()
    except CannotBuild as error:
        sys.exit(str(error))
    server_core, generator_core = two_cores()
    if server_core is None:
        say("there is one core only: the generator shares it with the server, and latencies mean little")
    range_ = Range(Ground(BUILT, server_core), generator_core)
    who = invited(given.only)
    say(" ".join(f"{name}: {told}" for name, told in machine().items()))
    found: Sequence[Measured | Idle | Logins]
    if given.besides:
        found = _besides(who, range_, not given.no_wait)
    else:
        found = measured = take_turns(who, what, chosen_rounds(given), range_, not given.no_wait)
        show(measured, who, what)
    if given.json:
        kept = {"machine": machine(), "measured": [asdict(each) for each in found]}
        given.json.write_text(json.dumps(kept, indent=1) + "\n")


def _besides(who: Sequence[Contender], range_: Range, wait: bool) -> Sequence[Measured | Idle | Logins]:
    if wait:
        wait_for_quiet()
    idles = besides.idle(who, range_, say)
    logins = besides.logins(who, range_, say)
    besides.show(idles, logins)
    return [*idles, *logins]
