"""A real folder, watched: every way in which editors save, and everything that lies in it and is no script."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from deployment.deployer import WATCHED_FOLDER
from deployment.events import CaughtUp, Deployed, FolderBack, FolderMissing, Refused, Rejected, Withdrawn
from deployment.settling import Timing
from deployment.source import ScriptName
from deployment.store import Store
from tests.deployment.world import Watching, World

pytestmark = pytest.mark.anyio

#: The one pause that is not a wait for an event: a writer's own pace, which is what those tests are about.
PIECE_SECONDS = 0.03
PIECES = [b"def f%d():\n    return %d\n" % (number, number) for number in range(10)]
WHOLE = b"".join(PIECES)


def in_place(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def by_rename(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content)
    temporary.replace(path)


def by_backup(path: Path, content: bytes) -> None:
    if path.exists():
        path.rename(path.with_name(path.name + "~"))
    path.write_bytes(content)


def by_deletion(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def like_vim(path: Path, content: bytes) -> None:
    probe = path.with_name("4913")
    probe.touch()
    probe.unlink()
    path.with_name(f".{path.name}.swp").write_bytes(b"swap")
    by_backup(path, content)
    path.with_name(path.name + "~").unlink(missing_ok=True)
    path.with_name(f".{path.name}.swp").unlink()


def synced(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, content)
    os.fsync(descriptor)
    os.close(descriptor)


def of(name: str) -> Callable[[Deployed], bool]:
    return lambda event: event.version.script == name


async def nothing_else_comes(world: World) -> None:
    """Whatever was under way has been told once a script that is saved now has been deployed."""
    (world.folder / "marker.py").write_bytes(b"marker = %d" % len(world.events.seen))
    await world.events.next(Deployed, of("marker"))


@pytest.mark.parametrize("save", [in_place, by_rename, by_backup, by_deletion, like_vim, synced])
async def test_every_way_to_save_gives_one_version_a_save(
    watching: Watching, save: Callable[[Path, bytes], None]
) -> None:
    async with watching() as world:
        for number in (1, 2, 3):
            save(world.folder / "chat.py", b"version = %d\n" % number)
            event = await world.events.next(Deployed, of("chat"))
            assert event.version.number == number
            assert event.origin == WATCHED_FOLDER
        await nothing_else_comes(world)
        assert world.versions("chat") == [b"version = 1\n", b"version = 2\n", b"version = 3\n"]
        assert {type(event) for event in world.events.seen} == {CaughtUp, Deployed}


async def test_ten_pieces_into_a_file_kept_open_give_one_version(watching: Watching) -> None:
    async with watching() as world:
        with (world.folder / "chat.py").open("wb", buffering=0) as file:
            for piece in PIECES:
                file.write(piece)
                await anyio.sleep(PIECE_SECONDS)
        await world.events.next(Deployed, of("chat"))
        await nothing_else_comes(world)
        assert world.versions("chat") == [WHOLE]


async def test_a_file_kept_open_for_longer_than_the_quiet_is_not_read(watching: Watching) -> None:
    async with watching() as world:
        with (world.folder / "chat.py").open("wb", buffering=0) as file:
            file.write(PIECES[0])
            # Two other scripts settle one after the other, which takes longer than the quiet that this one would need.
            await nothing_else_comes(world)
            await nothing_else_comes(world)
            assert ScriptName("chat") not in world.store.names()
            file.write(PIECES[1])
        await world.events.next(Deployed, of("chat"))
        assert world.versions("chat") == [PIECES[0] + PIECES[1]]


async def test_ten_pieces_into_a_file_opened_anew_give_one_version(watching: Watching) -> None:
    async with watching() as world:
        for piece in PIECES:
            with (world.folder / "chat.py").open("ab") as file:
                file.write(piece)
            await anyio.sleep(PIECE_SECONDS)
        await world.events.next(Deployed, of("chat"))
        await nothing_else_comes(world)
        assert world.versions("chat") == [WHOLE]


async def test_what_lay_there_is_deployed_before_the_start_is_told(watching: Watching, tmp_path: Path) -> None:
    folder = tmp_path / "scripts"
    (folder / "tag").mkdir(parents=True)
    (folder / "tag" / "main.py").write_bytes(b"1")
    (folder / "chat.py").write_bytes(b"2")
    (folder / "broken.py").write_bytes(b"3 +")
    (folder / "odd name.py").write_bytes(b"4")
    async with watching() as world:
        assert {event.version.script for event in world.events.of(Deployed)} == {"tag", "chat"}
        assert [event.name for event in world.events.of(Rejected)] == ["broken"]
        assert [event.path for event in world.events.of(Refused)] == ["odd name.py"]
        assert isinstance(world.events.seen[-1], CaughtUp)
    async with watching() as world:
        assert world.events.of(Deployed) == []
        assert [event.name for event in world.events.of(Rejected)] == ["broken"]


async def test_a_folder_is_one_script_and_any_of_its_files_makes_a_version(watching: Watching) -> None:
    async with watching() as world:
        rules = world.folder / "tag" / "rules"
        rules.mkdir(parents=True)
        (rules / "it.py").write_bytes(b"1")
        (world.folder / "tag" / "main.py").write_bytes(b"1")
        first = await world.events.next(Deployed, of("tag"))
        assert [file.path for file in world.store.source(first.version).files] == ["main.py", "rules/it.py"]
        (rules / "it.py").write_bytes(b"2")
        second = await world.events.next(Deployed, of("tag"))
        assert world.store.source(second.version).files[1].content == b"2"
        (rules / "it.py").unlink()
        third = await world.events.next(Deployed, of("tag"))
        assert [file.path for file in world.store.source(third.version).files] == ["main.py"]
        assert third.version.number == 3


async def test_a_deletion_withdraws_also_while_nobody_watched(watching: Watching, tmp_path: Path) -> None:
    async with watching() as world:
        for name in ("chat", "tag", "pong"):
            (world.folder / f"{name}.py").write_bytes(b"1")
        for _ in range(3):
            await world.events.next(Deployed)
        (world.folder / "chat.py").unlink()
        assert (await world.events.next(Withdrawn)).name == "chat"
    (tmp_path / "scripts" / "tag.py").unlink()
    async with watching() as world:
        assert [event.name for event in world.events.of(Withdrawn)] == ["tag"]
        assert world.active("pong") == b"1"
        (world.folder / "chat.py").write_bytes(b"1")
        assert (await world.events.next(Deployed)).version.number == 1


async def test_a_renamed_script_is_another_script(watching: Watching) -> None:
    async with watching() as world:
        (world.folder / "chat.py").write_bytes(b"1")
        await world.events.next(Deployed)
        (world.folder / "chat.py").rename(world.folder / "talk.py")
        await world.events.next(Withdrawn)
        await nothing_else_comes(world)
        assert (world.active("chat"), world.active("talk")) == (None, b"1")


async def test_a_file_that_becomes_a_folder_stays_the_same_script(watching: Watching) -> None:
    async with watching() as world:
        (world.folder / "chat.py").write_bytes(b"1")
        await world.events.next(Deployed)
        (world.folder / "chat").mkdir()
        (world.folder / "chat" / "main.py").write_bytes(b"2")
        assert "chat.py" in (await world.events.next(Refused)).reason
        (world.folder / "chat.py").unlink()
        assert (await world.events.next(Deployed)).version.number == 2
        await nothing_else_comes(world)
        assert world.events.of(Withdrawn) == []
        assert world.active("chat") == b"2"


async def test_a_rejected_file_leaves_the_active_version_until_it_is_mended(watching: Watching) -> None:
    async with watching() as world:
        path = world.folder / "chat.py"
        path.write_bytes(b"1")
        await world.events.next(Deployed)
        path.write_bytes(b"1\n2 +")
        rejected = await world.events.next(Rejected)
        assert [(fault.file, fault.line) for fault in rejected.faults] == [("chat.py", 2)]
        assert world.active("chat") == b"1"
        path.touch()
        await nothing_else_comes(world)
        assert len(world.events.of(Rejected)) == 1
        path.write_bytes(b"2")
        await world.events.next(Deployed)
        assert world.active("chat") == b"2"


async def test_a_rollback_survives_a_touch_and_a_restart(watching: Watching) -> None:
    async with watching() as world:
        path = world.folder / "chat.py"
        for content in (b"1", b"2"):
            path.write_bytes(content)
            await world.events.next(Deployed)
        await world.deployer.rollback(ScriptName("chat"))
        path.touch()
        await nothing_else_comes(world)
        assert world.active("chat") == b"1"
    async with watching() as world:
        assert world.active("chat") == b"1"
        (world.folder / "chat.py").write_bytes(b"3")
        await world.events.next(Deployed)
        assert world.active("chat") == b"3"


async def test_what_is_no_script_is_refused_by_name_and_holds_nobody_up(watching: Watching) -> None:
    async with watching() as world:
        os.mkfifo(world.folder / "fifo.py")
        (world.folder / "link.py").symlink_to("/dev/zero")
        (world.folder / "large.py").write_bytes(b"#" * 300_000)
        (world.folder / "odd name.py").write_bytes(b"")
        (world.folder / "chat.py").write_bytes(b"1")
        (world.folder / "chat.py~").write_bytes(b"1")
        await world.events.next(Deployed, of("chat"))
        await nothing_else_comes(world)
        refused = {event.path: event.reason for event in world.events.of(Refused)}
        assert set(refused) == {"fifo.py", "link.py", "large.py", "odd name.py"}
        assert "FIFO" in refused["fifo.py"]
        assert "link" in refused["link.py"]
        assert "300,000" in refused["large.py"]
        (world.folder / "fifo.py").unlink()
        (world.folder / "fifo.py").write_bytes(b"2")
        await world.events.next(Deployed, of("fifo"))


async def test_a_script_replaced_by_a_fifo_keeps_its_active_version(watching: Watching) -> None:
    async with watching() as world:
        path = world.folder / "chat.py"
        path.write_bytes(b"1")
        await world.events.next(Deployed)
        path.unlink()
        os.mkfifo(path)
        await world.events.next(Refused)
        assert world.active("chat") == b"1"
        path.unlink()
        await world.events.next(Withdrawn)


async def test_a_writer_that_never_closes_is_explained_once_and_read_when_it_does(watching: Watching) -> None:
    async with watching(Timing(settle_seconds=0.05, give_up_seconds=0.2)) as world:
        with (world.folder / "chat.py").open("wb", buffering=0) as file:
            file.write(b"1")
            refused = await world.events.next(Refused)
            assert refused.path == "chat.py"
            assert "open for writing after 0.2 seconds" in refused.reason
            await nothing_else_comes(world)
        await world.events.next(Deployed, of("chat"))
        assert len(world.events.of(Refused)) == 1


async def test_a_folder_that_goes_and_comes_back_is_watched_again(watching: Watching) -> None:
    async with watching(Timing(look_again_seconds=0.3)) as world:
        (world.folder / "chat.py").write_bytes(b"1")
        (world.folder / "tag.py").write_bytes(b"1")
        for _ in range(2):
            await world.events.next(Deployed)
        kept = world.folder.with_name("kept")
        world.folder.rename(kept)
        assert "No such file" in (await world.events.next(FolderMissing)).reason
        assert (world.active("chat"), world.active("tag")) == (b"1", b"1")
        (kept / "tag.py").unlink()
        shutil.copytree(kept, world.folder)
        await world.events.next(FolderBack)
        assert (await world.events.next(Withdrawn)).name == "tag"
        (world.folder / "chat.py").write_bytes(b"2")
        await world.events.next(Deployed)
        assert world.active("chat") == b"2"
        assert len(world.events.of(FolderMissing)) == 1


async def test_a_folder_that_is_not_there_at_the_start_may_come_later(watching: Watching, tmp_path: Path) -> None:
    async with watching() as world:
        (world.folder / "chat.py").write_bytes(b"1")
        await world.events.next(Deployed)
    shutil.rmtree(tmp_path / "scripts")
    (tmp_path / "scripts").symlink_to(tmp_path / "elsewhere")
    async with watching(Timing(look_again_seconds=0.1), make_folder=False) as world:
        assert [type(event) for event in world.events.seen] == [FolderMissing, CaughtUp]
        assert world.active("chat") == b"1"
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "chat.py").write_bytes(b"2")
        await world.events.next(Deployed)


async def test_thirty_scripts_saved_at_once_are_all_deployed(watching: Watching) -> None:
    async with watching() as world:
        for number in range(30):
            (world.folder / f"s{number}.py").write_bytes(b"%d" % number)
        for _ in range(30):
            await world.events.next(Deployed)
        assert [world.active(f"s{number}") for number in range(30)] == [b"%d" % number for number in range(30)]
        assert world.checker.most_at_once <= 4


async def test_of_many_saves_the_last_one_counts(watching: Watching) -> None:
    async with watching() as world:
        for number in range(50):
            by_rename(world.folder / "chat.py", b"%d" % number)
            await anyio.sleep(0.01)
        await world.events.next(Deployed, lambda event: world.active("chat") == b"49")
        await nothing_else_comes(world)
        assert world.versions("chat")[-1] == b"49"


async def test_a_damaged_record_at_the_start_is_told(watching: Watching, tmp_path: Path) -> None:
    with Store(tmp_path / "store"):
        (tmp_path / "store" / "scripts" / "chat.json").write_bytes(b"{")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "tag.py").write_bytes(b"1")
    async with watching() as world:
        assert [event.path for event in world.events.of(Refused)] == ["chat"]
        assert world.active("tag") == b"1"
