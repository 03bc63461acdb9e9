"""A server and players who speak by datagram: every piece from the configuration to the metrics."""

from pathlib import Path

import anyio
import httpx
import pytest

from harena import Client
from relay.fast.limits import FastLimits
from runtime.config import Config, LogSettings, Site, Start
from tests.house.running import PATIENCE_SECONDS, Running, running_as

pytestmark = pytest.mark.anyio

SCRIPT = """
from harena import session

configuration = {"messages_per_second": 10000}


def on_message(message):
    session.send(message.sender, 2, {"reliable": message.reliable}, reliable=False)
"""


def config(folder: Path, fast: FastLimits) -> Config:
    (folder / "scripts").mkdir()
    (folder / "scripts" / "says.py").write_text(SCRIPT)
    site = Site(port=0, http_port=0, scripts=folder / "scripts", data=folder / "kept")
    return Config(Start(), site, fast=fast, log=LogSettings("warning"))


async def answered_fast(client: Client) -> None:
    """Say things until one of them has come by datagram."""
    while True:
        await client.send(1)
        if not (await client.receive(2)).json()["reliable"]:
            return


async def metric(house: Running, name: str, at_least: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.http_port}") as http:
        while True:
            lines = (await http.get("/metrics")).text.splitlines()
            if any(line.startswith(f"{name}{{") and float(line.split()[-1]) >= at_least for line in lines):
                return


async def test_script_and_players_speak_by_datagram_and_that_is_counted(tmp_path: Path) -> None:
    async with running_as(config(tmp_path, FastLimits())) as house:
        with anyio.fail_after(PATIENCE_SECONDS):
            async with (
                house.player("says/one/ann", fast=True) as ann,
                house.player("says/two/ann", fast=True) as other_ann,
            ):
                assert (ann.peer_id, other_ann.peer_id) == (1, 1)
                await answered_fast(ann)
                await answered_fast(other_ann)
                assert ann.fast
                assert other_ann.fast
            await metric(house, "harena_fast_opened_total", 2)
            await metric(house, "harena_datagrams_received_total", 6)
            await metric(house, "harena_datagrams_sent_total", 4)


async def test_without_a_fast_channel_everything_goes_by_websocket(tmp_path: Path) -> None:
    async with running_as(config(tmp_path, FastLimits(enabled=False))) as house:
        async with house.player("says/one/ann", fast=True) as ann:
            await ann.send(1)
            assert (await ann.receive(2)).json() == {"reliable": True}
            assert not ann.fast
