"""Packets at random from a child: whatever they are, the relay's handle ends that sandbox, once, and nothing else.

``FUZZ_SECONDS`` sets how long; ``make fuzz`` takes a minute.
"""

import asyncio
import os
import socket
from collections.abc import Sequence
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.begun import Begun, shared_memory
from sandbox.ears import Ears
from sandbox.frames import Kind, packets
from sandbox.host import Sandbox
from sandbox.limits import DEFAULTS, FRAME_BYTES
from sandbox.nursery import Ended, Newborn
from sandbox.reports import LAST_WORDS, Death
from sandbox.rulings import answer_as_plain
from session.answers import Answer
from session.callbacks import OnTick
from session.effects import Ask
from session.values import AskId
from tests.sandbox.generated import answers, hostile, texts
from tests.sandbox.playing import Listener, script

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))

pytestmark = pytest.mark.timeout(SECONDS + 120)

ASKED = 3
LOADED = (Kind.LOADED, [["on_tick"], {}, []])


class Puppet:
    """A birthplace of one child, whose words are ours: a process that sleeps, and the other end of its channel."""

    def __init__(self) -> None:
        self.ears = Ears()
        self._relays, self.channel = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._relays.setblocking(False)
        self.channel.setblocking(False)

    async def spawn(self, memory_bytes: int, ended: Ended) -> Newborn:
        """Give the sleeper; it is reaped when it is killed."""
        sleep = "/bin/sleep"
        pid = os.posix_spawn(sleep, [sleep, "1000"], {})  # noqa: ASYNC221 - it waits for nothing
        loop, watched, shared = asyncio.get_running_loop(), os.pidfd_open(pid), shared_memory()

        def reap() -> None:
            loop.remove_reader(watched)
            os.close(watched)
            ended(os.waitpid(pid, 0)[1])

        loop.add_reader(watched, reap)
        errors, errors_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        os.close(errors_end)
        begun = Begun(shared)
        os.close(shared)
        return Newborn(pid, os.pidfd_open(pid), self._relays, errors, begun)

    async def say(self, packet: bytes) -> bool:
        """Send a packet; False says that nobody listens any more."""
        try:
            await asyncio.get_running_loop().sock_sendall(self.channel, packet)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Hang up."""
        self.channel.close()


def flat(frames: Sequence[tuple[Kind, object]]) -> list[bytes]:
    return [packet for kind, value in frames for packet in packets(kind, value)]


@st.composite
def batches(draw: st.DrawFn) -> tuple[Kind, object]:
    """Answers: to what was asked, twice, out of order, or to something else."""
    longer = [answer_as_plain(answer) for answer in draw(st.lists(answers, max_size=3))]
    for plain in longer:
        plain[0] = draw(st.sampled_from([1, 2, 3, plain[0]]))
    said = draw(st.binary(max_size=4) | st.just(b"\x02" * len(longer)) | st.just(b"\x01"))
    return Kind.ANSWERS, [draw(st.none() | st.floats(0, 9)), said, longer]


plain_hostile = hostile.filter(lambda value: _sendable(value))
frames = st.one_of(
    batches(),
    st.tuples(st.sampled_from(Kind), plain_hostile),
    st.builds(lambda text: (Kind.LOG, ["info", text, 0]), texts),
    st.builds(lambda text: (Kind.ERROR, ["on_tick", "main.py", 1, text, text, ""]), texts),
    st.builds(lambda word: (Kind.DYING, [word, "main.py", 1, "", 2, 1]), st.sampled_from([*LAST_WORDS])),
    st.just(LOADED),
)
wire = st.lists(frames, max_size=5).map(flat)
raw = st.lists(st.binary(min_size=1, max_size=12), max_size=2)


def _sendable(value: object) -> bool:
    try:
        list(packets(Kind.LOG, value))
    except (ValueError, OverflowError, TypeError):
        return False
    return True


async def told(begins: bool, said: list[bytes]) -> tuple[Listener, Death | None, list[dict[str, object]]]:
    """Have a child say this, and hang up; what was heard, how loading ended, what went wrong in the loop."""
    wrong: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(context))
    puppet, heard = Puppet(), Listener()
    sandbox = Sandbox(DEFAULTS, heard)
    loading = asyncio.create_task(sandbox.load(puppet, script("")))
    await asyncio.sleep(0)
    for packet in flat([LOADED]) if begins else ():
        await puppet.say(packet)
    if begins:
        await loading
        sandbox.ask([Ask(AskId(number), OnTick(0.1), 0.0) for number in range(1, ASKED + 1)])
    for packet in said:
        if not await puppet.say(packet):
            break
        assert sandbox._assembler._size <= FRAME_BYTES
    puppet.close()
    result = await loading
    if not isinstance(result, Death):
        await heard.until(lambda: bool(heard.deaths))
    sandbox.close()
    puppet.ears.close()
    return heard, result if isinstance(result, Death) else None, wrong


def check(begins: bool, said: list[bytes]) -> None:
    heard, unborn, wrong = asyncio.run(told(begins, said))
    assert not wrong
    assert len(heard.deaths) + (unborn is not None) == 1
    assert [answer.ask for answer in heard.answers] == list(range(1, len(heard.answers) + 1))
    assert all(isinstance(answer, Answer) for answer in heard.answers)
    assert len(heard.answers) <= ASKED * begins


@settings(max_examples=60, deadline=None)
@given(st.booleans(), wire, raw, wire)
def say(begins: bool, before: list[bytes], between: list[bytes], after: list[bytes]) -> None:
    check(begins, [*before, *between, *after])


def test_whatever_a_child_says_it_ends_once_and_alone() -> None:
    end = monotonic() + SECONDS
    say()
    while monotonic() < end:
        say()
