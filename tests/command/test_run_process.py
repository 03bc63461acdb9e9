"""`harena run` as a process: its structured log, its service manager, its end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest
import structlog

from deployment.checker import Fault
from desk.events import (
    CertificateCrowded,
    CertificateRenewed,
    Deployed,
    Event,
    Logged,
    Rejected,
    ServerReady,
    SettingsChanged,
    SettingsRejected,
    WorkerAdopted,
    WorkerLost,
)
from harena import Client, ConnectionFailed
from runtime.event_log import log_event
from runtime.logs import log_to_stderr
from runtime.notify import notify
from session.farewells import CloseCode
from tests.command.conftest import COMMAND, Harena
from tests.escape import around

#: No step of these tests takes longer on any machine, in seconds.
PATIENCE_SECONDS = 60.0

SCRIPT = """
from harena import session

def on_process_terminate():
    session.broadcast(2, "farewell")
"""


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@contextmanager
def service(
    tmp_path: Path, settings: str, around_it: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[str], dict[str, int]]]:
    """Run the command with a service manager that waits for its word; give the process and its ports."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "bye.py").write_text(SCRIPT)
    (tmp_path / "harena.toml").write_text(
        'port = 0\nhttp_port = 0\nscripts = "scripts"\nready_file = "ready"\n' + settings
    )
    environment = {name: text for name, text in os.environ.items() if not name.startswith("HARENA_")}
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE_SECONDS)
        environment["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        with subprocess.Popen(
            [*around_it, *COMMAND, "run", "--log-format", "json"],
            cwd=tmp_path,
            env=environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert manager.recv(100) == b"READY=1"
                yield process, json.loads((tmp_path / "ready").read_text())
                assert manager.recv(100) == b"STOPPING=1"
            finally:
                process.kill()


async def _until_the_end(port: int, seat: str, process: "subprocess.Popen[str]") -> None:
    async with Client.connect(f"ws://127.0.0.1:{port}", seat) as player:
        process.send_signal(signal.SIGTERM)
        assert (await player.receive(2)).text == "farewell"
        with pytest.raises(ConnectionFailed, match="good night"):
            await player.receive()
        assert player.closed is not None
        assert player.closed.code == CloseCode.SERVER_STOPPING


def test_a_service_says_when_it_is_ready_and_stops_after_a_farewell(harena: Harena, tmp_path: Path) -> None:
    with service(tmp_path, '[fleet]\nstopping_message = "good night"\n') as (process, ready):
        api = ("--http-port", str(ready["http_port"]))
        game = harena("session", "create", "bye", *api).out.strip()
        seat = harena("player", "create", game, *api).out.strip()
        anyio.run(_until_the_end, ready["port"], seat, process)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert process.stderr is not None
        lines = [json.loads(line) for line in process.stderr.read().splitlines()]
    events = [line["event"] for line in lines]
    for event in ("worker_started", "deployed", "server_ready", "game_session_started", "game_session_ended"):
        assert event in events
    assert all({"timestamp", "level", "event"} <= line.keys() for line in lines)
    assert seat not in json.dumps(lines)


def test_without_a_file_or_folder_it_is_still_a_server(harena: Harena, tmp_path: Path) -> None:
    ended = harena("run", "--config", tmp_path / "gone.toml")
    assert ended.code == 2
    assert "gone.toml: it cannot be read: No such file or directory" in ended.err


def test_a_ready_file_that_cannot_be_written_is_said(harena: Harena, tmp_path: Path) -> None:
    ports = ("--port", "0", "--http-port", "0", "--data", tmp_path / "kept")
    ended = harena("run", *ports, "--ready-file", tmp_path / "nowhere" / "ready")
    assert ended.code == 1
    assert f"error: the ready file {tmp_path}/nowhere/ready cannot be written: No such file or directory" in ended.err
    assert "hint: --ready-file names" in ended.err


@pytest.mark.parametrize(
    ("option", "wrong", "hint"),
    [
        ("--host", "192.0.2.1", "--host is to be an address of this machine"),
        ("--host", "nowhere.invalid", "--host is to be an address of this machine"),
        ("--data", "/dev/null/kept", "let the server write there"),
    ],
)
def test_a_server_that_cannot_start_says_what_to_do_about_just_that(
    option: str, wrong: str, hint: str, harena: Harena
) -> None:
    ended = harena("run", "--port", "0", "--http-port", "0", option, wrong)
    assert ended.code == 1
    assert f"hint: {hint}" in ended.err
    assert "harena status" not in ended.err


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_it_can_be_told_to_stop_while_it_starts(name: str, tmp_path: Path) -> None:
    command = [*COMMAND, "run", "--port", "0", "--http-port", "0", "--data", str(tmp_path / "kept")]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "event=worker_started" in process.stderr.readline()
        process.send_signal(signal.Signals[name])
        assert process.wait(PATIENCE_SECONDS) == 0


def test_a_port_that_is_taken_is_said_in_the_systems_words(harena: Harena, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = harena("run", "--port", port, "--http-port", "0", "--data", tmp_path / "kept")
    assert ended.code == 1
    assert f"error: players cannot connect to 127.0.0.1:{port}: Address already in use\n" in ended.err
    assert "hint: `harena status` tells whether a server runs already" in ended.err


def test_a_port_whose_datagrams_are_anothers_is_said_to_be_so(harena: Harena, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        ended = harena("run", "--port", port, "--http-port", "0", "--data", tmp_path / "kept")
    assert ended.code == 1
    assert f"error: players cannot send datagrams to 127.0.0.1:{port} (UDP): Address already in use\n" in ended.err
    assert "hint: another program has that port for UDP" in ended.err


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            Deployed("tag", 2, "watched folder", ()),
            'level=info event=deployed script=tag version=2 origin="watched folder"',
        ),
        (WorkerAdopted(7, 1900, 3), "level=warning event=worker_adopted pid=7 port=1900 game_sessions=3"),
        (WorkerLost(7), "level=error event=worker_lost pid=7"),
        (
            Rejected("tag", "command", (Fault("a.py", 1, 2, "odd"), Fault("b.py", 3, 4, "bad"))),
            'level=warning event=rejected script=tag origin=command faults="a.py:1:2: odd\\nb.py:3:4: bad"',
        ),
        (
            Logged("id", "tag", 1, "warning", "two\nlines\x1b]0;x"),
            "level=warning event=logged game_session=id script=tag version=1 text=two\\nlines\ufffd]0;x",
        ),
        (SettingsChanged("f", ("a", "b"), ()), 'event=settings_changed file=f taken="a, b" need_restart='),
        (
            CertificateRenewed(("a.example", "192.0.2.7"), 1_800_000_000.0, "AA:BB"),
            'event=certificate_renewed names="a.example, 192.0.2.7" ends=2027-01-15T08:00:00Z fingerprint=AA:BB',
        ),
        (
            CertificateCrowded(("a.example", "b.example"), "no room"),
            'level=warning event=certificate_crowded left_out=2 reason="no room"',
        ),
        (
            ServerReady("::", 1900, 9080, fingerprint="AA:BB", ca_file="/ca.pem"),
            "host=:: port=1900 http_port=9080 scripts_dir= active= fingerprint=AA:BB ca_file=/ca.pem",
        ),
        (SettingsRejected("f", ("x is odd",)), 'level=error event=settings_rejected file=f faults="x is odd"'),
    ],
)
def test_an_event_is_one_line(event: Event, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("debug", "text")
    log_event(event)
    written = capsys.readouterr().err
    assert line in written
    assert written.count("\n") == 1


def test_what_lies_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("error", "json")
    log_event(SettingsChanged("f", (), ()))
    log_event(WorkerLost(7))
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line) | {"timestamp": ""} == {"timestamp": "", "level": "error", "event": "worker_lost", "pid": 7}


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "relative"])
def test_nobody_to_tell_is_no_fault(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    notify("READY=1")


def test_a_service_manager_may_listen_in_the_abstract(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"harena-test-{os.getpid()}-{time.monotonic_ns()}"
    monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + name)
        notify("READY=1")
        assert manager.recv(100) == b"READY=1"


#: Runs a command where the kernel seems to have no seccomp.
WEAKER = [sys.executable, "-m", around.__name__, around.NO_SECCOMP]


def test_without_seccomp_it_refuses_to_start_and_says_what_to_do(tmp_path: Path) -> None:
    ports = ("--port", "0", "--http-port", "0", "--data", str(tmp_path / "kept"))
    ended = subprocess.run([*WEAKER, *COMMAND, "run", *ports], capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert ended.returncode == 1
    assert "error: there can be no sandboxes: seccomp, which keeps them" in ended.stderr
    assert "hint: `sandbox.allow_weaker = true` in the configuration" in ended.stderr


def test_without_seccomp_it_starts_where_that_is_allowed(harena: Harena, tmp_path: Path) -> None:
    settings = "[sandbox]\nallow_weaker = true\n"
    with service(tmp_path, settings, WEAKER) as (process, ready):
        status = json.loads(harena("status", "--json", "--http-port", str(ready["http_port"])).out)
        assert [layer["name"] for layer in status["layers"] if not layer["holds"]][-1] == "seccomp"
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        started = json.loads(process.stderr.readline())
    assert started["level"] == "warning"
    assert "seccomp" in started["missing_layers"]
