"""Write `docs/reference/cli.txt`, the command's own help, anew: `python -m tests.command.reference`."""

import os
import subprocess
import sys
from pathlib import Path

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "cli.txt"

#: Every command, in the order of the page.
COMMANDS = (
    "",
    "new",
    "dev",
    "run",
    "validate",
    "match",
    "match lint",
    "match simulate",
    "match list",
    "match explain",
    "net",
    "script",
    "script list",
    "script versions",
    "script deploy",
    "script rollback",
    "script diff",
    "script prune",
    "session",
    "session list",
    "session create",
    "session update",
    "session end",
    "session show",
    "session logs",
    "player",
    "player create",
    "player list",
    "fleet",
    "fleet list",
    "fleet create",
    "fleet delete",
    "queue",
    "queue list",
    "queue create",
    "queue delete",
    "place",
    "keys",
    "keys create",
    "keys list",
    "keys revoke",
    "certs",
    "certs show",
    "certs renew",
    "status",
)

#: Plain text of a fixed width: what it looks like must not depend on the terminal, nor on Rich's taste of the year.
_ENVIRONMENT = {"COLUMNS": "100", "TERMINAL_WIDTH": "100", "NO_COLOR": "1", "TERM": "dumb", "TYPER_USE_RICH": "0"}


def written() -> str:
    """The whole page, as the command would write it now."""
    return "\n".join(_page(command) for command in COMMANDS)


def _page(command: str) -> str:
    arguments = [*command.split(), "--help"]
    program = "from runtime.cli import main; main()"
    environment = {name: text for name, text in os.environ.items() if not name.startswith("HARENA_")} | _ENVIRONMENT
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=True,
    )
    lines = [line.rstrip() for line in ended.stdout.strip().splitlines()]
    return "\n".join([" ".join(["$ harena", *arguments]), *lines]) + "\n"


def main() -> None:
    """Write the page; the difference is the review."""
    REFERENCE.parent.mkdir(parents=True, exist_ok=True)
    REFERENCE.write_text(written())


if __name__ == "__main__":
    main()
