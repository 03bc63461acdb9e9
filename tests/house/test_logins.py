"""Logins that wait for their seat, as any login of `harena dev` does, and seats of those who left meanwhile."""

from pathlib import Path

import httpx
import pytest
from websockets.frames import CloseCode, Opcode

from desk.events import GameSessionStarted
from relay.client_codec import encode_login, encode_message
from session.values import SERVER, PeerId, PlayerSessionId
from tests.house.running import PATIENCE_SECONDS, running
from tests.relay.peers import RawPeer, binary, masked

pytestmark = pytest.mark.anyio

DUEL = """
from harena import session

configuration = {"max_players": 2}


def on_player_accepted(player):
    session.broadcast(1, "is here", but=player)


def on_player_connect(connect):
    return connect.payload != b"refuse me"


def on_message(message):
    session.kick(message.sender)


def on_player_disconnect(player):
    session.broadcast(2, "has gone")
"""
WAYS_OUT = {
    "closes": masked(Opcode.CLOSE, CloseCode.NORMAL_CLOSURE.to_bytes(2, "big")),
    "is kicked": binary(encode_message(5, b"", PeerId(0), SERVER)),
    "breaks a rule": binary(b"no packet"),
}


async def test_who_is_gone_before_the_game_session_runs_takes_no_seat(tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "duel.py").write_text('configuration = {"max_players": 1}\n')
    async with running(tmp_path, scripts) as house:
        hasty = await RawPeer.connect(house.port)
        await hasty.shake_hands()
        hasty.writer.write(binary(encode_login(PlayerSessionId("duel/room"), b"")))
        hasty.writer.transport.abort()
        started = await house.happened(lambda event: isinstance(event, GameSessionStarted))
        assert isinstance(started, GameSessionStarted)
        async with house.player("duel/room/ann"), httpx.AsyncClient() as http:
            url = f"http://127.0.0.1:{house.http_port}/local/v1/game-sessions/{started.game_session}/player-sessions"
            listed = (await http.get(url)).json()["player_sessions"]
        assert [one["state"] for one in listed] == ["COMPLETED", "ACTIVE"]


async def test_a_seat_is_free_when_the_others_know_though_the_socket_is_still_open(tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "duel.py").write_text(DUEL)
    async with running(tmp_path, scripts) as house, house.player("duel/room/ann") as ann:
        for how, says in WAYS_OUT.items():
            leaves = await RawPeer.connect(house.port)
            await leaves.shake_hands()
            leaves.writer.write(binary(encode_login(PlayerSessionId(f"duel/room/who {how}"), b"")))
            await ann.receive(1, timeout_seconds=PATIENCE_SECONDS)
            leaves.writer.write(says)
            await ann.receive(2, timeout_seconds=PATIENCE_SECONDS)
            async with house.player(f"duel/room/next to who {how}"):
                await ann.receive(1, timeout_seconds=PATIENCE_SECONDS)
            await leaves.close()
        refused = await RawPeer.connect(house.port)
        await refused.shake_hands()
        refused.writer.write(binary(encode_login(PlayerSessionId("duel/room/dan"), b"refuse me")))
        await refused.next_frame()
        async with house.player("duel/room/eve"):
            await ann.receive(1, timeout_seconds=PATIENCE_SECONDS)
        await refused.close()
