"""Deployments by command: checked, stored, activated, told; one after another for each script."""

from pathlib import Path

import anyio
import pytest

from deployment import deployer as deployer_module
from deployment.checker import Checked, CheckFailed, Fault
from deployment.deployer import PARALLEL_DEPLOYMENTS, Deployer
from deployment.events import Deployed, Refused, Rejected, RolledBack, Withdrawn
from deployment.found import Deleted, Saved
from deployment.rollout import Deployment, State
from deployment.source import PathKey, ScriptName, ScriptSource, source_of
from deployment.store import Store, StoreDamaged, UnknownScript, UnknownVersion
from tests.deployment.world import CompilingChecker, Events, active_number, number

pytestmark = pytest.mark.anyio

CHAT = ScriptName("chat")
PATH = PathKey("chat.py")


def chat(content: str, name: str = "chat") -> ScriptSource:
    return source_of(name, {f"{name}.py": content.encode()}, f"{name}.py")


def saved(content: str) -> Saved:
    return Saved(chat(content), PATH)


def state(deployment: Deployment | None) -> State | None:
    return None if deployment is None else deployment.state


@pytest.fixture
def deployer(store: Store, checker: CompilingChecker, events: Events) -> Deployer:
    return Deployer(store, checker, events.publish, lambda: 1234.5)


async def test_what_passes_is_stored_active_and_told(deployer: Deployer, store: Store, events: Events) -> None:
    deployment = await deployer.deploy(chat("1"), "command", "first")
    version = store.version(CHAT, 1)
    assert store.active(CHAT) == version
    assert deployment.state is State.ACTIVE
    assert deployment.version == version
    assert (version.number, version.origin, version.note, version.created) == (1, "command", "first", 1234.5)
    assert events.seen == [Deployed(version, "command")]
    assert deployer.current(CHAT) is deployment


async def test_what_is_rejected_leaves_the_active_version_alone(
    deployer: Deployer, store: Store, events: Events
) -> None:
    await deployer.deploy(chat("1"), "command")
    deployment = await deployer.deploy(chat("\n1 +"), "command")
    assert deployment.state is State.REJECTED
    assert [fault.line for fault in deployment.faults] == [2]
    assert active_number(store) == 1
    assert len(store.versions(CHAT)) == 1
    assert events.seen[-1] == Rejected(CHAT, deployment.faults, "command")
    assert number(deployer.current(CHAT)) == 1


async def test_rollback_goes_back_step_by_step_and_checks_again(
    deployer: Deployer, store: Store, events: Events, checker: CompilingChecker
) -> None:
    for content in "123":
        await deployer.deploy(chat(content), "command")
    checked_before = len(checker.asked)
    assert number(await deployer.rollback(CHAT)) == 2
    assert number(await deployer.rollback(CHAT)) == 1
    assert len(checker.asked) == checked_before + 2
    with pytest.raises(UnknownVersion):
        await deployer.rollback(CHAT)
    assert number(await deployer.rollback(CHAT, 3)) == 3
    one, two, three = store.versions(CHAT)
    assert events.of(RolledBack) == [RolledBack(two, three), RolledBack(one, two), RolledBack(three, one)]


async def test_rollback_to_what_is_no_longer_accepted_changes_nothing(
    store: Store, events: Events, checker: CompilingChecker
) -> None:
    class Stricter:
        async def check(self, source: ScriptSource) -> Checked:
            return Checked((Fault("chat.py", 1, 1, "no longer"),))

    await Deployer(store, checker, events.publish, lambda: 0.0).deploy(chat("1"), "command")
    await Deployer(store, checker, events.publish, lambda: 0.0).deploy(chat("2"), "command")
    deployment = await Deployer(store, Stricter(), events.publish, lambda: 0.0).rollback(CHAT)
    assert deployment.state is State.REJECTED
    assert active_number(store) == 2
    assert isinstance(events.seen[-1], Rejected)


async def test_rollback_of_what_is_not_there(deployer: Deployer, store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnknownScript):
        await deployer.rollback(CHAT)
    await deployer.deploy(chat("1"), "command")
    with pytest.raises(UnknownVersion, match="7"):
        await deployer.rollback(CHAT, 7)
    (tmp_path / "store" / "objects" / store.version(CHAT, 1).digest).write_bytes(b"")
    with pytest.raises(StoreDamaged):
        await deployer.rollback(CHAT, 1)


async def test_only_a_content_that_was_not_the_last_seen_deploys(
    deployer: Deployer, store: Store, events: Events
) -> None:
    assert number(await deployer.saved(saved("1"))) == 1
    assert number(await deployer.saved(saved("2"))) == 2
    await deployer.rollback(CHAT)
    assert await deployer.saved(saved("2")) is None
    assert active_number(store) == 1
    assert number(await deployer.saved(saved("1"))) == 1
    assert number(await deployer.saved(saved("2"))) == 2
    assert len(store.versions(CHAT)) == 2


async def test_a_restart_does_not_undo_a_rollback_and_reports_a_broken_file_again(
    tmp_path: Path, checker: CompilingChecker, events: Events
) -> None:
    for run in range(3):
        with Store(tmp_path / "store") as store:
            deployer = Deployer(store, checker, events.publish, lambda: 0.0)
            if run == 0:
                await deployer.saved(saved("1"))
                await deployer.saved(saved("2"))
                await deployer.rollback(CHAT)
            assert await deployer.saved(saved("2")) is None
            assert active_number(store) == 1
            assert state(await deployer.saved(saved("2 +"))) is State.REJECTED
            assert await deployer.saved(saved("2 +")) is None
            assert len(events.of(Rejected)) == run + 1


async def test_a_rejected_content_that_comes_back_is_reported_again(deployer: Deployer, events: Events) -> None:
    await deployer.saved(saved("1"))
    await deployer.saved(saved("1 +"))
    await deployer.saved(saved("1"))
    await deployer.saved(saved("1 +"))
    assert len(events.of(Rejected)) == 2
    assert len(events.of(Deployed)) == 1


async def test_a_deleted_file_withdraws_its_script_and_the_same_file_brings_it_back(
    deployer: Deployer, store: Store, events: Events
) -> None:
    await deployer.saved(saved("1"))
    await deployer.deleted(Deleted(CHAT, PATH))
    assert store.active(CHAT) is None
    assert len(store.versions(CHAT)) == 1
    assert events.seen[-1] == Withdrawn(CHAT)
    assert state(deployer.current(CHAT)) is State.RETIRED
    assert number(await deployer.saved(saved("1"))) == 1
    assert active_number(store) == 1


async def test_a_deleted_file_that_never_counted_withdraws_nothing(
    deployer: Deployer, store: Store, events: Events
) -> None:
    await deployer.deploy(chat("1"), "command")
    await deployer.saved(saved("1 +"))
    await deployer.deleted(Deleted(CHAT, PATH))
    await deployer.deleted(Deleted(ScriptName("tag"), PathKey("tag.py")))
    assert active_number(store) == 1
    assert events.of(Withdrawn) == []


async def test_parallel_deployments_keep_numbers_dense_and_are_bounded(
    deployer: Deployer, store: Store, events: Events, checker: CompilingChecker
) -> None:
    async with anyio.create_task_group() as tasks:
        for number in range(12):
            for name in ("chat", "tag", "pong", "quiz", "lobby", "dice"):
                tasks.start_soon(deployer.deploy, chat(str(number), name), "command")
    for name in store.names():
        versions = store.versions(name)
        assert [version.number for version in versions] == list(range(1, 13))
        assert store.active(name) == versions[-1]
        assert [event.version for event in events.of(Deployed) if event.version.script == name] == list(versions)
        assert store.source(versions[-1]) == chat("11", name)
    assert 1 < checker.most_at_once <= PARALLEL_DEPLOYMENTS


async def test_a_slow_check_holds_up_its_own_script_only(store: Store, events: Events) -> None:
    class Slow:
        def __init__(self) -> None:
            self.go = anyio.Event()

        async def check(self, source: ScriptSource) -> Checked:
            if source.name == CHAT:
                await self.go.wait()
            return Checked()

    checker = Slow()
    deployer = Deployer(store, checker, events.publish, lambda: 0.0)
    async with anyio.create_task_group() as tasks:
        for content in "12345678":
            tasks.start_soon(deployer.deploy, chat(content), "command")
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(10):
            await deployer.deploy(chat("1", "tag"), "command")
        assert events.seen == [Deployed(store.version(ScriptName("tag"), 1), "command")]
        checker.go.set()
    assert active_number(store) == 8


@pytest.mark.parametrize("error", [CheckFailed("no sandbox"), BrokenPipeError(32, "Broken pipe"), anyio.EndOfStream()])
async def test_a_check_that_fails_itself_rejects_and_the_same_content_may_come_again(
    store: Store, events: Events, error: Exception
) -> None:
    class Failing:
        async def check(self, source: ScriptSource) -> Checked:
            raise error

    deployer = Deployer(store, Failing(), events.publish, lambda: 0.0)
    for count in (1, 2):
        deployment = await deployer.saved(saved("1"))
        assert deployment is not None
        assert deployment.state is State.REJECTED
        assert deployment.server_at_fault
        assert "could not be checked" in deployment.faults[0].message
        assert len(events.of(Rejected)) == count


async def test_a_check_has_a_limit(store: Store, events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless:
        async def check(self, source: ScriptSource) -> Checked:
            await anyio.sleep_forever()
            return Checked()

    monkeypatch.setattr(deployer_module, "CHECK_LIMIT_SECONDS", 0.01)
    deployment = await Deployer(store, Endless(), events.publish, lambda: 0.0).deploy(chat("1"), "command")
    assert deployment.server_at_fault
    assert "longer than 0.01 seconds" in deployment.faults[0].message


async def test_a_damaged_record_is_told_and_leaves_other_scripts_alone(
    deployer: Deployer, store: Store, events: Events, tmp_path: Path
) -> None:
    await deployer.saved(saved("1"))
    await deployer.deploy(chat("1", "tag"), "command")
    (tmp_path / "store" / "scripts" / "chat.json").write_bytes(b"{")
    deployment = await deployer.saved(saved("2"))
    assert deployment is not None
    assert deployment.server_at_fault
    assert "chat.json" in deployment.faults[0].message
    await deployer.deleted(Deleted(CHAT, PATH))
    assert "chat.json" in events.of(Refused)[0].reason
    assert number(await deployer.deploy(chat("2", "tag"), "command")) == 2


async def test_a_note_that_is_too_long_is_the_callers_mistake(deployer: Deployer, store: Store) -> None:
    with pytest.raises(ValueError, match="note"):
        await deployer.deploy(chat("1"), "command", "x" * 3000)
    assert store.names() == ()
