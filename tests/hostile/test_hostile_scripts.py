"""Every hostile script, in a real sandbox beside an honest one: none gets through."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import replace

import pytest

from sandbox.ears import Ears
from sandbox.nursery import Nursery
from tests.hostile.corpus import LAYERS, Row, files, rows
from tests.hostile.neighbour import SOURCE, Neighbour
from tests.hostile.table import PAGE, counted, drawn
from tests.hostile.trial import Verdict, trial
from tests.sandbox.playing import SECRETS, playing

pytestmark = pytest.mark.anyio

#: Shown by a script that has got what it was after; the secrets are those of the neighbour.
LOOT = ("PWNED", "SECRET", "POISON", "root:x:", *SECRETS.values())
#: Most of a trial is waiting.
AT_A_TIME = 6

Trials = Mapping[str, "asyncio.Task[Verdict]"]


@pytest.fixture(scope="module")
async def trials(request: pytest.FixtureRequest) -> AsyncIterator[Trials]:
    """The trials of all scripts that are asked for, several at a time; then a newborn finds the world unchanged."""
    wanted = [row for item in request.session.items if isinstance(row := _params(item).get("row"), Row)]
    with closing(Ears()) as ears, closing(await Nursery.start(ears)) as nursery:
        async with playing(nursery, SOURCE) as game:
            await game.enter("ann")
            neighbour, room = Neighbour(game), asyncio.Semaphore(AT_A_TIME)

            async def held(row: Row) -> Verdict:
                async with room:
                    return await trial(nursery, neighbour, row)

            tasks = {row.file: asyncio.create_task(held(row)) for row in wanted}
            yield tasks
            await asyncio.wait(tasks.values())
            async with playing(nursery, SOURCE) as newborn:
                await newborn.enter("ann")
                other = Neighbour(newborn)
                await other.plays_on()
                assert other.same_world(neighbour)
        assert not nursery.gone.done()


def _params(item: pytest.Item) -> Mapping[str, object]:
    params: Mapping[str, object] = item.callspec.params if hasattr(item, "callspec") else {}
    return params


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.file.removesuffix(".py"))
async def test_it_does_not_get_through(trials: Trials, row: Row) -> None:
    verdict = await trials[row.file]
    assert not [text for text in verdict.said if any(loot in text for loot in LOOT)]
    assert not verdict.outside
    assert row.stopped_as_told(verdict.layers), verdict


async def test_the_table_is_shown(trials: Trials) -> None:
    seen = [replace(row, stopped_by=await _stopped_by(trials, row)) for row in rows() if row.file in trials]
    sys.stdout.write(f"\n{counted(seen)}")  # Shown with -s.


async def _stopped_by(trials: Trials, row: Row) -> tuple[str, ...]:
    return tuple(sorted((await trials[row.file]).layers, key=LAYERS.index, reverse=True))


def test_the_manifest_names_every_script() -> None:
    named = [row.file for row in rows()]
    assert sorted(named) == sorted(files())
    assert len([file for file in named if file.startswith("ours/")]) >= 60


def test_the_page_shows_the_manifest() -> None:
    page = PAGE.read_text()
    assert drawn(page) == page, "draw it anew: make accept"
