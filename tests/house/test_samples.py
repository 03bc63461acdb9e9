"""Every sample, played by real clients."""

import hmac
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from desk.events import WorkerStarted
from harena import Client, LoginRefused
from relay.client_events import Message
from runtime.config import Config, LogSettings, Secrets, Site, Start
from session.values import PeerId
from tests.house.running import PATIENCE_SECONDS, Running, running, running_as
from tests.house.test_processes import children

pytestmark = pytest.mark.anyio

SAMPLES = Path(__file__).parents[2] / "sample_scripts"


async def said(client: Client, op_code: int) -> Any:  # What JSON holds is known to the sample alone.
    """Wait for the next message of an op code and read it as JSON."""
    return (await client.receive(op_code, timeout_seconds=PATIENCE_SECONDS)).json()


async def test_chat(tmp_path: Path) -> None:
    async with running(tmp_path, SAMPLES) as house, house.player("chat/lobby", b"Ann") as ann:
        assert (await ann.receive(2)).text == "welcome; here are Ann"
        async with house.player("chat/lobby", b"Bob") as bob:
            assert (await ann.receive(2)).text == "Bob is here"
            assert (await bob.receive(2)).text == "welcome; here are Ann, Bob"
            await ann.send(1, "hello, check this out", group=-1)
            assert await bob.receive() == Message(ann.peer_id, 1, b"hello, check this out")
            await bob.send(1, "what the HECK", group=-1)
            assert (await bob.receive(2)).text == "mind your language"
            await bob.send(1, "darn", to=ann.peer_id)
            assert (await bob.receive(2)).text == "mind your language"
        # Of what was forbidden nothing came: the next that Ann hears is this.
        assert (await ann.receive()).text == "Bob has gone"
        with pytest.raises(LoginRefused, match="there is a Ann already"):
            async with house.player("chat/lobby", b"Ann"):
                pass
        with pytest.raises(LoginRefused, match="log in with your name"):
            async with house.player("chat/lobby"):
                pass


async def test_teams(tmp_path: Path) -> None:
    async with (
        running(tmp_path, SAMPLES) as house,
        house.player("teams/match") as ann,
        house.player("teams/match") as bob,
    ):
        assert await said(ann, 22) == {"red": 0, "blue": 0}
        await ann.join_group(1)
        assert await said(bob, 20) == {"player": ann.peer_id, "team": "red"}
        assert (await ann.receive_membership(1)).players == (ann.peer_id,)
        await bob.join_group(1)
        assert (await bob.receive_membership(1)).players == (ann.peer_id, bob.peer_id)
        await ann.send(5, "red only", group=1)
        assert (await bob.receive(5)).text == "red only"

        # A player may be in one team only; the client is told who is in the other.
        await ann.join_group(2)
        assert (await ann.receive_membership(2)).players == ()
        await bob.leave_group(1)
        assert await said(ann, 21) == {"player": bob.peer_id, "team": "red"}
        await _vanishes_from_blue(house, ann)


async def _vanishes_from_blue(house: Running, ann: Client) -> None:
    async with house.player("teams/match") as cid:
        await cid.join_group(2)
        await cid.receive_membership(2)
        peer = cid.peer_id
    assert await said(ann, 21) == {"player": peer, "team": "blue"}


async def test_tag(tmp_path: Path) -> None:
    async with running(tmp_path, SAMPLES) as house:
        with pytest.raises(LoginRefused, match="wrong password"):
            async with house.player("tag/yard"):
                pass
        async with house.player("tag/yard", b"let me in") as ann, house.player("tag/yard", b"let me in") as bob:
            assert await said(ann, 11) == {"it": ann.peer_id}
            assert await said(bob, 11) == {"it": ann.peer_id}
            # Who is not it cannot tag, and nonsense ends nothing.
            await bob.send(10, {"whom": ann.peer_id})
            await ann.send(10, "nonsense")
            await _tag_until_it_counts(ann, bob.peer_id)
            assert await said(bob, 11) == {"it": bob.peer_id}
            async with house.player("tag/yard", b"let me in") as cid:
                assert await said(cid, 11) == {"it": bob.peer_id}
                await bob.close()
                assert await said(cid, 11) == {"it": ann.peer_id}


async def _tag_until_it_counts(client: Client, whom: PeerId) -> None:
    """Who is it has to rest a moment before it may tag; a player tries again and again, and so do we."""
    while True:
        await client.send(10, {"whom": whom})
        try:
            await client.receive(11, timeout_seconds=0.1)
        except TimeoutError:
            continue
        return


async def test_pong(tmp_path: Path) -> None:
    async with running(tmp_path, SAMPLES) as house, house.player("pong/table/ann") as ann:
        async with house.player("pong/table/bob") as bob:
            assert await said(ann, 3) == {"ann": 0, "bob": 0}
            await bob.send(1, -1)
            while (state := await said(ann, 2))["paddles"] != [50, 10]:
                assert state["paddles"][0] == 50
            await _points_are_made(ann, bob)
        assert await said(ann, 4) == {"for": "bob", "seconds": 30}
        with pytest.raises(LoginRefused, match="two are playing already"):
            async with house.player("pong/table/cid"):
                pass
        async with house.player("pong/table/bob") as bob:
            score = await said(bob, 3)
            assert score["ann"] + score["bob"] >= 1
            assert (await said(bob, 2))["paddles"] == [50, 10]


async def _points_are_made(ann: Client, bob: Client) -> None:
    score = await said(ann, 3)
    assert score["ann"] + score["bob"] >= 1
    while await said(bob, 3) != score:
        pass


async def test_lobby(tmp_path: Path) -> None:
    async with (
        running(tmp_path, SAMPLES) as house,
        house.player("lobby/hall/ann") as ann,
        house.player("lobby/hall/bob") as bob,
    ):
        await ann.send(1, True)
        await bob.send(1, True)
        assert await said(ann, 3) == 5
        async with house.player("lobby/hall/cid") as cid:
            assert await said(cid, 2) == {"ann": True, "bob": True, "cid": False}
            await ann.receive(4)
        assert await said(ann, 3) == 5
        assert (await bob.receive(5, timeout_seconds=PATIENCE_SECONDS)).json() == ["ann", "bob"]
        with pytest.raises(LoginRefused, match="accepts no new players"):
            async with house.player("lobby/hall/dan"):
                pass


async def test_turns(tmp_path: Path) -> None:
    async with running(tmp_path, SAMPLES) as house, house.player("turns/cafe/ann") as ann:
        async with house.player("turns/cafe/bob") as bob:
            await bob.send(1, 0)
            assert (await bob.receive(3)).text == "it is not your turn"
            await _moves(ann, bob, 4)
        assert await said(ann, 4) == {"who": "bob", "seconds": 60}
        with pytest.raises(LoginRefused, match="two are playing already"):
            async with house.player("turns/cafe/cid"):
                pass
        async with house.player("turns/cafe/bob") as bob:
            assert (await said(bob, 2))["turn"] == "bob"
            await said(ann, 2)
            for mover, other, square in [(bob, ann, 0), (ann, bob, 2), (bob, ann, 1), (ann, bob, 6)]:
                await _moves(mover, other, square)
            assert (await bob.receive(5)).text == "ann has won"
            assert [event async for event in bob] == []
            assert bob.closed
            assert bob.closed.reason == "ann has won"


async def test_turns_survives_its_sandbox(tmp_path: Path) -> None:
    async with (
        running(tmp_path, SAMPLES) as house,
        house.player("turns/cafe/ann") as ann,
        house.player("turns/cafe/bob") as bob,
    ):
        await _moves(ann, bob, 4)
        await _crash_all_sandboxes(house)
        state = await said(ann, 2)
        assert state["seats"] == ["ann", "bob"]
        assert state["turn"] == ("bob" if state["squares"][4] else "ann"), (
            "the latest move may be lost, and nothing else"
        )
        await said(bob, 2)
        mover, other = (bob, ann) if state["turn"] == "bob" else (ann, bob)
        await _moves(mover, other, 0)


async def _crash_all_sandboxes(house: Running) -> None:
    [started] = [event for event in house.events if isinstance(event, WorkerStarted)]
    zygote, *_ = children(started.pid)
    os.kill(zygote, signal.SIGKILL)


async def _moves(mover: Client, other: Client, square: int) -> None:
    """Make a move, and wait until both have seen it."""
    await mover.send(1, square)
    for client in (mover, other):
        while not (await said(client, 2))["squares"][square]:
            pass


async def test_tokens(tmp_path: Path) -> None:
    secrets = Secrets({"tokens": (("login_key", "a key for tests"),)})
    site = Site(port=0, http_port=0, scripts=SAMPLES, data=tmp_path / "kept")
    async with running_as(Config(Start(), site, log=LogSettings("warning"), secrets=secrets)) as house:
        async with house.player("tokens/door/ann", _token(b"ann")) as ann:
            assert (await ann.receive(1)).text == "welcome, ann"
        for token, why in [(_token(b"ann"), "somebody else's"), (_token(b"eve")[:-1], "log in with a token")]:
            with pytest.raises(LoginRefused, match=why):
                async with house.player("tokens/door/eve", token):
                    pass


def _token(player_id: bytes) -> bytes:
    """Make what a back end would: a token that is good for longer than this test may take."""
    claim = player_id + f":{time.time() + 600:.0f}".encode()
    return claim + b":" + hmac.new(b"a key for tests", claim, "sha256").hexdigest().encode()
