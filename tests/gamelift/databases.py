"""The databases that tests run against: SQLite, and PostgreSQL where the machine has its server."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 60


def server_programs() -> Path | None:
    """Where PostgreSQL's programs lie; Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if on_path:
        return Path(on_path).resolve().parent
    return found[-1].parent if found else None


KINDS = ["sqlite", *(["postgresql"] if server_programs() else [])]


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a server of our own, reached by a socket in its folder; give the URL of its database."""
    programs = server_programs()
    assert programs is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        user = None
        if os.geteuid() == 0:  # The server refuses to run as root.
            user = "postgres"
            shutil.chown(folder, user)
        data = Path(folder) / "data"

        def run(*command: str | Path) -> None:
            output = subprocess.DEVNULL
            subprocess.run(command, check=True, user=user, cwd=folder, stdout=output, timeout=PATIENCE_SECONDS)

        run(programs / "initdb", "-D", data, "-U", "harena", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        control: list[str | Path] = [programs / "pg_ctl", "-D", data, "-w", "-s", "-l", f"{folder}/log"]
        run(*control, "-o", options, "start")
        try:
            yield f"postgresql://harena@/postgres?host={folder}"
        finally:
            run(*control, "-m", "immediate", "stop")
