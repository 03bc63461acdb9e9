"""The console of `harena dev`: the exact lines, without colour, and its behaviour when nobody reads."""

import io
import re
import time
from collections.abc import Iterator

import pytest

from deployment.checker import Fault
from desk.events import (
    ActiveScript,
    CertificateCrowded,
    CertificateEnding,
    CertificateRejected,
    CertificateRenewed,
    Deployed,
    Event,
    GameSessionEnded,
    GameSessionStarted,
    Logged,
    NotAScript,
    Rejected,
    RolledBack,
    ServerReady,
    Withdrawn,
    WorkerAdopted,
    WorkerLost,
    WorkerStarted,
)
from runtime.console import DevConsole, banner

NOON = 43_200.0


@pytest.fixture(autouse=True)
def _greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def told(*events: Event) -> str:
    out = io.StringIO()
    console = DevConsole(out, lambda: NOON)
    for event in events:
        console.tell(event)
    return out.getvalue()


def test_a_terminal_gets_the_same_words_in_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    events = (RolledBack("chat", 1), Logged("chat-1", "chat", 1, "error", "no\x1b[2J such move"))
    plain = told(*events)
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = told(*events)
    assert coloured != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_the_banner_says_what_runs_and_how_to_join() -> None:
    ready = ServerReady("127.0.0.1", 1900, 9080, "/games/scripts", (ActiveScript("chat", 3), ActiveScript("tag", 1)))
    assert told(ready) == (
        "Harena is running\n"
        "  players  ws://127.0.0.1:1900\n"
        "  log in   with the player session id chat/ROOM/PLAYER (script/game session/player)\n"
        "  API      http://127.0.0.1:9080   for `harena status` and `harena script list`\n"
        "  folder   /games/scripts\n"
        "  scripts  chat v3, tag v1\n"
        "  stop     Ctrl+C\n"
    )


def test_the_banner_with_tls_says_whom_to_trust() -> None:
    text = banner(ServerReady("127.0.0.1", 1900, 9080, fingerprint="AA:BB", ca_file="/data/tls/ca.pem")).plain
    assert "players  wss://127.0.0.1:1900\n  TLS      SHA-256 AA:BB\n  trust    /data/tls/ca.pem " in text
    assert "trust" not in banner(ServerReady("127.0.0.1", 1900, 9080, fingerprint="AA:BB")).plain


def test_what_becomes_of_certificates_is_told() -> None:
    assert told(
        CertificateRenewed(("play.example",), NOON, "AA:BB"),
        CertificateRejected("/live/chain.pem", "the key has a password"),
        CertificateEnding("/live/chain.pem", ("play.example",), NOON),
        CertificateCrowded(("other.example",), "there is no room"),
    ).splitlines() == [
        "12:00:00  tls                    a new certificate counts until 1970-01-01, SHA-256 AA:BB",
        "12:00:00  tls                    /live/chain.pem: the key has a password; the certificate before it stays",
        "12:00:00  tls                    /live/chain.pem: the certificate ends on 1970-01-01; nobody renewed it",
        "12:00:00  tls                    there is no room",
    ]


def test_the_banner_without_scripts_or_folder_and_at_every_address() -> None:
    text = banner(ServerReady("::", 1900, 9080)).plain
    assert "ws://[::1]:1900\n" in text
    assert "NAME/ROOM/PLAYER" in text
    assert "none is watched" in text
    assert "none yet: a plain relay" in text


def test_the_banner_is_short_however_many_scripts_there_are() -> None:
    active = tuple(ActiveScript(f"s{number}", 1) for number in range(30))
    text = banner(ServerReady("127.0.0.1", 1, 2, "/s", active)).plain
    assert "s7 v1 and 22 more" in text
    assert len(text.splitlines()) <= 8


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            Deployed("chat", 2, "watched folder", ()),
            "deployed  chat v2      new game sessions take it (watched folder)",
        ),
        (RolledBack("chat", 1), "back      chat v1      new game sessions take this earlier version"),
        (
            Withdrawn("chat"),
            "withdrawn chat         its file is gone: no new game sessions, its versions are kept",
        ),
        (NotAScript("a b.py", "odd"), "note                   a b.py: odd"),
        (GameSessionStarted("f00d", "chat", 2, "lobby"), "started   chat v2      game session f00d (lobby)"),
        (GameSessionEnded("f00d", "", 0, "idle"), "ended     (relay)      game session f00d: idle"),
        (Logged("0123456789", "chat", 2, "info", "hello"), "info      chat v2      0123456789: hello"),
        (WorkerStarted(7, 1900), "worker                 process 7 takes players at port 1900"),
        (
            WorkerStarted(7, 1900, ("user",), ("namespaces", "seccomp")),
            "worker                 process 7 takes players at port 1900, its sandboxes without namespaces, seccomp: "
            "run only scripts that you trust",
        ),
        (
            WorkerAdopted(7, 1900, 3),
            "worker                 process 7 of an earlier server goes on at port 1900 with 3 game sessions",
        ),
        (WorkerLost(7), "worker                 process 7 is lost, its game sessions with it; another is started"),
    ],
)
def test_one_line_an_event_never_wrapped(event: Event, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert told(event) == f"12:00:00  {line}\n"


def test_a_refused_script_comes_with_its_faults() -> None:
    fault = Fault("chat.py", 2, 5, "'open' is not available", "a script has no files", "    open()")
    assert told(Rejected("chat", "watched folder", (fault,))) == (
        "12:00:00  refused   chat         this content cannot run, what was active stays (watched folder)\n"
        "chat.py:2:5: 'open' is not available\n"
        "  2 |     open()\n"
        "    |     ^\n"
        "    = help: a script has no files\n"
    )


def test_warnings_come_with_the_deployment() -> None:
    text = told(Deployed("chat", 1, "command", (Fault("chat.py", 1, 1, "can be missing"),)))
    assert text.splitlines()[1] == "chat.py:1:1: warning: can be missing"


def test_what_strangers_write_cannot_steer_the_terminal_nor_forge_a_line() -> None:
    text = told(
        Logged("0123456789", "chat", 1, "error", "Traceback:\n  \x1b]0;title\x07\n12:00:00  deployed  [red]x[/red]"),
        GameSessionStarted("f00d", "chat", 1, "lob\x1bby\nx"),
    )
    assert text == (
        "12:00:00  error     chat v1      0123456789: Traceback:\n"
        "                                   \ufffd]0;title\ufffd\n"
        "                                 12:00:00  deployed  [red]x[/red]\n"
        "12:00:00  started   chat v1      game session f00d (lob\ufffdby\n"
        "                                 x)\n"
    )


class _ClosedPipe(io.StringIO):
    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        raise BrokenPipeError


def test_a_reader_who_goes_does_not_end_the_server() -> None:
    pipe = _ClosedPipe()
    console = DevConsole(pipe)
    console.tell(Withdrawn("chat"))
    console.tell(Withdrawn("chat"))
    assert pipe.writes == 1
