"""Raw attacks from a child whose language layer is switched off: none works, and without the layers they do."""

from collections import Counter

import pytest

from sandbox.ears import Ears
from sandbox.jail.layers import ALL, NONE, Layer
from sandbox.nursery import Nursery
from tests.escape import range as shooting
from tests.escape.aims import ATTACKS, Real
from tests.escape.around import CONTAINER, NO_SECCOMP, NOTHING, OLD_KERNEL
from tests.escape.attacking import NOBODY, Report, attacked, users
from tests.escape.files import X86_64
from tests.escape.test_page import told

pytestmark = pytest.mark.anyio

USERS = users()
IN_NAMESPACES = Layer.NAMESPACES | Layer.EMPTY_ROOT
#: How many attacks there are, by who could do them without layers.
COUNTS = {Real.ANYBODY: 87, Real.ROOT: 10, Real.SOMEWHERE: 20, Real.NOBODY: 2}
#: How much memory a process has is not for seccomp to say.
FOR_THE_LIMITS = {"have_a_gigabyte", "have_more_memory"}


class Reports:
    """How the attacks went, each kind of them made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, Layer, str], Report] = {}

    async def of(self, user: str, layers: Layer, around: str = NOTHING) -> Report:
        made = self._made.get((user, layers, around))
        if made is None:
            made = self._made[user, layers, around] = await attacked(USERS[user], layers, around)
        return made


@pytest.fixture(scope="module")
def reports() -> Reports:
    return Reports()


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("user", USERS)
async def test_behind_all_layers_it_does_not_work(reports: Reports, user: str, name: str) -> None:
    shot = (await reports.of(user, ALL)).shots[name]
    assert not shot.worked, shot


@pytest.mark.parametrize("name", sorted(ATTACKS.keys() - FOR_THE_LIMITS))
@pytest.mark.parametrize("user", USERS)
async def test_behind_seccomp_alone_it_does_not_work(reports: Reports, user: str, name: str) -> None:
    shot = (await reports.of(user, Layer.SECCOMP)).shots[name]
    assert not shot.worked, shot


@pytest.mark.parametrize("name", ATTACKS)
async def test_in_a_container_it_does_not_work(reports: Reports, name: str) -> None:
    shot = (await reports.of(next(iter(USERS)), ALL, CONTAINER)).shots[name]
    assert not shot.worked, shot


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("around", [NOTHING, CONTAINER])
async def test_nothing_is_found_outside(reports: Reports, user: str, around: str) -> None:
    report = await reports.of(user, ALL, around)
    assert (report.connections, report.files) == (0, [])


@pytest.mark.parametrize("user", USERS)
async def test_without_layers_they_are_real(reports: Reports, user: str) -> None:
    report = await reports.of(user, NONE)
    real = {Real.ANYBODY, Real.ROOT} if user == "root" else {Real.ANYBODY}
    assert {name for name, attack in ATTACKS.items() if attack.real in real} - report.worked == set()
    assert not {name for name in report.worked if ATTACKS[name].real is Real.NOBODY}
    assert report.connections
    assert report.files


@pytest.mark.parametrize("user", USERS)
async def test_the_page_tells_what_the_run_has_shown(reports: Reports, user: str) -> None:
    if shooting.MACHINE != X86_64:
        return  # The page is about another machine, with other attacks.
    without = (await reports.of(user, NONE)).worked
    depends = {name for name, attack in ATTACKS.items() if attack.real is Real.SOMEWHERE}
    assert len(without - depends) <= told("none", user) <= len(without | depends)
    assert told("seccomp", user) == len((await reports.of(user, Layer.SECCOMP)).worked)


def test_the_counts_are_known() -> None:
    counts = Counter(attack.real for attack in ATTACKS.values())
    assert len(ATTACKS) >= 60
    if shooting.MACHINE == X86_64:
        assert counts == COUNTS


async def layers_found(around: str, wanted: Layer = ALL, user: int = NOBODY) -> Layer:
    """Start a zygote and see which layers hold there."""
    ears = Ears()
    nursery = await Nursery.start(ears, (shooting.__name__, str(user), str(int(wanted)), around))
    nursery.close()
    ears.close()
    return nursery.layers


@pytest.mark.parametrize("user", USERS)
async def test_the_self_test_says_what_holds(user: str) -> None:
    everywhere = await layers_found(NOTHING, user=USERS[user])
    assert Layer.SECCOMP in everywhere
    assert await layers_found(CONTAINER, user=USERS[user]) == everywhere & ~IN_NAMESPACES
    assert await layers_found(NO_SECCOMP, user=USERS[user]) == everywhere & ~Layer.SECCOMP
    older = Layer.SECCOMP | Layer.LANDLOCK | Layer.NO_NEW_CODE | IN_NAMESPACES
    assert await layers_found(OLD_KERNEL, user=USERS[user]) == everywhere & ~older


@pytest.mark.parametrize("layer", [one for one in Layer if one is not Layer.EMPTY_ROOT])
async def test_a_layer_that_is_not_put_on_does_not_hold(layer: Layer) -> None:
    found = await layers_found(NOTHING, wanted=layer, user=next(iter(USERS.values())))
    assert found & ~layer == NONE
