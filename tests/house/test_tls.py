"""A whole server by TLS: its own certificates, their renewal under players, and what back ends are told."""

import socket
import time
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest

from desk.certificate_view import CertificateView
from desk.events import CertificateRejected, CertificateRenewed, ServerReady
from desk.status_view import StatusView
from desk.view_json import view_untrusted
from harena import Client
from relay.client import ConnectionFailed
from relay.fast import client_line
from runtime.config import Config, LogSettings, Site
from runtime.server import CannotServe, serve
from runtime.tls import keeper
from runtime.tls.certificates import new_authority, new_leaf
from runtime.tls.settings import TlsSettings
from tests.house.running import PATIENCE_SECONDS, running_as

pytestmark = pytest.mark.anyio

PUBLIC_NAME = "play.example.com"


def secure(folder: Path, settings: TlsSettings) -> Config:
    site = Site(port=0, http_port=0, data=folder / "kept")
    return Config(site=site, tls=settings, log=LogSettings("critical"))


async def test_players_are_safe_with_the_servers_own_certificate_and_stay_when_it_is_renewed(tmp_path: Path) -> None:
    async with running_as(secure(tmp_path, TlsSettings(enabled=True))) as house:
        (ready,) = [event for event in house.events if isinstance(event, ServerReady)]
        url = f"wss://127.0.0.1:{house.port}"
        api = f"http://127.0.0.1:{house.http_port}/local/v1"
        async with (
            httpx.AsyncClient(base_url=api, timeout=PATIENCE_SECONDS) as http,
            Client.connect(url, "room", ca_file=ready.ca_file) as ann,
        ):
            shown = view_untrusted(CertificateView, (await http.get("/certificate")).json())
            assert (shown.fingerprint, shown.ca_file) == (ready.fingerprint, ready.ca_file)
            assert view_untrusted(StatusView, (await http.get("/status")).json()).certificate == shown
            renewed = view_untrusted(CertificateView, (await http.post("/certificate/renew")).json())
            assert renewed.fingerprint != shown.fingerprint
            assert [event.fingerprint for event in house.events if isinstance(event, CertificateRenewed)] == [
                renewed.fingerprint
            ]
            async with Client.connect(url, "room", ca_file=ready.ca_file) as bob:
                await bob.send(1, "still there?", to=ann.peer_id)
                assert (await ann.receive(1)).text == "still there?"
                while not (ann.fast and bob.fast):  # By DTLS, each with the certificate that was shown at the time.
                    await anyio.lowlevel.checkpoint()
                await bob.send(2, "and here?", to=ann.peer_id)
                assert (await ann.receive(2)).text == "and here?"
        with pytest.raises(ConnectionFailed, match="not trusted"):
            async with Client.connect(url, "room"):
                raise AssertionError("nobody vouches for it")


async def test_a_bad_network_is_one_for_sealed_datagrams_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_line, "ALIVE_SECONDS", 0.05)
    monkeypatch.setattr(client_line, "SILENT_SECONDS", 0.5)
    async with running_as(secure(tmp_path, TlsSettings(enabled=True))) as house:
        ca_file = tmp_path / "kept" / "tls" / "ca.pem"
        api = f"http://127.0.0.1:{house.http_port}/local/v1"
        async with (
            httpx.AsyncClient(base_url=api, timeout=PATIENCE_SECONDS) as http,
            Client.connect(f"wss://127.0.0.1:{house.port}", "room", ca_file=ca_file) as ann,
        ):
            with anyio.fail_after(PATIENCE_SECONDS):
                while not ann.fast:
                    await anyio.lowlevel.checkpoint()
                (shown,) = (await http.get("/game-sessions")).json()["game_sessions"]
                assert (await http.post(f"/game-sessions/{shown['id']}/network", json={"loss": 1})).status_code == 200
                while ann.fast:
                    await anyio.lowlevel.checkpoint()
                await ann.send(1, "by WebSocket", to=ann.peer_id)
                assert (await ann.receive(1)).text == "by WebSocket"
                assert (await http.post(f"/game-sessions/{shown['id']}/network", json={})).status_code == 200
                while not ann.fast:
                    await anyio.lowlevel.checkpoint()


async def test_somebody_elses_certificate_is_followed_while_players_play(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LOOK_SECONDS", 0.05)
    authority = new_authority("Somebody's", time.time())
    (ca, chain, key) = (tmp_path / name for name in ("ca.pem", "fullchain.pem", "privkey.pem"))
    ca.write_bytes(authority.chain)

    def write(*names: str) -> None:
        pair = new_leaf(authority, names, time.time())
        chain.write_bytes(pair.chain)
        key.write_bytes(pair.key)

    everywhere = socket.getaddrinfo

    def here(host: str, *more: Any, **options: Any) -> Any:
        return everywhere("127.0.0.1" if host == PUBLIC_NAME else host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", here)  # As the system's file of hosts would have it.
    write("127.0.0.1", PUBLIC_NAME)
    async with running_as(secure(tmp_path, TlsSettings(True, chain, key))) as house:
        url = f"wss://127.0.0.1:{house.port}"
        async with Client.connect(f"wss://{PUBLIC_NAME}:{house.port}", "room", ca_file=ca) as ann:
            with anyio.fail_after(PATIENCE_SECONDS):
                while not ann.fast:  # By DTLS, with a certificate of the server's own that has this name as well.
                    await anyio.lowlevel.checkpoint()
            chain.write_text("rubbish")
            await house.happened(lambda event: isinstance(event, CertificateRejected))
            async with Client.connect(url, "room", ca_file=ca):
                pass
            write("elsewhere.example")
            await house.happened(lambda event: isinstance(event, CertificateRenewed))
            with pytest.raises(ConnectionFailed, match="not for that name"):
                async with Client.connect(url, "room", ca_file=ca):
                    raise AssertionError("it is shown the old one")
            assert ann.closed is None


@pytest.mark.parametrize("missing", ["certificate", "key"])
async def test_without_its_certificate_a_server_does_not_start(tmp_path: Path, missing: str) -> None:
    certificate, key = (None if name == missing else tmp_path / name for name in ("certificate", "key"))
    config = secure(tmp_path, TlsSettings(True, certificate, key))
    with pytest.raises(CannotServe, match=r"there can be no TLS: .*set both") as caught:
        await serve(config, lambda event: None)
    assert "tls.certificate" in caught.value.hint


async def test_who_names_a_certificate_does_not_play_plainly_by_mistake(tmp_path: Path) -> None:
    config = secure(tmp_path, TlsSettings(False, tmp_path / "certificate", tmp_path / "key"))
    with pytest.raises(CannotServe, match="but TLS is off"):
        await serve(config, lambda event: None)
