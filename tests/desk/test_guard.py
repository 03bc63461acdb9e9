"""The guard: whose requests pass, by `Host` and `Origin`."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message

from desk.guard import guarded

pytestmark = pytest.mark.anyio


async def inside(_request: Request) -> Response:
    return PlainTextResponse("come in")


APP = Starlette(routes=[Route("/", inside, methods=["GET", "POST"])])


async def asked(headers: dict[str, str], host: str = "127.0.0.1", port: int = 9080) -> httpx.Response:
    transport = httpx.ASGITransport(guarded(APP, host, port))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:9080") as client:
        return await client.post("/", headers=headers)


@pytest.mark.parametrize("host", ["127.0.0.1:9080", "localhost:9080", "LOCALHOST:9080", "[::1]:9080"])
async def test_our_own_names_pass(host: str) -> None:
    response = await asked({"Host": host})
    assert (response.status_code, response.text) == (200, "come in")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:9080",
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:9081",
        "127.0.0.1:9080.evil.example",
        "localhost.evil.example:9080",
        "192.168.0.7:9080",
        "user@127.0.0.1:9080",
        "",
    ],
)
async def test_any_other_host_is_refused_in_a_sentence(host: str) -> None:
    response = await asked({"Host": host})
    assert response.status_code == 403
    assert response.json()["error"].startswith("this server does not answer to the Host")
    assert "http://127.0.0.1:9080" in response.json()["hint"]


@pytest.mark.parametrize("origin", ["http://127.0.0.1:9080", "http://localhost:9080", "http://[::1]:9080"])
async def test_our_own_pages_pass(origin: str) -> None:
    assert (await asked({"Host": "127.0.0.1:9080", "Origin": origin})).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:9080", "http://127.0.0.1:8000", "http://127.0.0.1", ""]
)
async def test_foreign_pages_are_refused_in_a_sentence(origin: str) -> None:
    response = await asked({"Host": "127.0.0.1:9080", "Origin": origin})
    assert response.status_code == 403
    assert response.json()["error"] == f"web pages of the Origin {origin!r} may not use this server"


async def test_the_configured_host_passes_and_no_other() -> None:
    assert (await asked({"Host": "games.example:9080"}, host="Games.Example")).status_code == 200
    assert (await asked({"Host": "other.example:9080"}, host="games.example")).status_code == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("192.168.0.7:9080", 200),
        ("[fe80::1]:9080", 200),
        ("192.168.0.7:9081", 403),
        ("192.168.0.7", 403),
        ("fe80::1:9080", 403),
        ("evil.example:9080", 403),
    ],
)
async def test_a_server_at_every_address_answers_to_addresses_but_to_no_name(host: str, status: int) -> None:
    assert (await asked({"Host": host}, host="0.0.0.0")).status_code == status


async def test_at_every_address_a_page_must_be_of_the_host_that_is_asked() -> None:
    same = {"Host": "192.168.0.7:9080", "Origin": "http://192.168.0.7:9080"}
    other = {"Host": "192.168.0.7:9080", "Origin": "http://203.0.113.5:9080"}
    assert (await asked(same, host="0.0.0.0")).status_code == 200
    assert (await asked(other, host="0.0.0.0")).status_code == 403


async def test_at_port_80_the_host_has_no_port() -> None:
    assert (await asked({"Host": "localhost"}, port=80)).status_code == 200
    assert (await asked({"Host": "evil.example"}, port=80)).status_code == 403


@pytest.mark.parametrize(
    ("client", "headers", "status"),
    [
        (("127.0.0.1", 1), {}, 200),
        (("::1", 1), {}, 200),
        (("::ffff:127.0.0.1", 1), {}, 200),
        (("192.168.0.9", 1), {}, 403),
        (("127.0.0.1", 1), {"X-Forwarded-For": "192.168.0.9"}, 403),
        (("127.0.0.1", 1), {"forwarded": "for=192.168.0.9"}, 403),
        (("127.0.0.1", 1), {"Via": "1.1 proxy"}, 403),
    ],
)
async def test_the_local_api_is_for_this_machine(client: tuple[str, int], headers: dict[str, str], status: int) -> None:
    app = Starlette(routes=[Route("/local/v1/deploy", inside), Route("/metrics", inside)])
    for guard, expected in ((guarded(app, "", 9080), status), (guarded(app, "", 9080, local_anywhere=True), 200)):
        transport = httpx.ASGITransport(guard, client=client)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:9080") as asking:
            assert (await asking.get("/metrics", headers=headers)).status_code == 200
            for path in ("/local/v1/deploy", "/%6cocal/v1/deploy"):
                answer = await asking.get(path, headers=headers)
                assert answer.status_code == expected
                assert "own machine only" in answer.json()["error"] if expected == 403 else answer.text == "come in"


async def test_two_hosts_are_none() -> None:
    transport = httpx.ASGITransport(guarded(APP, "127.0.0.1", 9080))
    async with httpx.AsyncClient(transport=transport) as client:
        headers = [("Host", "127.0.0.1:9080"), ("Host", "evil.example")]
        assert (await client.get("http://127.0.0.1:9080/", headers=headers)).status_code == 403


async def test_a_websocket_is_closed() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    await guarded(APP, "127.0.0.1", 9080)({"type": "websocket", "headers": []}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]
