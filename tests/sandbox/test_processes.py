"""The processes: what a child has, and who ends with whom."""

import asyncio
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from itertools import count, islice
from pathlib import Path

import pytest

from sandbox.ears import Ears
from sandbox.host import Sandbox
from sandbox.limits import DEFAULTS
from sandbox.nursery import NoSandbox, Nursery
from sandbox.zygote import NICENESS
from session.answers import Outcome
from session.callbacks import OnTick
from tests.sandbox.playing import PATIENCE_SECONDS, Listener, playing, script

pytestmark = pytest.mark.anyio

SOURCE = "def on_tick(dt): pass"


class Watched:
    """Processes, by descriptors that nobody else's process can take over."""

    def __init__(self, pids: list[int]) -> None:
        self._pidfds = [os.pidfd_open(pid) for pid in pids]

    def all_end(self) -> bool:
        """Wait until all have ended."""
        return all(select.select([pidfd], [], [], PATIENCE_SECONDS)[0] for pidfd in self._pidfds)

    def close(self) -> None:
        """Watch no more."""
        for pidfd in self._pidfds:
            os.close(pidfd)


async def test_a_killed_zygote_takes_its_children_along_and_another_can_be_started() -> None:
    nursery = await Nursery.start(Ears())
    with closing(nursery):
        async with playing(nursery, SOURCE) as one, playing(nursery, SOURCE) as other:
            with closing(Watched([one.sandbox.pid, other.sandbox.pid])) as children:
                one.put(OnTick(0.1))
                os.kill(nursery.pid, signal.SIGKILL)
                for game in (one, other):
                    assert (await game.death()).outcome is Outcome.CRASHED
                assert children.all_end()
        await asyncio.wait_for(asyncio.shield(nursery.gone), PATIENCE_SECONDS)
        with pytest.raises(NoSandbox):
            await Sandbox(DEFAULTS, Listener()).load(nursery, script(SOURCE))
    replaced = await Nursery.start(Ears())
    with closing(replaced):
        async with playing(replaced, SOURCE) as game:
            assert (await game.ask(OnTick(0.1))).verdict


async def test_a_closed_nursery_ends_its_children_even_while_they_talk() -> None:
    nursery = await Nursery.start(Ears())
    chatter = "def on_tick(dt):\n    while True: print(dt)"
    async with playing(nursery, chatter) as game:
        with closing(Watched([game.sandbox.pid, nursery.pid])) as processes:
            game.put(OnTick(0.1))
            await game.heard.until(lambda: bool(game.texts))
            nursery.close()
            assert processes.all_end()
            assert (await game.death()).callback == "on_tick"


WORKER = """
import asyncio, sys
from sandbox.ears import Ears
from sandbox.host import Sandbox
from sandbox.limits import DEFAULTS
from sandbox.nursery import Nursery
from tests.sandbox.playing import Listener, script

async def main():
    nursery = await Nursery.start(Ears())
    sandboxes = [Sandbox(DEFAULTS, Listener()) for _ in range(3)]
    for sandbox in sandboxes:
        await sandbox.load(nursery, script("def on_tick(dt):\\n    while True: pass"))
    print(nursery.pid, *(sandbox.pid for sandbox in sandboxes), flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_a_killed_worker_takes_its_zygote_and_all_children_along() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], text=True
    )
    with worker:
        assert worker.stdout is not None
        pids = [int(pid) for pid in worker.stdout.readline().split()]
        assert len(pids) == 4
        with closing(Watched(pids)) as processes:
            worker.kill()
            assert processes.all_end()


async def test_a_child_has_three_descriptors_and_no_environment(nursery: Nursery) -> None:
    async with playing(nursery, SOURCE) as game:
        child = Path(f"/proc/{game.sandbox.pid}")
        with nullcontext() if os.geteuid() == 0 else pytest.raises(PermissionError):  # Root alone can look into it.
            # All that the limit of open files leaves: nothing more can be opened.
            assert sorted(os.listdir(child / "fd")) == ["0", "1", "2", "3"]
            assert os.readlink(child / "fd" / "0") == "/dev/null"
            assert os.readlink(child / "fd" / "3").startswith("socket:")
            assert os.readlink(child / "fd" / "1") == os.readlink(child / "fd" / "2")
            assert len(os.listdir(child / "task")) == 1
        # It has its zygote's, and never had another.
        assert [entry.partition(b"=")[0] for entry in environment(nursery.pid)] == [b"PYTHONHASHSEED", b"TZ"]


def limits_of(pid: int) -> dict[str, list[str]]:
    """The soft and the hard limit of each resource, by the kernel's names."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): line[26:].split()[:2] for line in lines}


def environment(pid: int) -> list[bytes]:
    """What a process found in its environment when it was started."""
    return [entry for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") if entry]


async def test_a_child_is_limited(nursery: Nursery) -> None:
    async with playing(nursery, SOURCE) as game:
        limits = limits_of(game.sandbox.pid)
        for name in ("Max file size", "Max core file size", "Max processes", "Max locked memory"):
            assert limits[name] == ["0", "0"]
        assert limits["Max open files"] == ["4", "4"]
        soft, hard = map(int, limits["Max address space"])
        assert DEFAULTS.memory_bytes < soft < hard


async def test_a_child_stands_back_for_the_relay(nursery: Nursery) -> None:
    async with playing(nursery, SOURCE) as game:
        ours = os.getpriority(os.PRIO_PROCESS, os.getpid())
        assert os.getpriority(os.PRIO_PROCESS, game.sandbox.pid) == min(ours + NICENESS, 19)
        assert os.getpriority(os.PRIO_PROCESS, nursery.pid) == ours


async def test_every_zygote_has_a_hash_seed_of_its_own(nursery: Nursery) -> None:
    other = await Nursery.start(Ears())
    with closing(other):
        seeds = {entry for home in (nursery, other) for entry in environment(home.pid) if b"SEED" in entry}
    assert len(seeds) == 2
    assert b"PYTHONHASHSEED=0" not in seeds


async def test_many_can_be_born_at_once(nursery: Nursery) -> None:
    sandboxes = [Sandbox(DEFAULTS, Listener()) for _ in range(40)]
    results = await asyncio.gather(*(sandbox.load(nursery, script(SOURCE)) for sandbox in sandboxes))
    assert len(set(map(type, results))) == 1
    assert len({sandbox.pid for sandbox in sandboxes}) == 40
    for sandbox in sandboxes:
        sandbox.close()


@contextmanager
def no_descriptor_left_open() -> Iterator[None]:
    before = sorted(os.listdir("/proc/self/fd"))
    yield
    assert sorted(os.listdir("/proc/self/fd")) == before


async def test_no_descriptor_is_left_open(nursery: Nursery) -> None:
    async with playing(nursery, SOURCE) as game:
        await game.ask(OnTick(0.1))
    with no_descriptor_left_open():
        async with playing(nursery, SOURCE) as game:
            await game.ask(OnTick(0.1))
        async with playing(nursery, "def on_tick(dt): 'x' * 10**10") as game:
            game.put(OnTick(0.1))
            await game.death()
        for turns in (0, 1, 2, 20):
            sandbox = Sandbox(DEFAULTS, Listener())
            loading = asyncio.ensure_future(sandbox.load(nursery, script(SOURCE)))
            for _ in range(turns):
                await asyncio.sleep(0)
            loading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await loading
            sandbox.close()
        # Whose parents gave up before they were born, have been born by the time that this one is.
        async with playing(nursery, SOURCE) as game:
            await game.ask(OnTick(0.1))


async def test_who_gives_up_just_when_a_child_is_born_leaves_no_descriptor_open(nursery: Nursery) -> None:
    with no_descriptor_left_open():
        birth = asyncio.ensure_future(nursery.spawn(DEFAULTS.memory_bytes, lambda _: None))
        while not nursery._births:  # noqa: ASYNC110 - it does not tell
            await asyncio.sleep(0)
        assert select.select([nursery._control], [], [], PATIENCE_SECONDS)[0]
        nursery._read()
        birth.cancel()
        with pytest.raises(asyncio.CancelledError):
            await birth


@contextmanager
def room_for(pid: int, more: int) -> Iterator[None]:
    """Let a process open so many files more, and no further one."""
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    listed = os.listdir(f"/proc/{pid}/fd")
    taken = {int(number) for number in listed if os.path.lexists(f"/proc/{pid}/fd/{number}")}
    free = (number for number in count() if number not in taken)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (next(islice(free, more, None)), before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


async def birth_with_room(nursery: Nursery, pid: int, more: int) -> str:
    """Have a child born; say whether it was, or why not."""
    sandbox = Sandbox(DEFAULTS, Listener())
    with closing(sandbox), room_for(pid, more):
        try:
            await asyncio.wait_for(sandbox.load(nursery, script(SOURCE)), PATIENCE_SECONDS)
        except NoSandbox as error:
            return str(error)
        return "born"


@pytest.mark.parametrize("who", ["relay", "zygote"])
async def test_without_room_for_open_files_there_is_no_sandbox_and_later_there_is(who: str) -> None:
    nursery = await Nursery.start(Ears())
    with closing(nursery):
        pid = os.getpid() if who == "relay" else nursery.pid
        with no_descriptor_left_open():
            outcomes = [await birth_with_room(nursery, pid, more) for more in range(8)]
        # The zygote says no before it closes what it was sent, so that the next may find more room than was meant.
        refusals = [outcome for outcome in outcomes if outcome != "born"]
        assert refusals
        assert all("as many files are open as may be; `ulimit" in refusal for refusal in refusals)
        assert outcomes[-1] == "born"
        async with playing(nursery, SOURCE) as game:
            assert (await game.ask(OnTick(0.1))).verdict


async def test_a_zygote_that_cannot_start_is_no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with closing(Ears()) as ears, no_descriptor_left_open(), pytest.raises(NoSandbox):
        await Nursery.start(ears)


#: Modules that lead outside, or that run what they read.
FORBIDDEN = {
    *("socket", "_socket", "ssl", "_ssl", "ctypes", "_ctypes", "asyncio", "subprocess", "_posixsubprocess"),
    *("pickle", "_pickle", "multiprocessing", "threading"),
}


def test_the_child_imports_nothing_that_leads_outside() -> None:
    code = f"import sys, sandbox.child; print(*{FORBIDDEN} & sys.modules.keys())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
