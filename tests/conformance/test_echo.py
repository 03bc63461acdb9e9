"""The echo that is put under the suite, and how the suite's findings are judged."""

import anyio
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.conformance.__main__ import GROUPS, faults, table
from tests.conformance.echo import MESSAGE_BYTES, echo

pytestmark = pytest.mark.anyio

FOUND = {
    "1.1.1": {"behavior": "OK", "behaviorClose": "OK"},
    "6.4.1": {"behavior": "NON-STRICT", "behaviorClose": "OK"},
    "7.1.6": {"behavior": "INFORMATIONAL", "behaviorClose": "INFORMATIONAL"},
    "7.1.5": {"behavior": "OK", "behaviorClose": "WRONG CODE"},
    "10.1.1": {"behavior": "FAILED", "behaviorClose": "OK"},
}


async def test_what_is_sent_comes_back_and_bad_text_ends_it() -> None:
    async with echo() as url, connect(url, max_size=MESSAGE_BYTES) as websocket:
        with anyio.fail_after(20):
            for message in ("text", b"bytes", b"", b"x" * MESSAGE_BYTES):
                await websocket.send(message)
                assert await websocket.recv() == message
            await websocket.send(b"\xff", text=True)
            with pytest.raises(ConnectionClosed):
                await websocket.recv()
            assert websocket.close_code == 1007


def test_a_case_is_at_fault_by_what_was_said_or_by_its_end() -> None:
    assert faults(FOUND) == ["case 7.1.5: OK, its end: WRONG CODE", "case 10.1.1: FAILED, its end: OK"]


def test_every_group_of_cases_has_its_line() -> None:
    first, *others = table(FOUND).splitlines()
    assert first == "  1 framing            1 OK"
    assert len(others) == len(GROUPS)
    assert others[-1] == "    all                2 OK, 1 NON-STRICT, 1 INFORMATIONAL, 1 FAILED"
