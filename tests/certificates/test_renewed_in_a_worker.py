"""A worker that is shown a renewed certificate goes on, whatever it is short of at that moment."""

import os
import resource
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import anyio.lowlevel
import pytest
from anyio.streams.tls import TLSAttribute

from runtime import worker as working
from runtime.desks import Desks
from runtime.port import Port
from runtime.words import UseCertificates
from runtime.worker import Worker
from tests.relay import certified
from tests.relay.plain_relay import plain_relay

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@contextmanager
def no_more_open_files() -> Iterator[None]:
    """Let nothing be opened, as when peers have taken all that there is."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def test_a_renewed_certificate_that_cannot_be_loaded_now_is_shown_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "SHOW_AGAIN_SECONDS", 0.01)
    leaf, ca = certified.leaf(7), certified.authority().chain
    ours, desk = socket.socketpair()
    with desk:
        async with plain_relay() as relay, anyio.create_task_group() as tasks:
            port = await Port.over(ours)
            worker = Worker(Desks(port, None), tasks)
            worker._listener = relay.listener  # One that needs no sandboxes.
            with no_more_open_files():
                await worker._take(UseCertificates(leaf.chain, leaf.chain, ca, leaf.key, leaf.key))
                assert relay.listener._handshakes is None
            while relay.listener._handshakes is None:
                await anyio.lowlevel.checkpoint()
            async with await anyio.connect_tcp(
                "127.0.0.1", relay.listener.port, ssl_context=certified.trusts()
            ) as peer:
                assert ssl.DER_cert_to_PEM_cert(peer.extra(TLSAttribute.peer_certificate_binary)) == leaf.chain.decode()
            port.close()
