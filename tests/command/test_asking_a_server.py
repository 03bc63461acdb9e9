"""The commands that ask a server, with a real one over HTTP: what they print, and how they end."""

import http.client
import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployment.source import source_of
from desk.certificate_view import CertificateView
from desk.house import GameSessionView, LogView, ScriptView, VersionView
from desk.status_view import StatusView
from desk.view_json import view_untrusted, views_untrusted
from tests.command.conftest import COMMAND, Harena
from tests.desk.house import ENDED, LOG, RUNNING, SmallCertificates, SmallHouse


@pytest.fixture(autouse=True)
def _greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def digest(line: str) -> str:
    return source_of("chat", {"chat.py": f"{line}\n".encode()}, "chat.py").digest[:12]


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "chat.py"
    path.write_text("x = 1\n")
    return path


@pytest.mark.usefixtures("served")
class TestScripts:
    """`harena script`."""

    def test_no_scripts_yet(self, harena: Harena) -> None:
        ended = harena("script", "list")
        assert ended.code == 0
        assert ended.out.startswith("there are no scripts yet")
        assert harena("script", "list", "--json").out == "[]\n"

    def test_deploy_list_versions_rollback(self, harena: Harena, script: Path) -> None:
        assert harena("script", "deploy", script, "--note", "the first").out == (
            "chat v1 is active: new game sessions take it, running ones stay on their version\n"
        )
        script.write_text("x = 2\n")
        assert harena("script", "deploy", script).out.startswith("chat v2 is active")
        assert harena("script", "list").out == (
            "SCRIPT  ACTIVE  NEWEST  GAME SESSIONS  CREATED              LAST REFUSAL\n"
            "chat        v2      v2              1  2027-01-15 08:00:00\n"
        )
        assert harena("script", "versions", "chat").out == (
            "VERSION          CREATED              FROM     DIGEST        NOTE\n"
            f"     v2  active  2027-01-15 08:00:00  command  {digest('x = 2')}\n"
            f"     v1          2027-01-15 08:00:00  command  {digest('x = 1')}  the first\n"
        )
        assert harena("script", "rollback", "chat").out.startswith("chat v1 is active")
        assert harena("script", "rollback", "chat", "2").out.startswith("chat v2 is active")

    def test_a_path_may_be_relative_to_where_the_user_is(
        self, harena: Harena, script: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(script.parent)
        assert harena("script", "deploy", "chat.py").code == 0

    def test_json_is_the_views(self, harena: Harena, script: Path) -> None:
        assert json.loads(harena("script", "deploy", script, "--json").out)["version"] == 1
        scripts = views_untrusted(ScriptView, json.loads(harena("script", "list", "--json").out))
        versions = views_untrusted(VersionView, json.loads(harena("script", "versions", "chat", "--json").out))
        assert [view.active for view in scripts] == list(versions)

    def test_a_refused_script_says_why_and_what_stays(self, harena: Harena, script: Path) -> None:
        harena("script", "deploy", script)
        script.write_text("x = 1\nif x:\n    x = = 2\n")
        ended = harena("script", "deploy", script)
        assert ended.code == 1
        assert ended.out == (
            "chat.py:3:9: invalid syntax\n  3 |     x = = 2\n    |         ^\nchat was refused: v1 stays active\n"
        )
        ended = harena("script", "deploy", script, "--json")
        assert (ended.code, json.loads(ended.out)["ok"]) == (1, False)

    def test_warnings_are_shown(self, harena: Harena, script: Path) -> None:
        script.write_text("")
        ended = harena("script", "deploy", script)
        assert ended.code == 0
        assert ended.out.startswith("chat.py: warning: the file is empty\nchat v1 is active")

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (("script", "versions", "nope"), "there is no script 'nope'"),
            (("script", "versions", "a/../b"), "there is nothing at"),
            (("script", "rollback", "nope"), "there is no script 'nope'"),
            (("script", "deploy", "/nowhere/x.py"), "there is no file or folder /nowhere/x.py"),
            (("session", "logs", "zz"), "0 game sessions have ids that begin with 'zz'"),
        ],
    )
    def test_not_found_is_1_with_a_sentence_and_a_hint(
        self, harena: Harena, arguments: tuple[str, ...], sentence: str
    ) -> None:
        ended = harena(*arguments)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith(f"error: {sentence}")
        assert "\nhint: " in ended.err


@pytest.mark.usefixtures("served")
class TestGameSessions:
    """`harena session` and `harena status`."""

    def test_list(self, harena: Harena) -> None:
        assert harena("session", "list").out == (
            "GAME SESSION  ROOM   SCRIPT   STATE    PLAYERS  STARTED              ENDED\n"
            "aa11bb        lobby  chat v1  running        2  2027-01-15 07:59:00\n"
        )
        ended_too = harena("session", "list", "--ended").out.splitlines()
        assert ended_too[1] == (
            "aa22cc        arena  -        ended          0  2027-01-15 07:58:30  2027-01-15 07:59:30  nobody was there"
        )

    def test_list_as_json(self, harena: Harena) -> None:
        answer = json.loads(harena("session", "list", "--ended", "--json").out)
        assert views_untrusted(GameSessionView, answer) == (ENDED, RUNNING)

    def test_logs_by_the_beginning_of_an_id(self, harena: Harena) -> None:
        assert harena("session", "logs", "aa1").out == (
            "2027-01-15 07:59:10  info     ann is in\n"
            "2027-01-15 07:59:20  error    Traceback:\n"
            "                                \ufffd[31mline 3\n"
        )
        assert "ann is in" not in harena("session", "logs", "aa1", "-n", "1").out
        assert views_untrusted(LogView, json.loads(harena("session", "logs", "aa1", "--json").out)) == tuple(LOG)

    def test_status(self, harena: Harena, served: int) -> None:
        out = harena("status").out
        assert out.startswith("harena 0.1.0\n")
        assert f"API        http://127.0.0.1:{served}\n" in out
        assert "carries    0 scripts, 1 game session, 2 players\n" in out
        assert "sandboxes  all layers hold but namespaces\n" in out
        assert out.endswith(
            "WORKER  PORT  ZYGOTE  GAME SESSIONS  PLAYERS  SANDBOXES\n"
            "    12  1900      13              1        2          1\n"
        )
        view = view_untrusted(StatusView, json.loads(harena("status", "--json").out))
        assert view.http_port == served


@pytest.fixture
def certificates(house: SmallHouse) -> SmallCertificates:
    """Give a house certificates, before it is served."""
    house.certificates = made = SmallCertificates()
    return made


class TestCertificates:
    """`harena certs`, and what of it is in `harena status`."""

    def test_show(self, certificates: SmallCertificates, served: int, harena: Harena) -> None:
        assert harena("certs", "show").out == (
            "names    play.example, 127.0.0.1\n"
            "issuer   CN=Harena CA\n"
            "from     2027-01-15 07:00:00\n"
            "until    2027-01-16 08:00:00\n"
            "SHA-256  AA:BB\n"
            "trust    /data/tls/ca.pem\n"
        )
        view = view_untrusted(CertificateView, json.loads(harena("certs", "show", "--json").out))
        assert view == certificates.view()

    def test_renew(self, certificates: SmallCertificates, served: int, harena: Harena) -> None:
        assert "SHA-256  CC:DD\n" in harena("certs", "renew").out
        certificates.against = "the certificate has ended"
        ended = harena("certs", "renew")
        assert (ended.code, ended.err) == (
            1,
            "error: the certificate has ended\nhint: `harena certs show` tells which certificate counts\n",
        )
        assert "trouble  the certificate has ended\n" in harena("certs", "show").out

    def test_status(self, certificates: SmallCertificates, served: int, harena: Harena) -> None:
        out = harena("status").out
        assert "players      wss://127.0.0.1:1900\n" in out
        assert "certificate  until 2027-01-16 08:00:00\n" in out
        certificates.against = "it is rubbish"
        assert "until 2027-01-16 08:00:00; a newer one does not count: it is rubbish\n" in harena("status").out

    def test_without_tls(self, served: int, harena: Harena) -> None:
        ended = harena("certs", "show")
        assert ended.code == 1
        assert ended.err.startswith("error: this server speaks no TLS")


def test_status_is_followed_until_ctrl_c(harena: Harena, served: int, script: Path) -> None:
    command = [*COMMAND, "status", "--follow", "--json", "--http-port", str(served)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None
        assert following.stderr is not None
        first = view_untrusted(StatusView, json.loads(following.stdout.readline()))
        harena("script", "deploy", script)
        second = view_untrusted(StatusView, json.loads(following.stdout.readline()))
        following.send_signal(signal.SIGINT)
        assert following.wait(timeout=20) == 0
        assert following.stderr.read() == ""
    # A line for each change: however long the first lasted, it was said once.
    assert (first.scripts, second.scripts) == (0, 1)


def test_a_foreign_host_is_refused_by_the_server(harena: Harena, served: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served, timeout=20)
    connection.request("GET", "/local/v1/status", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 403
    connection.close()
    assert harena("status", "--http-host", "localhost").code == 0


def test_events_arrive_while_the_stream_is_open(harena: Harena, served: int, script: Path) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served, timeout=20)
    connection.request("GET", "/local/v1/events")
    response = connection.getresponse()
    assert json.loads(response.readline())["event"] == "Following"
    assert harena("script", "deploy", script).code == 0
    event = json.loads(response.readline())
    connection.close()
    assert (event["number"], event["event"], event["script"], event["version"]) == (1, "Deployed", "chat", 1)


class TestNobodyThere:
    """Where no server answers, the exit code is 3."""

    @pytest.mark.parametrize(
        "arguments",
        [("status",), ("script", "list"), ("script", "deploy", "x.py"), ("session", "list"), ("session", "logs", "a")],
    )
    def test_no_server_at_all(self, harena: Harena, arguments: tuple[str, ...]) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]
            ended = harena(*arguments, "--http-port", str(port))
        assert (ended.code, ended.out) == (3, "")
        assert ended.err == (
            f"error: no server answers at 127.0.0.1:{port}\n"
            "hint: start one with `harena dev`, or name its port with --http-port\n"
        )

    @pytest.mark.parametrize(
        "answer",
        [
            b"SSH-2.0-x\r\n",
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{}",
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
        ],
    )
    def test_somebody_else(self, harena: Harena, answer: bytes) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:

            def once() -> None:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(answer)

            thread = threading.Thread(target=once, daemon=True)
            thread.start()
            ended = harena("status", "--http-port", str(listening.getsockname()[1]))
            thread.join(timeout=20)
        assert ended.code == 3
        assert "Traceback" not in ended.err
        assert ended.err.startswith(("error: what answers at", "error: no server answers at"))
