"""Every hostile script, in a real sandbox beside an honest one: none gets through."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
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

#: Shown by a script that has got what it was after; the secrets are those of the neighbour.
LOOT = ("PWNED", "SECRET", "POISON", "root:x:", *SECRETS.values())

Court = Callable[[Row], Awaitable[Verdict]]


@pytest.fixture(scope="module")
async def court(anyio_backend: str) -> AsyncIterator[Court]:
    """Where scripts are tried, all in sandboxes of one zygote. In the end, a newborn finds the world unchanged."""
    seen: list[Row] = []
    with closing(Ears()) as ears, closing(await Nursery.start(ears)) as nursery:
        async with playing(nursery, SOURCE) as game:
            await game.enter("ann")
            neighbour = Neighbour(game)

            async def tried(row: Row) -> Verdict:
                verdict = await trial(nursery, neighbour, row)
                layers = sorted(verdict.layers, key=LAYERS.index, reverse=True)
                seen.append(replace(row, stopped_by=tuple(layers)))
                return verdict

            yield tried
        async with playing(nursery, SOURCE) as newborn:
            await newborn.enter("ann")
            assert await neighbour.same_world(newborn)
        assert not nursery.gone.done()
    sys.stdout.write(f"\n{counted(seen)}")  # Shown with -s.


@pytest.mark.anyio
@pytest.mark.parametrize("row", rows(), ids=lambda row: row.file.removesuffix(".py"))
async def test_it_does_not_get_through(court: Court, row: Row) -> None:
    verdict = await court(row)
    assert not [text for text in verdict.said if any(loot in text for loot in LOOT)]
    assert not verdict.outside
    assert row.stopped_as_told(verdict.layers), verdict


@pytest.mark.parametrize(
    ("told", "found", "as_told"),
    [
        (("validation",), {"validation"}, True),
        (("validation",), {"watchdog"}, False),
        (("validation", "language"), {"language", "watchdog"}, False),
        (("processor",), {"watchdog"}, True),
        (("processor",), {"validation"}, False),
        (("limits",), {"limits", "watchdog"}, True),
        (("limits",), {"nothing"}, False),
        (("nothing",), {"watchdog"}, True),
    ],
)
def test_a_busy_machine_is_forgiven_only_what_it_can_change(
    told: tuple[str, ...], found: set[str], as_told: bool
) -> None:
    assert Row("ours/some.py", "kind", "harm", told).stopped_as_told(frozenset(found)) is as_told


def test_the_manifest_names_every_script() -> None:
    named = [row.file for row in rows()]
    assert sorted(named) == sorted(files())
    assert len([file for file in named if file.startswith("ours/")]) >= 60


def test_the_page_shows_the_manifest() -> None:
    page = PAGE.read_text()
    assert drawn(page) == page, "draw it anew: make accept"
