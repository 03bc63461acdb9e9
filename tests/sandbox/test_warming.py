"""What warms the zygote is a life as scripts live it: nothing in it fails, and its timer runs."""

import asyncio
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgpack
import pytest

from sandbox.begun import Begun, shared_memory
from sandbox.ears import Ears
from sandbox.frames import Assembler, Kind
from sandbox.limits import FRAME_BYTES
from sandbox.nursery import COLD_ZYGOTE, Ended, Newborn, Nursery
from sandbox.warming import SCRIPT, TIMES, rehearse, warm_up
from session.callbacks import OnTick
from session.values import NO_ASK
from tests.sandbox.playing import playing


def test_the_script_is_loaded_without_a_warning_and_answers_all() -> None:
    (kind, loaded), *said = warm_up()
    assert kind is Kind.LOADED
    assert isinstance(loaded, tuple)
    assert loaded[2] == ()
    assert [body for kind, body in said if kind is not Kind.ANSWERS] == [("info", "later", 0)]
    answers = [body[1] for kind, body in said if kind is Kind.ANSWERS and isinstance(body, tuple)]
    assert sum(map(len, answers)) == 5 * TIMES + 3


def test_what_a_child_rehearses_is_how_every_game_session_begins() -> None:
    memory = shared_memory()
    begun = Begun(memory)
    os.close(memory)
    loaded, answers = map(Assembler(FRAME_BYTES).feed_untrusted, rehearse(begun))
    assert loaded == (Kind.LOADED, msgpack.packb([["on_player_connect"], {}, []]))
    assert answers == (Kind.ANSWERS, msgpack.packb([None, b"\x01\x01", []]))
    assert begun.get_untrusted() == NO_ASK


class Birthplace:
    """Gives children that wait for their script, whether or not they had anything to do before that."""

    def __init__(self, nursery: Nursery, *, rehearsing: bool) -> None:
        self.ears = nursery.ears
        self._nursery = nursery
        self._rehearsing = rehearsing
        #: The page faults of the child until now.
        self.faults = 0

    async def spawn(self, memory_bytes: int, ended: Ended) -> Newborn:
        """Give one."""
        newborn = await self._nursery.spawn(memory_bytes, ended, rehearsing=self._rehearsing)
        while stat_of(newborn.pid)[_STATE] != b"S":  # noqa: ASYNC110 - it does not tell that it reads its channel
            await asyncio.sleep(0)
        self.faults = faults_of(newborn.pid)
        return newborn


#: Fields of /proc/PID/stat behind the name: the state, and how often a page was not there, though on no disk either.
_STATE, _FAULTS = 0, 7


def stat_of(pid: int) -> list[bytes]:
    return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2].split()


def faults_of(pid: int) -> int:
    return int(stat_of(pid)[_FAULTS])


@pytest.mark.anyio
async def test_who_has_rehearsed_owns_the_pages_that_a_beginning_takes(nursery: Nursery) -> None:
    faults = []
    for rehearsing in (False, True):
        place = Birthplace(nursery, rehearsing=rehearsing)
        async with playing(place, "def on_tick(dt): pass") as game:
            await game.ask(OnTick(0.1))
            faults.append(faults_of(game.sandbox.pid) - place.faults)
    assert 2 * faults[1] < faults[0]


@pytest.mark.anyio
async def test_the_child_of_a_cold_zygote_lives_as_well() -> None:
    with closing(Ears()) as ears, closing(await Nursery.start(ears, COLD_ZYGOTE)) as cold:
        async with playing(cold, SCRIPT.decode()) as game:
            await game.enter("ann")
            assert (await game.ask(OnTick(0.1))).verdict


_PACKED = """
import gc, os, sys
from sandbox.packing import fill_holes, make_immortal
class Kept: pass
kept = Kept()
before = sys.getrefcount(kept)
make_immortal()
fill_holes()
row = [bytes(20) for _ in range(100)]
print(sys.getrefcount(kept) - before, len({id(one) >> 14 for one in row}))
"""


def test_what_is_made_after_the_holes_are_filled_lies_together_and_later_pythons_do_not_count() -> None:
    ran = subprocess.run([sys.executable, "-c", _PACKED], capture_output=True, text=True, check=True)
    counted, pools = map(int, ran.stdout.split())
    assert (counted > 0) == (sys.version_info >= (3, 12))
    assert pools <= 2
