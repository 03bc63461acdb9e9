"""A worker that loses its desk: it waits for the next at its meeting place, while players play on."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harena import Client
from runtime import meeting
from runtime import port as port_module
from runtime.adopting import adopted, dismiss_others
from runtime.config import Admission, Config, FleetLimits, LogSettings, Site, Start
from runtime.link import Link, meeting_places
from runtime.outbox import OUTBOX_CHARACTERS, Outbox
from runtime.port import Port
from runtime.server import CannotServe, serve
from runtime.words import (
    EndGameSession,
    GameSessionOver,
    GameSessionRuns,
    GoesOn,
    LogWritten,
    PlayersChanged,
    PlayerSessionMoved,
    ReserveSeat,
    SandboxDied,
    SeatReserved,
    StartGameSession,
    ToWorker,
    Word,
    WrittenDown,
)
from session.callbacks import GameSessionFacts
from session.farewells import CloseCode
from session.values import GameSessionId
from tests.house.running import PATIENCE_SECONDS
from tests.house.test_processes import watched

pytestmark = pytest.mark.anyio


def production(folder: Path) -> Config:
    site = Site(port=0, data=folder, orphan_seconds=PATIENCE_SECONDS, stop_seconds=1)
    return Config(Start(Admission.RESERVED), site, log=LogSettings("critical"))


async def said(link: Link, kind: type[Word]) -> Word:
    """Wait for a word of this kind; those before it are passed over."""
    with anyio.fail_after(PATIENCE_SECONDS):
        async for word in link.words:
            if isinstance(word, kind):
                return word
    raise AssertionError(f"the worker has ended without {kind.__name__}")


@asynccontextmanager
async def working(config: Config, number: int = 0) -> AsyncIterator[Link]:
    """Start a worker; whatever becomes of it, it has ended afterwards."""
    link = await Link.start(config, 0, None, number)
    try:
        yield link
    finally:
        link.kill()


def facts(game: str) -> GameSessionFacts:
    return GameSessionFacts(GameSessionId(game), f"room of {game}", "", 0, 4)


async def begin(link: Link, *games: str) -> None:
    """Begin plain relays."""
    for game in games:
        link.words.send(StartGameSession(facts(game), (), "", ()))
        await said(link, GameSessionRuns)


def knocking(config: Config) -> socket.socket:
    """Knock at the meeting place of the first worker."""
    visitor = meeting.reached(meeting_places(config), 0)
    assert visitor is not None
    return visitor


async def alone(config: Config) -> None:
    """Wait until the worker lets visitors in: it has noticed that its desk has gone."""
    with knocking(config) as visitor, anyio.fail_after(PATIENCE_SECONDS):
        await anyio.wait_readable(visitor)


@asynccontextmanager
async def player(link: Link, game: str, name: str) -> AsyncIterator[Client]:
    """Keep a seat, and let a player take it."""
    seat: ToWorker = ReserveSeat(1, game, f"psess-{name}", name, "", PATIENCE_SECONDS)
    link.words.send(seat)
    await said(link, SeatReserved)
    async with Client.connect(f"ws://127.0.0.1:{link.port}", f"psess-{name}") as client:
        yield client


def seats(orphan: GoesOn) -> dict[str, str]:
    return {player_id: state for _, player_id, _, _, state in orphan.seats}


async def farewell(client: Client) -> tuple[int, str]:
    """Wait until a connection has ended; give how."""
    with anyio.fail_after(PATIENCE_SECONDS):
        async for _ in client:
            pass
    assert client.closed
    return client.closed.code, client.closed.reason


async def test_one_desk_after_the_other(tmp_path: Path) -> None:
    config = production(tmp_path)
    async with working(config) as first:
        await begin(first, "long", "short")
        async with player(first, "long", "ann") as ann:
            async with player(first, "long", "bob"):
                await said(first, PlayerSessionMoved)
                first.words.close()
            second = await adopted(config, 0)
            assert second
            assert (second.pid, second.port, second.layers) == (first.pid, first.port, first.layers)
            long, short = second.orphans
            assert (long.facts, long.running, short.players) == (facts("long"), True, 0)
            assert seats(long)["ann"] == "ACTIVE"
            assert {word.state for word in second.news if isinstance(word, PlayerSessionMoved)} >= {"ACTIVE"}
            second.words.send(WrittenDown())
            second.words.send(EndGameSession("short", "it was too short", now=True))
            assert await said(second, GameSessionOver) == GameSessionOver("short", "it was too short")
            second.words.close()
            third = await adopted(config, 0)
            assert third
            assert [orphan.facts.id for orphan in third.orphans] == ["long"]
            assert not [word for word in third.news if isinstance(word, GameSessionOver)]
            third.words.close()
            assert await adopted(replace(config, fleet=FleetLimits(max_connections=7)), 0) is None
            assert await farewell(ann) == (CloseCode.SERVER_STOPPING, "the server stops")
        assert await adopted(config, 0) is None


async def test_what_happens_without_a_desk_is_told_to_the_next(tmp_path: Path) -> None:
    config = production(tmp_path)
    async with working(config) as first:
        await begin(first, "game")
        seat: ToWorker = ReserveSeat(1, "game", "psess-cid", "cid", "", PATIENCE_SECONDS)
        first.words.send(seat)
        async with player(first, "game", "ann"):
            first.words.close()
            await alone(config)
        async with Client.connect(f"ws://127.0.0.1:{first.port}", "psess-cid") as cid:
            next_one = await adopted(config, 0)
            assert next_one
            (game,) = next_one.orphans
            ((identity, who, since, until, state),) = game.seats
            assert (identity, who, state) == ("psess-cid", "cid", "ACTIVE")
            assert until - since == pytest.approx(PATIENCE_SECONDS)
            moves = [(one.player_session_id, one.state) for one in next_one.news if isinstance(one, PlayerSessionMoved)]
            assert moves == [("psess-ann", "ACTIVE"), ("psess-ann", "COMPLETED"), ("psess-cid", "ACTIVE")]
            lines = [word.text for word in next_one.news if isinstance(word, LogWritten)]
            assert any("ann" in line for line in lines), lines
            next_one.words.close()
            nowhere = replace(config.site, http_port=0, ready_file=tmp_path / "nowhere" / "ready")
            with pytest.raises(CannotServe, match="ready file"):
                await serve(replace(config, site=nowhere), lambda _: None)
            last = await adopted(config, 0)
            assert last, "a server that cannot start leaves players to the next"
            await last.stop(1, "enough")
            assert await farewell(cid) == (CloseCode.SERVER_STOPPING, "enough")


async def test_what_no_desk_has_written_down_is_told_to_each(tmp_path: Path) -> None:
    config = production(tmp_path)
    async with working(config) as first:
        await begin(first, "long", "late")
        async with player(first, "long", "ann"):
            first.words.close()
            await alone(config)
        hasty = await adopted(config, 0)
        assert hasty
        hasty.words.send(EndGameSession("late", "it was too late", now=True))
        await said(hasty, GameSessionOver)
        hasty.words.close()
        second = await adopted(config, 0)
        assert second
        assert [(one.facts.id, one.players) for one in second.orphans] == [("long", 0), ("late", 0)]
        assert [one.reason for one in second.news if isinstance(one, GameSessionOver)] == ["it was too late"]
        moves = [one.state for one in second.news if isinstance(one, PlayerSessionMoved)]
        assert moves == ["ACTIVE", "COMPLETED"]
        lines = [one.text for one in second.news if isinstance(one, LogWritten)]
        assert lines.count("player ann, peer 1, has left") == 1
        second.words.send(WrittenDown())
        second.words.close()
        third = await adopted(config, 0)
        assert third
        third.words.close()
        assert [one.facts.id for one in third.orphans] == ["long"]
        assert not [one for one in third.news if isinstance(one, GameSessionOver | LogWritten)]


async def test_who_says_nothing_is_passed_over_and_who_speaks_by_other_words_ends_it(tmp_path: Path) -> None:
    config = production(tmp_path)
    async with working(config) as link:
        await begin(link, "game")
        async with player(link, "game", "ann") as ann:
            link.words.close()
            for nothing in (b"", b"half a word"):
                with knocking(config) as visitor:
                    visitor.sendall(nothing)
            with knocking(config) as visitor:
                visitor.sendall(bytes(len(meeting.DIALECT)))
                assert await farewell(ann) == (CloseCode.SERVER_STOPPING, "the server has gone")


async def test_a_worker_without_game_sessions_ends_with_its_desk(tmp_path: Path) -> None:
    config = production(tmp_path)
    async with working(config) as link:
        with watched([link.pid]) as (pidfd,), anyio.fail_after(PATIENCE_SECONDS):
            link.words.close()
            assert await adopted(config, 0) is None
            await anyio.wait_readable(pidfd)


async def test_workers_of_numbers_that_there_are_no_more_end(tmp_path: Path) -> None:
    config = production(tmp_path)
    async with working(config, 1) as link:
        await begin(link, "game")
        async with player(link, "game", "ann") as ann:
            link.words.close()
            await dismiss_others(config)
            assert await farewell(ann) == (CloseCode.SERVER_STOPPING, "the server stops")


async def test_what_is_told_at_once_may_be_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_module, "BACKLOG_BYTES", 1_000_000)
    ours, theirs = socket.socketpair()
    long, short = SandboxDied("game", "x" * 400_000), GameSessionRuns("game")
    worker, desk = await Port.over(ours), await Port.over(theirs)
    worker.send_at_once([long] * 5)
    worker.send(short)
    with anyio.fail_after(PATIENCE_SECONDS):
        assert [await desk.receive() for _ in range(6)] == [*([long] * 5), short]
    for _ in range(5):
        worker.send(long)
    with anyio.fail_after(PATIENCE_SECONDS):
        heard = [word async for word in desk]
    assert len(heard) < 5, "an end that does not read is given up"
    worker.close()
    desk.close()


def test_an_outbox_is_bounded() -> None:
    outbox = Outbox()
    line = LogWritten("game", "info", "x" * (OUTBOX_CHARACTERS // 2))
    assert [outbox.send(line) for _ in range(3)] == [True, True, False]
    assert not outbox.send(SandboxDied("game", "it is full"))
    assert outbox.send(PlayersChanged("game", 1)), "what the next desk can see is not kept"
    assert outbox.send(GameSessionOver("game", "it is over"))
    assert outbox.words == [line, line, GameSessionOver("game", "it is over")]


@given(st.binary(max_size=2 * len(meeting.DIALECT)) | st.just(meeting.DIALECT))
def test_whatever_is_said_first_is_our_words_or_nothing(said_first: bytes) -> None:
    async def greet() -> bool | None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            theirs.sendall(said_first)
            theirs.shutdown(socket.SHUT_WR)
            try:
                return await meeting.greeted(ours)
            except OSError:
                return None

    enough = len(said_first) >= len(meeting.DIALECT)
    assert anyio.run(greet) is (said_first.startswith(meeting.DIALECT) if enough else None)


def test_a_meeting_place_is_for_our_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ("a path that is longer than the address of a socket may be " * 2)
    with meeting.prepared(folder, 3) as place:
        assert (folder.stat().st_mode & 0o777, (folder / "3").stat().st_mode & 0o777) == (0o700, 0o600)
        assert meeting.reached(folder, 3) is None, "nobody listens yet"
        place.listen()
        visitor = meeting.reached(folder, 3)
        assert visitor
        with visitor:
            assert meeting.peer(visitor) == os.getpid()
        with monkeypatch.context() as somebody_else:
            somebody_else.setattr(os, "geteuid", lambda: os.getuid() + 1)
            with pytest.raises(meeting.Stranger, match=f"process {os.getpid()} is the user {os.getuid()}'s"):
                meeting.reached(folder, 3)
    assert meeting.reached(folder, 3) is None
    assert meeting.reached(folder, 4) is None
    assert meeting.numbers(folder) == [3]
