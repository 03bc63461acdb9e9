"""What a prune removes, and what must stay: the active version, the last activations, what is in use, what is
shared.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.deployer import Deployer
from deployment.record import Record, UnknownVersion
from deployment.record_json import decoded_untrusted, encoded
from deployment.source import ScriptName, source_of
from deployment.store import Store, StoreDamaged, UnknownScript
from deployment.version import ScriptVersion
from tests.deployment.world import CompilingChecker, Events

CHAT, TAG = ScriptName("chat"), ScriptName("tag")


def deployed(store: Store, content: str, name: ScriptName = CHAT) -> ScriptVersion:
    version = store.add(source_of(name, {"main.py": content.encode()}, "main.py"), "test", "", 1.0)
    return store.activate(name, version.number)


def numbers(store: Store, name: ScriptName = CHAT) -> list[int]:
    return [version.number for version in store.versions(name)]


def objects(store: Store, tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "store" / "objects").iterdir()}


@pytest.fixture
def five(store: Store) -> Store:
    """A store with five versions of a script, the last of which is active."""
    for number in range(1, 6):
        deployed(store, f"x = {number}")
    return store


def test_the_last_activations_stay(five: Store) -> None:
    pruned = five.prune(CHAT, 2, ())
    assert ([one.number for one in pruned.removed], pruned.kept) == ([1, 2, 3], 2)
    assert numbers(five) == [4, 5]
    assert five.before(CHAT).number == 4


def test_what_is_in_use_and_what_is_active_stays(five: Store) -> None:
    five.prune(CHAT, 0, {2, 7})
    assert numbers(five) == [2, 5]
    with pytest.raises(UnknownVersion):
        five.version(CHAT, 3)


def test_a_dry_run_says_it_all_and_does_nothing(five: Store, tmp_path: Path) -> None:
    before = objects(five, tmp_path)
    said = five.prune(CHAT, 1, (), dry_run=True)
    assert numbers(five) == [1, 2, 3, 4, 5]
    assert objects(five, tmp_path) == before
    assert five.prune(CHAT, 1, ()) == said
    assert said.freed_bytes > 0
    assert len(objects(five, tmp_path)) == 1


def test_activations_not_versions_are_counted(five: Store) -> None:
    for number in (1, 5, 1, 5):
        five.activate(CHAT, number)
    five.prune(CHAT, 3, ())
    assert numbers(five) == [1, 5]


def test_content_that_another_script_has_stays(five: Store) -> None:
    shared = deployed(five, "x = 1", TAG)
    five.prune(CHAT, 1, ())
    assert five.source(shared).files[0].content == b"x = 1"


def test_a_number_is_never_given_twice(five: Store) -> None:
    five.prune(CHAT, 1, ())
    assert deployed(five, "x = 1").number == 6
    assert deployed(five, "x = 5").number == 5


def test_a_withdrawn_script_keeps_a_version(five: Store) -> None:
    five.withdraw(CHAT)
    five.prune(CHAT, 0, ())
    assert numbers(five) == [5]
    assert five.active(CHAT) is None


def test_contents_that_no_version_needs_go_too(five: Store, tmp_path: Path) -> None:
    orphan = tmp_path / "store" / "objects" / ("0" * 64)
    orphan.write_bytes(b"left behind by a crash")
    (tmp_path / "store" / "objects" / "README").write_text("not ours")
    five.prune(CHAT, 10, ())
    assert not orphan.exists()
    assert "README" in objects(five, tmp_path)


def test_a_damaged_record_of_another_script_stops_the_prune(five: Store, tmp_path: Path) -> None:
    deployed(five, "x = 1", TAG)
    (tmp_path / "store" / "scripts" / "tag.json").write_text("{")
    with pytest.raises(StoreDamaged):
        five.prune(CHAT, 1, ())
    assert numbers(five) == [1, 2, 3, 4, 5]


def test_a_script_that_there_is_not(store: Store) -> None:
    with pytest.raises(UnknownScript):
        store.prune(CHAT, 1, ())


@pytest.mark.anyio
async def test_a_prune_waits_for_its_turn(five: Store, events: Events, checker: CompilingChecker) -> None:
    deployer = Deployer(five, checker, events.publish, lambda: 1.0)
    asked: list[bool] = []

    def in_use() -> set[int]:
        asked.append(True)
        return {3}

    pruned = await deployer.prune(CHAT, 1, in_use)
    assert asked == [True]
    assert [version.number for version in pruned.removed] == [1, 2, 4]


RECORDS = st.integers(1, 8).flatmap(
    lambda count: st.builds(
        Record,
        st.just(CHAT),
        st.just(tuple(ScriptVersion(CHAT, number, f"{number:064x}", 0.0, "", "") for number in range(1, count + 1))),
        st.just(count),
        st.lists(st.integers(1, count), max_size=12).map(tuple),
        st.booleans(),
    )
)


@given(record=RECORDS, keep=st.integers(0, 12), in_use=st.sets(st.integers(0, 9)))
def test_what_is_needed_stays_and_nothing_else(record: Record, keep: int, in_use: set[int]) -> None:
    after = record.pruned(record.prunable(keep, in_use))
    kept = {version.number for version in after.versions}
    recent = set(
        record.activations[len(record.activations) - keep :] if keep <= len(record.activations) else record.activations
    )
    active = {record.active.number} if record.active else set()
    needed = (recent | active | in_use) & {version.number for version in record.versions}
    assert kept == (needed or {record.last_number})
    assert after.active == record.active
    assert after.last_number == record.last_number
    assert decoded_untrusted(CHAT, encoded(after)) == after
    assert after.pruned(after.prunable(keep, in_use)).versions == after.versions or keep


@given(record=RECORDS, keep=st.integers(1, 12))
def test_stepping_back_leads_to_another_version_after_a_prune(record: Record, keep: int) -> None:
    after = record.pruned(record.prunable(keep, ()))
    assert all(one != other for one, other in zip(after.activations, after.activations[1:], strict=False))
