"""TLS on real sockets: who gets in, and how everybody ends who does not; the others play on."""

import asyncio
import shutil
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from websockets.asyncio.client import connect
from websockets.frames import Opcode

from harena import Client
from relay import client_codec as codec
from relay.channel import ChannelLimits
from relay.client import ConnectionFailed
from session.values import PeerId, PlayerSessionId
from tests.relay import certified
from tests.relay.certified import VERSIONS
from tests.relay.peers import RawPeer, masked
from tests.relay.plain_relay import PlainRelay, plain_relay

pytestmark = pytest.mark.anyio

LOGIN = codec.encode_login(PlayerSessionId("ann"), b"")
HELLO_RECORD = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    file.write_bytes(certified.authority().chain)
    return file


@pytest.fixture(autouse=True)
def _everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certified, "everywhere", True)


@asynccontextmanager
async def raw_socket(relay: PlainRelay) -> AsyncGenerator[RawPeer, None]:
    """Give a peer that speaks no TLS by itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.listener.port)
    peer = RawPeer(reader, writer)
    try:
        yield peer
    finally:
        await peer.close()


async def failed(relay: PlainRelay, **failures: int) -> None:
    """Wait until so many connections have failed, each for its reason, and no others."""
    while relay.listener.counts.tls_failures != failures:
        await anyio.lowlevel.checkpoint()


async def s_client(relay: PlainRelay, *options: str, said: bytes = b"Q\n") -> str:
    """Give what OpenSSL's own client prints."""
    program = shutil.which("openssl")
    assert program, "there is no openssl: install it (Debian, Ubuntu: apt install openssl)"
    command = [program, "s_client", "-connect", f"127.0.0.1:{relay.listener.port}", *options]
    ended = await anyio.run_process(command, input=said, check=False, stderr=-2)
    return ended.stdout.decode()


@pytest.mark.parametrize("name", ["-verify_hostname=localhost", "-verify_ip=127.0.0.1", "-verify_hostname=127.0.0.1"])
@pytest.mark.parametrize("version", VERSIONS)
async def test_openssls_client_verifies_chain_and_name(version: str, name: str, ca_file: Path) -> None:
    async with plain_relay() as relay:
        spoken = "-tls1_2" if version == "TLSv1.2" else "-tls1_3"
        verified = ("-CAfile", str(ca_file), "-verify_return_error", *name.split("="))
        printed = await s_client(relay, spoken, *verified)
        assert "Verify return code: 0 (ok)" in printed
        assert f"{version}, Cipher is" in printed
        assert relay.listener.counts.handshakes == 1


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_stock_websocket_client_plays(version: str) -> None:
    async with plain_relay() as relay:
        context = certified.trusts(VERSIONS[version])
        async with connect(f"wss://localhost:{relay.listener.port}/websocket", ssl=context) as websocket:
            spoken = websocket.transport.get_extra_info("ssl_object")
            assert spoken.version() == version
            await websocket.send(LOGIN)
            result = codec.decode_from_server_untrusted(await websocket.recv(decode=False))
            assert result == codec.LoginResult(True, PeerId(1))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_versions_before_1_2_are_not_spoken() -> None:
    async with plain_relay() as relay:
        old = certified.trusts()
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        with pytest.raises(ssl.SSLError, match=r"(?i)protocol"):
            await asyncio.open_connection("localhost", relay.listener.port, ssl=old)
        await failed(relay, handshake=1)


async def test_a_client_that_does_not_trust_is_told_what_to_do(ca_file: Path, tmp_path: Path) -> None:
    async with plain_relay() as relay:
        async with Client.connect(relay.url, "ann", ca_file=ca_file) as ann:
            assert ann.peer_id == 1
        with pytest.raises(ConnectionFailed, match=r"not trusted: .*; give the file of its authority as ca_file"):
            async with Client.connect(relay.url, "ann"):
                raise AssertionError("it trusts anybody")
        relay.listener.speak_tls(certified.shows_other_names())
        with pytest.raises(ConnectionFailed, match=r"not for that name: .*127.0.0.1"):
            async with Client.connect(relay.url, "ann", ca_file=ca_file):
                raise AssertionError("it does not look at the name")
        for empty in (tmp_path / "none.pem", Path(__file__)):
            with pytest.raises(ConnectionFailed, match=r"the CA file .* cannot be used"):
                async with Client.connect(relay.url, "ann", ca_file=empty):
                    raise AssertionError("it needs no CA")
        with pytest.raises(ValueError, match="wss://"):
            async with Client.connect("ws://127.0.0.1:1", "ann", ca_file=ca_file):
                raise AssertionError("nothing is verified")


async def test_plain_http_is_told_that_there_is_tls() -> None:
    async with plain_relay() as relay:
        with pytest.raises(ConnectionFailed, match="HTTP 400: This port speaks TLS: connect with wss://"):
            async with Client.connect(relay.url.replace("wss", "ws"), "ann"):
                raise AssertionError("it speaks plainly")
        await failed(relay, no_tls=1)


async def test_tls_at_a_plain_port_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch, ca_file: Path) -> None:
    monkeypatch.setattr(certified, "everywhere", False)
    async with plain_relay() as relay:
        with pytest.raises(ConnectionFailed, match=r"cannot be reached: .*with TLS"):
            async with Client.connect(relay.url.replace("ws", "wss"), "ann", ca_file=ca_file):
                raise AssertionError("there is TLS")


BAD = {
    "no TLS": (b"\x00\x01\x02", "no_tls"),
    "half a record and the end": (HELLO_RECORD, "handshake"),
    "a record of rubbish": (b"\x16\x03\x01\x00\x04\xff\xff\xff\xff", "handshake"),
    "a record of another kind": (b"\x16\x03\x01\x00\x00" + b"\x17\x03\x03\x00\x04abcd", "handshake"),
}


@pytest.mark.parametrize(("data", "why"), BAD.values(), ids=BAD.keys())
async def test_rubbish_ends_that_peer_alone_and_is_counted(data: bytes, why: str) -> None:
    async with plain_relay() as relay:
        other = await RawPeer.connect(relay.listener.port)
        await other.shake_hands()
        async with raw_socket(relay) as peer:
            peer.writer.write(data)
            peer.writer.write_eof()
            assert await peer.ended()
        await failed(relay, **{why: 1})
        assert await still_there(other)
        await other.close()


async def test_who_sends_much_before_the_handshake_is_over_is_let_go() -> None:
    async with plain_relay() as relay, raw_socket(relay) as peer:
        # A record announces 16 KiB, and no handshake needs so many of them.
        peer.writer.write((b"\x16\x03\x01\x40\x00" + b"\x01\x00\xff\xff" + bytes(16 * 1024 - 4)) * 64)
        assert await peer.ended()
        await failed(relay, handshake=1)


@pytest.mark.parametrize("said", [b"", b"\x16", HELLO_RECORD], ids=["nothing", "a byte", "half a record"])
async def test_a_handshake_that_does_not_end_is_ended(said: bytes) -> None:
    async with plain_relay(limits=ChannelLimits(handshake_seconds=0.1)) as relay:
        shaken = await RawPeer.connect(relay.listener.port)
        async with raw_socket(relay) as peer:
            peer.writer.write(said)
            assert await peer.ended()
        await failed(relay, slow=1)
        assert (await shaken.shake_hands()).startswith(b"HTTP/1.1 101 ")
        await shaken.close()


async def test_who_speaks_plainly_and_stays_is_ended_too() -> None:
    async with plain_relay(limits=ChannelLimits(handshake_seconds=0.1)) as relay, raw_socket(relay) as peer:
        peer.writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert (await peer.reader.read(1 << 16)).startswith(b"HTTP/1.1 400 ")
        assert await peer.ended()
        while relay.listener.connections:
            await anyio.lowlevel.checkpoint()
        assert relay.listener.counts.tls_failures == {"no_tls": 1}


async def test_nobody_negotiates_anew(ca_file: Path) -> None:
    async with plain_relay() as relay:
        other = await RawPeer.connect(relay.listener.port)
        await other.shake_hands()
        printed = await s_client(relay, "-tls1_2", "-CAfile", str(ca_file), said=b"R\n")
        assert "RENEGOTIATING" in printed
        assert "no renegotiation" in printed
        assert await still_there(other)
        await other.close()


async def test_a_connection_outlives_the_certificate_that_it_was_shown(ca_file: Path) -> None:
    async with plain_relay() as relay:
        async with Client.connect(relay.url, "ann", ca_file=ca_file) as ann:
            for serial in (1, 2):
                relay.listener.speak_tls(certified.shows(serial))
                async with connect(relay.url, ssl=certified.trusts()) as websocket:
                    names = websocket.transport.get_extra_info("peercert")["subjectAltName"]
                    assert ("DNS", f"leaf-{serial}") in names
                await ann.request_group_membership(-1)
                assert (await ann.receive_membership()).players == (ann.peer_id,)


async def still_there(peer: RawPeer) -> bool:
    peer.writer.write(masked(Opcode.PING, b"still there?"))
    return bytes((await peer.next_frame()).data) == b"still there?"
