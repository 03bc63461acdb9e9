"""Clients of others shake hands with our engine, over real sockets: they verify the chain and the name, and talk."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from relay.dtls.engine import DtlsEngine, Opened, Reply
from relay.dtls.steps import DtlsStep
from tests.relay.dtls.callers import SERVED, an_engine
from tests.relay.dtls.certificates import HOST

LOOK_SECONDS = 0.05

Command = Callable[[int, Path, str], list[str]]


def openssl(port: int, ca: Path, host: str) -> list[str]:
    """Without -nbio it would wait for ever for more than one record in a datagram that holds one."""
    command = f"openssl s_client -dtls1_2 -nbio -connect 127.0.0.1:{port} -CAfile {ca} -verify_return_error"
    return [*command.split(), "-verify_hostname", host]


def gnutls(port: int, ca: Path, host: str) -> list[str]:
    return f"gnutls-cli --udp --port {port} --x509cafile {ca} --verify-hostname {host} 127.0.0.1".split()


PROGRAMS: list[Command] = [openssl, gnutls]
#: What Debian and Ubuntu call them.
PACKAGES = {"openssl": "openssl", "gnutls-cli": "gnutls-bin"}


@contextmanager
def echoing(engine: DtlsEngine) -> Iterator[int]:
    """Serve an engine at a port of this machine; each packet is sent back, with "you said: " before it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as serving:
        serving.bind(("127.0.0.1", 0))
        serving.settimeout(LOOK_SECONDS)
        over = threading.Event()
        thread = threading.Thread(target=_serve, args=(engine, serving, over))
        thread.start()
        try:
            yield serving.getsockname()[1]
        finally:
            over.set()
            thread.join()


def _serve(engine: DtlsEngine, serving: socket.socket, over: threading.Event) -> None:
    while not over.is_set():
        outcomes = list(engine.fire(monotonic()))
        try:
            outcomes += engine.receive_untrusted(*serving.recvfrom(4096), monotonic())
        except TimeoutError:
            pass
        for outcome in outcomes:
            match outcome:
                case Reply(address, datagram):
                    serving.sendto(datagram, address)
                case Opened(address, packet):
                    (sealed,) = engine.seal(address, [b"you said: " + packet])
                    serving.sendto(sealed, address)


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    (tmp_path / "ca.pem").write_bytes(SERVED.ca)
    return tmp_path / "ca.pem"


def talk(command: list[str], until: bytes) -> tuple[bytes, int]:
    """Run a client that says hello, until it has written something; give all that it wrote and its exit code."""
    program = command[0]
    assert shutil.which(program), f"there is no {program}: install it (Debian, Ubuntu: apt install {PACKAGES[program]})"
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT) as client:
        assert client.stdin is not None
        assert client.stdout is not None
        client.stdin.write(b"hello, arena\n")
        client.stdin.flush()
        wrote = b""
        while until not in wrote and (some := client.stdout.read1(65536)):  # type: ignore[attr-defined]  # it is buffered
            wrote += some
        rest, _ = client.communicate()
        return wrote + rest, client.returncode


@pytest.mark.parametrize("program", PROGRAMS)
def test_clients_of_others_verify_us_and_talk(program: Command, ca: Path) -> None:
    engine = an_engine()
    with echoing(engine) as port:
        wrote, _ = talk(program(port, ca, HOST), until=b"you said: hello, arena")
    assert b"you said: hello, arena" in wrote
    assert b"Verify return code: 0 (ok)" in wrote or b"The certificate is trusted" in wrote
    assert engine.counts[DtlsStep.CAME] == 1


@pytest.mark.parametrize("program", PROGRAMS)
def test_clients_of_others_refuse_another_name(program: Command, ca: Path) -> None:
    engine = an_engine()
    with echoing(engine) as port:
        wrote, code = talk(program(port, ca, "other.test"), until=b"never")
    assert code != 0
    assert b"you said" not in wrote
    assert engine.counts[DtlsStep.CAME] == 0


@pytest.mark.parametrize("version", ["-dtls1", "-cipher AES128-SHA"])
def test_what_is_too_old_is_refused(version: str, ca: Path) -> None:
    """DTLS 1.0, and a key exchange without forward secrecy."""
    engine = an_engine()
    with echoing(engine) as port:
        command = openssl(port, ca, HOST)
        old = [*command[:2], *version.split(), *command[3 if version == "-dtls1" else 2 :]]
        _, code = talk([*old, "-cipher", "ALL:@SECLEVEL=0"] if version == "-dtls1" else old, until=b"never")
    assert code != 0
    assert (engine.counts[DtlsStep.CAME], engine.peers) == (0, 0)
