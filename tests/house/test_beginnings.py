"""What is said to a worker or a game session while it begins counts as well."""

from dataclasses import replace
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from relay.channel import ChannelLimits
from relay.fast.bad_line import BadLine
from relay.fast.offer import FastOffer
from relay.turn import Turn
from runtime.config import Config, LogSettings, Site
from runtime.nurseries import Nurseries
from runtime.playing import Playing, Surroundings
from runtime.tally import Tally
from runtime.words import GameSessionShown, ShowGameSession, StartGameSession
from runtime.workers import WorkerKeeper
from sandbox.limits import DEFAULTS
from session.callbacks import GameSessionFacts
from session.values import GameSessionId, PlayerId
from tests.house.running import PATIENCE_SECONDS
from tests.relay.peers import RawPeer
from tests.relay.plain_relay import plain_relay
from tests.relay.test_channel import logged_in

pytestmark = pytest.mark.anyio


async def test_a_network_that_is_bad_before_the_game_session_is_there_stays_so() -> None:
    facts = GameSessionFacts(GameSessionId("g"), "g", "", 0, 200)
    async with plain_relay() as relay, anyio.create_task_group() as tasks:
        nurseries = Nurseries(lambda _: None)
        around = Surroundings(nurseries, Turn(nurseries.ears), tasks, Tally())
        playing = Playing(StartGameSession(facts, (), "", ()), lambda _: True, DEFAULTS, around, FastOffer())
        playing.spoil(PlayerId(""), BadLine(delay_seconds=0.01))
        await playing.start()
        relay.room.close()
        assert playing._room
        relay.room = playing._room
        ann = await logged_in(relay, "ann")
        (connection,) = relay.room._connections.values()
        assert connection.hardship
        await ann.close()
        tasks.cancel_scope.cancel()


async def test_settings_that_change_while_a_worker_starts_reach_it(tmp_path: Path) -> None:
    site = Site(port=0, http_port=0, data=tmp_path)
    first = Config(site=site, channel=ChannelLimits(login_seconds=3_600), log=LogSettings("critical"))
    configs = [first]
    keeper = WorkerKeeper(0, lambda: configs[-1], lambda: None, lambda _: None, lambda: None, lambda _: None)
    with anyio.fail_after(PATIENCE_SECONDS):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(keeper.start)
            await anyio.lowlevel.checkpoint()
            configs.append(replace(first, channel=ChannelLimits(login_seconds=0.1)))
        assert keeper.link
        keeper.tell(ShowGameSession(1, "none"))
        async for word in keeper.link.words:  # Words are heard in their order: what was said before counts by now.
            if isinstance(word, GameSessionShown):
                break
        mute = await RawPeer.connect(keeper.port)
        assert await mute.ended()
    await mute.close()
    keeper.kill()
