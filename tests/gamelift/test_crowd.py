"""A crowd at a counter: a thousand calls at the same time for fifty seats, and some of them are boto3's."""

import json
import resource
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import anyio
import pytest
from anyio import to_thread
from anyio.abc import SocketStream
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.gamelift.serving import PATIENCE_SECONDS, Served, a_fleet, a_game_session, a_script, served

SEATS = 50
#: Players who ask by boto3, each in a thread, and by sockets of their own.
BY_BOTO3, BY_SOCKET = 40, 960
FILES = 4_096
#: How a call is answered: "" for a seat, or GameLift's exception.
Answers = Counter[str]


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """Let this process have a thousand sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, FILES), hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def written(server: Served, key: Credentials, game: str, player: str) -> bytes:
    """A signed CreatePlayerSession, as it is on the wire."""
    body = json.dumps({"GameSessionId": game, "PlayerId": player}).encode()
    headers = {"Host": f"127.0.0.1:{server.http_port}", "X-Amz-Target": "GameLift.CreatePlayerSession"}
    request = AWSRequest("POST", f"http://127.0.0.1:{server.http_port}/", headers, body)
    SigV4Auth(key, "gamelift", "eu-central-1").add_auth(request)
    lines = [f"{name}: {text}" for name, text in request.headers.items()]
    head = ["POST / HTTP/1.1", *lines, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(head).encode() + body


async def answered(connection: SocketStream) -> str:
    """Read an answer to its end."""
    data = b""
    try:
        while True:
            data += await connection.receive()
    except anyio.EndOfStream:
        head, _, body = data.partition(b"\r\n\r\n")
    code = json.loads(body).get("__type", "")
    assert head.split(b" ")[1] == (b"400" if code else b"200")
    return str(code)


async def by_sockets(server: Served, requests: list[bytes], ready: Barrier) -> Answers:
    """Make all calls at the same time: the last byte of each is sent once all others are."""
    connections = [await anyio.connect_tcp("127.0.0.1", server.http_port) for _ in requests]
    answers: list[str] = []

    async def read(connection: SocketStream) -> None:
        answers.append(await answered(connection))
        await connection.aclose()

    for connection, request in zip(connections, requests, strict=True):
        await connection.send(request[:-1])
    await to_thread.run_sync(ready.wait)
    with anyio.fail_after(2 * PATIENCE_SECONDS):
        async with anyio.create_task_group() as tasks:
            for connection, request in zip(connections, requests, strict=True):
                await connection.send(request[-1:])
                tasks.start_soon(read, connection)
    return Counter(answers)


def by_boto3(client: Any, game: str, player: str, ready: Barrier) -> str:
    """Make one call, together with the others."""
    ready.wait()
    try:
        client.create_player_session(GameSessionId=game, PlayerId=player)
    except client.exceptions.GameSessionFullException:
        return "GameSessionFullException"
    return ""


def test_fifty_seats_are_sold_to_fifty_of_a_thousand(tmp_path: Path) -> None:
    with served(tmp_path, verb="run") as server:
        key = server.key()
        client = server.client(*key)
        fleet = a_fleet(client, a_script(client, f'configuration = {{"max_players": {SEATS}}}'))
        game = a_game_session(client, fleet, MaximumPlayerSessionCount=SEATS)
        requests = [written(server, Credentials(*key), game, f"player {number}") for number in range(BY_SOCKET)]
        ready = Barrier(BY_BOTO3 + 1)
        with ThreadPoolExecutor(BY_BOTO3) as pool:
            others = [pool.submit(by_boto3, client, game, f"boto {number}", ready) for number in range(BY_BOTO3)]
            answers = anyio.run(by_sockets, server, requests, ready)
            answers += Counter(one.result() for one in others)
        assert answers == {"": SEATS, "GameSessionFullException": BY_BOTO3 + BY_SOCKET - SEATS}
        shown = client.describe_player_sessions(GameSessionId=game)["PlayerSessions"]
        assert len({one["PlayerId"] for one in shown}) == len(shown) == SEATS
        (full,) = client.describe_game_sessions(GameSessionId=game)["GameSessions"]
        assert full["CurrentPlayerSessionCount"] == SEATS
