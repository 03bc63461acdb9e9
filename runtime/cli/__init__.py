"""The `harena` command: its entry. Everything else is imported only when it is asked for."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command with this process's arguments, and end the process with its exit code."""
    from runtime.cli.running import run

    sys.exit(run(sys.argv[1:]))
