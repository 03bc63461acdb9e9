"""A configuration with every kind of fault, and what is printed of it."""

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.command.conftest import COMMAND

FOLDER = Path(__file__).parent / "configurations"
PRINTED = FOLDER / "faulty.txt"

#: An option and two variables are at fault as well.
_ENVIRONMENT = {"HARENA_HTTP_PORT": "http", "HARENA_SANDBOX__TIMER": "5"}


def started() -> "subprocess.CompletedProcess[str]":
    """Try to start a server; the configuration's folder is left out of what is printed."""
    clean = {name: text for name, text in os.environ.items() if not name.startswith("HARENA_")}
    with TemporaryDirectory() as data:
        command = [*COMMAND, "run", "--config", "faulty.toml", "--log-format", "xml", "--data", data]
        ended = subprocess.run(
            command, cwd=FOLDER, env=clean | _ENVIRONMENT, capture_output=True, text=True, check=False
        )
    ended.stderr = ended.stderr.replace(f"{FOLDER}/", "")
    return ended


def accept() -> None:
    """Write what is printed now; the difference is the review."""
    PRINTED.write_text(started().stderr)
