"""Metrics: what a server gives at /metrics is what its players and operators know from outside."""

import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import anyio
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from desk.events import WorkerLost, WorkerStarted
from desk.limits import DeskLimits
from harena import Client, LoginRefused
from runtime.config import Admission, Config, LogSettings, SandboxSettings, Site, Start
from tests.house.running import PATIENCE_SECONDS, Running, round_trip, running_as

pytestmark = pytest.mark.anyio

GAME = """
from harena import session

def on_player_connect(connect):
    return connect.player.player_id != "eve"

def on_message(message):
    if message.op_code == 2:
        raise ValueError("no such move")
    if message.op_code == 3:
        session.kick(message.sender)
    if message.op_code == 4:
        while True:
            pass
    session.send(message.sender, 1, "yes")

def on_send_to_group(message):
    return message.op_code == 1

def on_send_to_player(message):
    return True
"""

#: Labels as ``name=value`` in order of name, for short.
Numbers = dict[str, float]


class Scraper:
    """Asks for the metrics, as Prometheus would."""

    def __init__(self, house: Running, http: httpx.AsyncClient) -> None:
        self.house = house
        self.http = http

    async def numbers(self) -> Numbers:
        answer = await self.http.get("/metrics")
        assert answer.status_code == 200, answer.text
        return {
            " ".join([one.name, *(f"{name}={one.labels[name]}" for name in sorted(one.labels))]): one.value
            for family in text_string_to_metric_families(answer.text)
            for one in family.samples
        }

    async def until(self, right: Callable[[Numbers], bool]) -> Numbers:
        """Ask until the numbers are right, and give them; workers tell theirs once a second."""
        numbers: Numbers = {}
        try:
            with anyio.fail_after(PATIENCE_SECONDS):
                while not right(numbers):
                    numbers = await self.numbers()
        except TimeoutError:
            pytest.fail(f"these never became right: {numbers}")
        return numbers

    async def are(self, **wanted: float) -> Numbers:
        """Wait for numbers of worker 0; ``cut_off__kicked`` stands for a reason."""
        return await self.until(lambda numbers: wanted.items() <= _short(numbers).items())


def _short(numbers: Numbers) -> dict[str, float]:
    """The numbers of worker 0, by name and, where there is one, by the other label."""
    short = {}
    for name, number in numbers.items():
        head, *labels = name.split(" ")
        if "worker=0" in labels and not any(label.startswith("le=") for label in labels):
            others = [label.partition("=")[2] for label in labels if label != "worker=0"]
            short["__".join([head.removeprefix("harena_").removesuffix("_total"), *others])] = number
    return short


@asynccontextmanager
async def measured(tmp_path: Path, admission: Admission = Admission.ANYBODY) -> AsyncIterator[Scraper]:
    """Run a server over a folder with one script."""
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "game.py").write_text(GAME)
    site = Site(port=0, http_port=0, scripts=scripts, data=tmp_path / "kept")
    limits = SandboxSettings(call_wall_seconds=1.0)
    config = Config(Start(admission), site, sandbox=limits, log=LogSettings("critical"))
    async with running_as(config) as house:
        url = f"http://127.0.0.1:{house.http_port}"
        async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as http:
            yield Scraper(house, http)


async def heard(client: Client, messages: int) -> int:
    for _ in range(messages):
        await client.receive(timeout_seconds=PATIENCE_SECONDS)
    return messages


async def test_the_numbers_are_those_that_the_players_count(tmp_path: Path) -> None:
    players, messages = 3, 50
    async with measured(tmp_path) as scraper, AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(scraper.house.player(f"game/room/player-{number}"))
            for number in range(players)
        ]
        for client in clients:
            for number in range(messages):
                await client.send(1, f"{number}", group=-1)
                await client.send(5, "this does not pass", group=-1)
        received = sum([await heard(client, (players - 1) * messages) for client in clients])
        numbers = await scraper.are(
            connections=players,
            players=players,
            game_sessions=1,
            packets_received=players + 2 * players * messages,
            packets_sent=players + received,
            flush_packets_sum=players + received,
            batch_asks_sum=players + 2 * players * messages,
            input_wait_seconds_count=players + 2 * players * messages,
            sandbox_births=1,
        )
    asked = {name: number for name, number in numbers.items() if name.startswith("harena_script_seconds_count")}
    assert asked == {
        "harena_script_seconds_count callback=on_player_connect script=game version=1": players,
        "harena_script_seconds_count callback=on_send_to_group script=game version=1": 2 * players * messages,
    }
    assert _short(numbers)["batch_asks_count"] <= 2 * players * messages


async def test_what_goes_wrong_is_counted_by_its_reason(tmp_path: Path) -> None:
    async with measured(tmp_path) as scraper:
        player = scraper.house.player
        with pytest.raises(LoginRefused):
            async with player("game/room/eve"):
                pass
        async with player("game/room/ann") as ann, player("game/room/bob") as bob:
            await ann.send(2, "this raises")
            await ann.send(1, "nobody is there", to=99)
            await round_trip(ann, "and on")
            await bob.send(3, "away with me")
            assert [event async for event in bob] == []
        async with player("game/other/ann") as ann:
            await ann.send(4, "for ever")
            assert [event async for event in ann] == []
        numbers = await scraper.are(
            connections=0,
            logins_refused__login_refused=1,
            dropped_packets__unknown_target=1,
            peers_cut_off__kicked=1,
            peers_cut_off__script_failed=1,
            sandbox_births=2,
            sandbox_deaths__exceeded_cpu=1,
        )
    assert numbers["harena_script_errors_total script=game version=1"] == 1


async def test_what_a_worker_has_counted_outlives_it_and_counts_once(tmp_path: Path) -> None:
    async with measured(tmp_path) as scraper:
        house = scraper.house
        async with house.player("game/room/ann") as ann:
            await round_trip(ann, "hi")
            before = await scraper.are(connections=1, packets_received=2, packets_sent=2, sandbox_births=1)
            started = next(event for event in house.events if isinstance(event, WorkerStarted))
            since = len(house.events)
            os.kill(started.pid, signal.SIGKILL)
            await house.happened(lambda event: isinstance(event, WorkerLost), since)
        gone = await scraper.are(connections=0, players=0, game_sessions=0)
        assert {name for name in before if gone[name] < before[name]} <= {
            f"harena_{name} worker=0" for name in ("connections", "players", "game_sessions")
        }
        await house.happened(lambda event: isinstance(event, WorkerStarted), since)
        async with house.player("game/room/ann") as ann:
            await round_trip(ann, "hi again")
            await scraper.are(connections=1, packets_received=4, packets_sent=4, sandbox_births=2)


async def test_reservations_are_counted(tmp_path: Path) -> None:
    async with measured(tmp_path, Admission.RESERVED) as scraper:
        wanted = {"script": "game", "max_players": 1}
        game = (await scraper.http.post("/local/v1/game-sessions", json=wanted)).json()["id"]
        path = f"/local/v1/game-sessions/{game}/player-sessions"
        results = Counter([(await scraper.http.post(path, json={})).status_code for _ in range(3)])
        assert results == {200: 1, 409: 2}
        numbers = await scraper.numbers()
        assert numbers["harena_reservations_total result=kept"] == 1
        assert numbers["harena_reservations_total result=refused"] == 2


async def test_web_pages_do_not_get_them(tmp_path: Path) -> None:
    async with measured(tmp_path) as scraper:
        foreign = await scraper.http.get("/metrics", headers={"Origin": "http://evil.example"})
        assert foreign.status_code == 403
        rebound = await scraper.http.get("/metrics", headers={"Host": "evil.example"})
        assert rebound.status_code == 403
        welcome = await scraper.http.get("/")
        assert "GET   /metrics" in welcome.text


async def test_they_can_be_switched_off(tmp_path: Path) -> None:
    site = Site(port=0, http_port=0, data=tmp_path / "kept")
    config = Config(Start(), site, desk=DeskLimits(metrics=False), log=LogSettings("critical"))
    async with running_as(config) as house, httpx.AsyncClient() as http:
        url = f"http://127.0.0.1:{house.http_port}"
        assert (await http.get(f"{url}/metrics")).status_code == 404
        assert "/metrics" not in (await http.get(url)).text
