"""Run the cases: ``python -m tests.conformance COMMAND...``, where the command starts the suite's ``wstest``.

Prints what each group of cases came to, and every case that is not as it should be; ends with 1 where there is one.
"""

import json
import logging
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import structlog

from tests.conformance.echo import echo

GOOD = ("OK", "NON-STRICT", "INFORMATIONAL")

#: 9 measures how long messages of up to 16 MB take, which no game may send; 12 and 13 are about compression, which is
#: never agreed on, so that they would all come out as not implemented.
LEFT_OUT = ["9.*", "12.*", "13.*"]

GROUPS = {
    1: "framing",
    2: "pings and pongs",
    3: "reserved bits",
    4: "opcodes",
    5: "fragmentation",
    6: "UTF-8",
    7: "closing",
    10: "many small writes",
}

#: One run takes about twenty.
WHOLE_SECONDS = 600

Outcomes = dict[str, dict[str, str]]


def specification(url: str, folder: str) -> str:
    """Tell the fuzzing client what to do, as JSON."""
    servers = [{"agent": "harena", "url": url}]
    return json.dumps({"outdir": folder, "servers": servers, "cases": ["*"], "exclude-cases": LEFT_OUT})


async def outcomes(command: list[str], folder: Path) -> Outcomes:
    """Run the suite against an echo; give what was found, by the number of the case."""
    path = folder / "fuzzingclient.json"
    async with echo() as url:
        path.write_text(specification(url, str(folder)))
        with anyio.fail_after(WHOLE_SECONDS):
            await anyio.run_process([*command, "--mode", "fuzzingclient", "--spec", str(path)], stderr=None)
    found: Outcomes = json.loads((folder / "index.json").read_text())["harena"]
    return found


def faults(found: Outcomes) -> list[str]:
    """Give a sentence for each case that is not as it should be, either in what was said or in how it was closed."""
    return [
        f"case {case}: {of['behavior']}, its end: {of['behaviorClose']}"
        for case, of in found.items()
        if of["behavior"] not in GOOD or of["behaviorClose"] not in GOOD
    ]


def table(found: Outcomes) -> str:
    """Count the outcomes of each group of cases."""
    counts = {group: Counter[str]() for group in GROUPS}
    for case, of in found.items():
        counts[int(case.split(".")[0])][of["behavior"]] += 1
    rows = [f"{group:3} {name:18} {_counted(counts[group])}" for group, name in GROUPS.items()]
    return "\n".join([*rows, f"    {'all':18} {_counted(sum(counts.values(), Counter[str]()))}"])


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common()) or "none was run"


def main() -> int:
    """Run on both event loops that a relay may have; give the exit code."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    wrong: list[str] = []
    for name, use_uvloop in (("uvloop", True), ("asyncio", False)):
        with TemporaryDirectory() as folder:
            found = anyio.run(outcomes, sys.argv[1:], Path(folder), backend_options={"use_uvloop": use_uvloop})
        here = faults(found) if found else ["no case was run"]
        sys.stdout.write("\n".join([f"On {name}:", table(found), *here]) + "\n")
        wrong += here
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
