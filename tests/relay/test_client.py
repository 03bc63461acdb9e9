"""The Python client: what it sends, what it yields, and how it says what went wrong."""

import asyncio
import socket

import anyio
import pytest
from websockets.asyncio.server import ServerConnection, serve

from harena import Client, Closed, ConnectionFailed, LoginRefused
from relay.client_events import Message
from relay.codec import ProtobufWire, decode_untrusted
from session.packets import GameMessage, Login, Packet
from session.values import EVERYBODY, NOBODY, SERVER, PeerId
from tests.relay.plain_relay import plain_relay

pytestmark = pytest.mark.anyio
WIRE = ProtobufWire()


async def test_a_conversation_with_all_kinds_of_payload() -> None:
    async with (
        plain_relay() as relay,
        Client.connect(relay.url, "ann") as ann,
        Client.connect(relay.url, "bob", b"let me in") as bob,
    ):
        assert (ann.peer_id, bob.peer_id, bob.closed) == (1, 2, None)
        for payload in (b"bytes", "text é", {"a": [1, None]}, 7, b""):
            await ann.send(3, payload, to=bob.peer_id)
        got = [await bob.receive() for _ in range(5)]
        assert [message.payload for message in got] == [
            b"bytes", "text é".encode(), b'{"a": [1, null]}', b"7", b"",
        ]  # fmt: skip
        assert (got[1].text, got[2].json(), got[0].sender) == ("text é", {"a": [1, None]}, 1)
        with pytest.raises(ValueError, match=r"."):
            got[0].json()
        assert Message(SERVER, 1, b"\xff").text == "\ufffd"


async def test_what_cannot_be_sent_is_said_before_it_is() -> None:
    async with plain_relay() as relay, Client.connect(relay.url, "ann") as ann:
        for op_code, payload in ((0, b""), (-13, b""), (2**31, b""), (1, b"x" * 4097), (1, "\ud800")):
            with pytest.raises(ValueError, match=r"."):
                await ann.send(op_code, payload)
        with pytest.raises(TypeError):
            await ann.send(1, object())
        await ann.send(1, b"x" * 4096, to=ann.peer_id)
        assert len((await ann.receive()).payload) == 4096


async def test_events_that_are_not_waited_for_are_passed_over() -> None:
    async with plain_relay() as relay, Client.connect(relay.url, "ann") as ann:
        await ann.join_group(5)
        for op_code in (1, 2, 3):
            await ann.send(op_code, to=ann.peer_id)
        assert (await ann.receive(3)).op_code == 3
        with pytest.raises(TimeoutError):
            await ann.receive(timeout_seconds=0.05)
        await ann.send(4, to=ann.peer_id)
        assert (await ann.receive()).op_code == 4


async def test_a_closed_client_says_so() -> None:
    async with plain_relay() as relay:
        async with Client.connect(relay.url, "ann") as ann:
            await ann.close()
            await ann.close()
            assert ann.closed == Closed(1000, "")
            assert [event async for event in ann] == []
            for call in (ann.send(1), ann.join_group(1), ann.receive()):
                with pytest.raises(ConnectionFailed, match="1000"):
                    await call
        assert relay.room.connected == 0


async def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for url in (f"ws://127.0.0.1:{port}", "http://127.0.0.1:1", "nonsense"):
        with pytest.raises(ConnectionFailed):
            async with Client.connect(url, "ann"):
                raise AssertionError("there is no server")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_who_takes_a_wrong_port_is_told_what_to_look_at(host: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # It is ours, and nobody listens at it.
        with pytest.raises(ConnectionFailed, match=r"nobody listens there .*; does the server run"):
            async with Client.connect(f"ws://{host}:{taken.getsockname()[1]}", "ann"):
                raise AssertionError("there is no server")


async def test_who_takes_the_port_of_the_api_is_told_so() -> None:
    async def forbid(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(forbid, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionFailed, match="HTTP 403; is this the port for players"):
            async with Client.connect(f"ws://127.0.0.1:{port}", "ann"):
                raise AssertionError("it does not speak WebSocket")


async def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(ConnectionFailed, match=r"within 0\.2 s"):
        async with Client.connect(f"ws://127.0.0.1:{mute.getsockname()[1]}", "ann", timeout_seconds=0.2):
            raise AssertionError("nobody answered")


async def test_an_error_of_the_game_is_the_games_own() -> None:
    async with plain_relay() as relay:
        with pytest.raises(TimeoutError, match="mine"):
            async with Client.connect(relay.url, "ann"):
                raise TimeoutError("mine")
        assert relay.room.connected <= 1


class OtherServer:
    """A server of another make: it answers a login with what it was given, and keeps what it hears."""

    def __init__(self, answers: list[bytes | str], code: int = 1000) -> None:
        self.answers = answers
        self.code = code
        self.heard: list[Packet] = []

    async def __call__(self, websocket: ServerConnection) -> None:
        data = await websocket.recv(decode=False)
        self.heard.append(decode_untrusted(data))
        for answer in self.answers:
            await websocket.send(answer)
        if self.code:
            await websocket.close(self.code, "done")
        async for more in websocket:
            assert isinstance(more, bytes)
            self.heard.append(decode_untrusted(more))


async def test_what_comes_before_the_login_result_is_kept() -> None:
    early = [WIRE.message(number, b"early", SERVER, True) for number in (1, 2)]
    server = OtherServer([*early, WIRE.login_result(PeerId(4), True), WIRE.message(3, b"", SERVER, True)], 0)
    async with serve(server, "127.0.0.1", 0, ping_interval=None) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with Client.connect(f"ws://127.0.0.1:{port}/any", "ann", "hi") as ann:
            assert ann.peer_id == 4
            assert [(await ann.receive()).op_code for _ in range(3)] == [1, 2, 3]
            await ann.send(9, b"x", group=-1)
    assert isinstance(server.heard[0], Login)
    assert server.heard[0].payload == b"hi"
    sent = server.heard[1]
    assert isinstance(sent, GameMessage)
    assert (sent.target_player, sent.target_group, sent.reliable) == (NOBODY, EVERYBODY, True)


@pytest.mark.parametrize(
    ("answers", "code", "error"),
    [
        ([WIRE.login_result(PeerId(0), False)], 1000, LoginRefused),
        ([], 4001, LoginRefused),
        ([], 1011, ConnectionFailed),
        ([b"\xff\xff"], 1000, ConnectionFailed),
        (["text"], 1000, ConnectionFailed),
        ([b""], 1000, ConnectionFailed),
        ([b"\x02\x08\x01"], 1000, ConnectionFailed),
        ([WIRE.message(1, b"", SERVER, True)] * 1024, 0, ConnectionFailed),
    ],
)
async def test_a_server_that_answers_otherwise(
    answers: list[bytes | str], code: int, error: type[ConnectionFailed]
) -> None:
    async with serve(OtherServer(answers, code), "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionFailed) as failed:
            async with Client.connect(f"ws://127.0.0.1:{port}", "ann"):
                raise AssertionError("that was no answer to a login")
        assert type(failed.value) is error


async def test_packets_that_mean_nothing_are_passed_over_and_bad_ones_are_not() -> None:
    answers: list[bytes | str] = [
        WIRE.login_result(PeerId(1), True), b"\x02\x08\x05", WIRE.message(5, b"", SERVER, True), b"\x01",
    ]  # fmt: skip
    async with serve(OtherServer(answers, 0), "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with Client.connect(f"ws://127.0.0.1:{port}", "ann") as ann:
            assert (await ann.receive()).op_code == 5
            with pytest.raises(ConnectionFailed, match="does not speak this protocol"):
                await ann.receive()


async def test_a_client_that_does_not_take_what_comes_holds_the_server_back() -> None:
    flooded = anyio.Event()

    async def flood(websocket: ServerConnection) -> None:
        await websocket.recv()
        await websocket.send(WIRE.login_result(PeerId(1), True))
        with anyio.move_on_after(0.3):
            while True:
                await websocket.send(WIRE.message(1, b"x" * 4096, SERVER, True))
        flooded.set()
        await websocket.send(WIRE.message(2, b"", SERVER, True))

    async with serve(flood, "127.0.0.1", 0, compression=None, write_limit=1024) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with Client.connect(f"ws://127.0.0.1:{port}", "ann") as ann:
            await flooded.wait()
            assert len(ann._websocket.recv_messages.frames) <= 512
            assert (await ann.receive(2)).op_code == 2
