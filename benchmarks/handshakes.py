"""What a handshake costs: ``make bench-handshakes``, TLS and DTLS, with one worker of ``harena run``.

Several clients shake hands and leave, one after the other, for a few seconds; what is measured is the processor time of
the server with all of its processes. Nobody logs in. The clients' side costs as much, and is not the server's.
"""

import argparse
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
from anyio import to_thread

from benchmarks.dev_server import DevServer, dev_server
from benchmarks.relaying.processes import processor_seconds
from benchmarks.udp import PATIENCE_SECONDS, associated, say
from relay.dtls.contexts import client_context
from session.values import value

#: The limits are there to keep this within bounds.
SETTINGS = """
[tls]
enabled = true

[dtls]
handshakes_per_second = 1000000
handshakes_at_once = 1000000
"""
CLIENTS = 4

#: Shakes hands once, and leaves.
Shake = Callable[[], None]


@value
class Shaken:
    """Handshakes, and what the server needed for them."""

    handshakes: int
    seconds: float
    processor_seconds: float


def by_tls(port: int, ca_file: Path, version: ssl.TLSVersion) -> Shake:
    """Give a client by TLS."""
    context = ssl.create_default_context(cafile=ca_file)
    context.minimum_version = context.maximum_version = version

    def shake() -> None:
        with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as sock:
            context.wrap_socket(sock, server_hostname="127.0.0.1").close()

    return shake


def by_dtls(port: int, ca_file: Path) -> Shake:
    """Give a client by DTLS."""
    context = client_context(ca_file.read_bytes(), "127.0.0.1")

    def shake() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect(("127.0.0.1", port))
            associated(sock, context)

    return shake


def shaken(server: DevServer, shake: Shake, seconds: float) -> Shaken:
    """Let clients shake hands for so long."""
    over = threading.Event()

    def client() -> int:
        done = 0
        while not over.is_set():
            shake()
            done += 1
        return done

    with ThreadPoolExecutor(CLIENTS) as clients:
        before, began = processor_seconds(server.pid), time.monotonic()
        counts = [clients.submit(client) for _ in range(CLIENTS)]
        over.wait(seconds)
        over.set()
        done = sum(count.result() for count in counts)
        return Shaken(done, time.monotonic() - began, processor_seconds(server.pid) - before)


def row(name: str, found: Shaken) -> str:
    """Give a line of the table."""
    each = found.processor_seconds / found.handshakes
    return f"| {name} | {each * 1000:.2f} ms | {1 / each:,.0f} | {found.handshakes / found.seconds:,.0f} |"


async def main() -> None:
    """Measure them in turn, round by round, and print the cheapest of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "scripts").mkdir()
        (folder / "harena.toml").write_text(SETTINGS)
        more = ("--config", str(folder / "harena.toml"))
        async with dev_server(folder / "scripts", folder, *more, verb="run") as server:
            ca_file = folder / "kept" / "tls" / "ca.pem"
            shakes = {
                "TLS 1.3": by_tls(server.port, ca_file, ssl.TLSVersion.TLSv1_3),
                "TLS 1.2": by_tls(server.port, ca_file, ssl.TLSVersion.TLSv1_2),
                "DTLS 1.2": by_dtls(server.port, ca_file),
            }
            found: dict[str, list[Shaken]] = {name: [] for name in shakes}
            for _ in range(given.rounds):
                for name, shake in shakes.items():
                    found[name].append(await to_thread.run_sync(shaken, server, shake, given.seconds))
    say("| handshake | each costs the server | in a CPU second | clients had a second |\n|---|---|---|---|")
    for name, several in found.items():
        say(row(name, min(several, key=lambda one: one.processor_seconds / one.handshakes)))


if __name__ == "__main__":
    anyio.run(main)
