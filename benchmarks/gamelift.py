"""The GameLift API as a back end meets it: how soon a player is in a new game, and how many calls it takes a second.

``python -m benchmarks.gamelift [--games N] [--seconds S] [--rounds N] [--json FILE]``. From CreateGameSession to the
first accepted login, every call signed, with the Python client; goal: p50 of at most 50 ms. In turns by boto3, as a
back end has it, and by calls that were signed before the clock runs: the difference is boto3's. Then calls a second of
one that looks and one that keeps something, beside DynamoDB's like in moto's server, which looks at no signature and
keeps all in memory; in turns, from the same machine. moto is installed into ``.bench``.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import anyio
import boto3
import httpx
from botocore import xform_name
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks.deploying import progress, summary
from benchmarks.dev_server import dev_server
from benchmarks.relaying.installing import BUILT
from desk.gamelift.limits import GameLiftLimits
from harena import Client
from session.values import value

GOAL_MS = 50.0
REGION = "eu-central-1"
CONNECTIONS = 8
PLAYERS = 100
MOTO = "moto[server]==5.2.5"
INSTALL_SECONDS = 600
START_SECONDS = 60.0
#: Quotas are not what is measured.
NO_QUOTAS = tuple(field.name for field in fields(GameLiftLimits) if field.name.endswith("_per_second"))

SCRIPT = 'configuration = {"max_players": 200}\n\n\ndef on_player_connect(connect):\n    return True\n'
#: Seconds by step for each game, by who called.
Games = dict[str, list[list[float]]]
STEPS = ("CreateGameSession", "CreatePlayerSession", "login", "all together")


@value
class Target:
    """A server's operation: where it answers, and the calls of it that are made over and over."""

    name: str
    port: int
    calls: tuple[tuple[dict[str, str], bytes], ...]


def api(service: str, port: int, key: Credentials) -> Any:
    """A client of boto3's for a server on this machine."""
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name=REGION,
        aws_access_key_id=key.access_key,
        aws_secret_access_key=key.secret_key,
    )


def new_key(port: int) -> Credentials:
    """Make an access key of Harena's."""
    url = f"http://127.0.0.1:{port}/local/v1/keys"
    made = httpx.post(url, json={"note": ""}, trust_env=False, timeout=START_SECONDS).json()
    return Credentials(made["id"], made["secret"])


#: Calls an operation; gives the answer, and the seconds that it took.
Caller = Callable[[str, dict[str, object]], tuple[Any, float]]


def by_boto3(gamelift: Any) -> Caller:
    """Call as a back end does: what boto3 takes counts."""

    def call(operation: str, asked: dict[str, object]) -> tuple[Any, float]:
        began = time.perf_counter()
        answer = getattr(gamelift, xform_name(operation))(**asked)
        return answer, time.perf_counter() - began

    return call


def bare(port: int, key: Credentials) -> Caller:
    """Send calls that are signed already, and wait for the last byte of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)

    def call(operation: str, asked: dict[str, object]) -> tuple[Any, float]:
        ((headers, body),) = calls(port, f"GameLift.{operation}", [asked], key)
        began = time.perf_counter()
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        seconds = time.perf_counter() - began
        if answer.status != http.client.OK:
            raise RuntimeError(f"{operation} answers {answer.status}: {said[:200]!r}")
        return json.loads(said), seconds

    return call


async def game(call: Caller, fleet: str) -> list[float]:
    """Begin a game session and let a player in; give the seconds of each step, and of all."""
    made, begun = call("CreateGameSession", {"FleetId": fleet, "MaximumPlayerSessionCount": 2})
    which = {"GameSessionId": made["GameSession"]["GameSessionId"]}
    kept, seated = call("CreatePlayerSession", {**which, "PlayerId": "ann"})
    seat = kept["PlayerSession"]
    began = time.perf_counter()
    async with Client.connect(f"ws://{seat['IpAddress']}:{seat['Port']}", seat["PlayerSessionId"]):
        login = time.perf_counter() - began
    call("TerminateGameSession", {**which, "TerminationMode": "FORCE_TERMINATE"})
    return [begun, seated, login, begun + seated + login]


def fleet_of(gamelift: Any) -> str:
    """Make a fleet of the script that is watched."""
    runtime = {"ServerProcesses": [{"LaunchPath": "plain.py", "ConcurrentExecutions": 20}]}
    made = gamelift.create_fleet(Name="f", ScriptId="script-plain", RuntimeConfiguration=runtime)
    return str(made["FleetAttributes"]["FleetId"])


def ours(gamelift: Any, fleet: str, port: int, key: Credentials) -> list[Target]:
    """The calls of Harena's that are counted."""
    made = gamelift.create_game_session(FleetId=fleet, MaximumPlayerSessionCount=2 * PLAYERS)["GameSession"]
    looks: dict[str, object] = {"GameSessionId": made["GameSessionId"]}
    # The same player again takes the same seat.
    keeps = [{**looks, "PlayerId": f"player {number}"} for number in range(PLAYERS)]
    return [
        Target("DescribeGameSessions", port, calls(port, "GameLift.DescribeGameSessions", [looks] * PLAYERS, key)),
        Target("CreatePlayerSession", port, calls(port, "GameLift.CreatePlayerSession", keeps, key)),
    ]


def theirs(port: int) -> list[Target]:
    """The calls of moto's that are like them; it looks at no signature."""
    key = Credentials("any", "any")
    column = {"AttributeName": "id"}
    api("dynamodb", port, key).create_table(
        TableName="t",
        KeySchema=[{**column, "KeyType": "HASH"}],
        AttributeDefinitions=[{**column, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    rows = [{"id": {"S": str(number)}} for number in range(PLAYERS)]
    looks: list[Mapping[str, object]] = [{"TableName": "t", "Key": row} for row in rows]
    keeps: list[Mapping[str, object]] = [{"TableName": "t", "Item": row} for row in rows]
    return [
        Target("GetItem (moto)", port, calls(port, "DynamoDB_20120810.GetItem", looks, key)),
        Target("PutItem (moto)", port, calls(port, "DynamoDB_20120810.PutItem", keeps, key)),
    ]


def calls(
    port: int, target: str, bodies: Sequence[Mapping[str, object]], key: Credentials
) -> tuple[tuple[dict[str, str], bytes], ...]:
    """Sign calls before the clock runs: headers and bodies. They are good for five minutes."""
    made = []
    for body in bodies:
        data = json.dumps(body).encode()
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1", "Host": f"127.0.0.1:{port}"}
        request = AWSRequest("POST", f"http://127.0.0.1:{port}/", headers, data)
        SigV4Auth(key, target.partition("_")[0].partition(".")[0].lower(), REGION).add_auth(request)
        made.append((dict(request.headers.items()), data))
    return tuple(made)


def calls_per_second(target: Target, seconds: float) -> float:
    """Call over and over from several connections for so long."""
    until = time.perf_counter() + seconds

    def caller(number: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=START_SECONDS)
        count = 0
        while time.perf_counter() < until:
            headers, body = target.calls[(number + CONNECTIONS * count) % len(target.calls)]
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != http.client.OK:
                raise RuntimeError(f"{target.name} answers {answer.status}: {said[:200]!r}")
            count += 1
        connection.close()
        return count

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return sum(pool.map(caller, range(CONNECTIONS))) / seconds


def installed_moto() -> Path:
    """Install moto, where it is not there yet; give its server."""
    folder = BUILT / "moto"
    server = folder / "bin" / "moto_server"
    if not server.exists():
        progress("installing moto")
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, timeout=INSTALL_SECONDS)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", MOTO]
        subprocess.run(pip, check=True, timeout=INSTALL_SECONDS)
    return server


@contextmanager
def moto() -> Iterator[int]:
    """Run moto's server; give its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    quiet = subprocess.DEVNULL
    with subprocess.Popen([str(installed_moto()), "-p", str(port)], stdout=quiet, stderr=quiet) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


async def measured(games: int, rounds: int, seconds: float) -> tuple[Games, dict[str, list[float]]]:
    """Measure all; give seconds by step for each game of each caller, and calls a second by name for each round."""
    for quota in NO_QUOTAS:
        os.environ[f"HARENA_GAMELIFT__{quota.upper()}"] = "1000000"
    found: Games = {"boto3": [], "bare": []}
    counted: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name, moto() as moto_port:
        scripts = Path(name) / "scripts"
        scripts.mkdir()
        (scripts / "plain.py").write_text(SCRIPT)
        async with dev_server(scripts, Path(name), verb="run") as server:
            key = new_key(server.http_port)
            gamelift = api("gamelift", server.http_port, key)
            fleet = fleet_of(gamelift)
            callers = {"boto3": by_boto3(gamelift), "bare": bare(server.http_port, key)}
            await game(callers["boto3"], fleet)
            for number in range(games):
                progress(f"game {number + 1} of {games}")
                for name, call in callers.items():
                    found[name].append(await game(call, fleet))
            moto_calls = theirs(moto_port)
            for _ in range(rounds):
                for target in [*ours(gamelift, fleet, server.http_port, key), *moto_calls]:
                    progress(f"counting {target.name}")
                    counted.setdefault(target.name, []).append(calls_per_second(target, seconds))
    progress("")
    return found, counted


def told(games: Games, counted: dict[str, list[float]]) -> dict[str, object]:
    """Print the figures; give them."""
    steps = {name: _summaries(those) for name, those in games.items()}
    for step in STEPS:
        each = ", ".join(
            f"{name} p50 {of[step]['p50']:6.1f} ms p99 {of[step]['p99']:6.1f}" for name, of in steps.items()
        )
        print(f"{step:20} {each}")  # noqa: T201
    print(f"goal                 p50 {GOAL_MS:6.1f} ms for all together, by boto3")  # noqa: T201
    rates = {name: round(statistics.median(rounds)) for name, rounds in counted.items()}
    for name, rate in rates.items():
        print(f"{name:20} {rate:6,} calls a second, from {CONNECTIONS} connections")  # noqa: T201
    return {"steps": steps, "calls_per_second": rates}


def _summaries(games: Sequence[Sequence[float]]) -> dict[str, dict[str, float]]:
    return {step: summary(seconds) for step, seconds in zip(STEPS, zip(*games, strict=True), strict=True)}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="How soon a player is in a new game, and how many calls a second.")
    parser.add_argument("--games", type=int, default=200, help="game sessions that each caller begins (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of counting calls, in turns (%(default)s)")
    parser.add_argument("--seconds", type=float, default=5.0, help="that each is counted for (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    asked = parser.parse_args()
    figures = told(*anyio.run(measured, max(asked.games, 2), asked.rounds, asked.seconds))
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
