"""What lies in a folder: which paths are scripts, which are refused, and how one is read."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from deployment import folder as folder_module
from deployment.folder import Entry, FolderGone, Stamp, look_again, look_into
from deployment.naming import ignored, shown
from deployment.reading import NotQuiet, Unreadable, read_script, written_elsewhere
from deployment.source import MAX_FILE_BYTES, MAX_FILES, PathKey, ScriptName


def scripts(folder: Path) -> dict[str, str]:
    return {str(key): str(entry.name) for key, entry in look_into(folder).entries.items() if entry.refusal is None}


def refusals(folder: Path) -> dict[str, str]:
    entries = look_into(folder).entries.values()
    return {entry.refused_path: entry.refusal for entry in entries if entry.refusal is not None}


def write(path: Path, content: bytes = b"pass\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_files_and_folders_are_scripts(tmp_path: Path) -> None:
    write(tmp_path / "chat.py", b"1")
    write(tmp_path / "tag" / "main.py", b"2")
    write(tmp_path / "tag" / "rules" / "__init__.py", b"3")
    write(tmp_path / "tag" / "rules" / "it.py", b"4")
    write(tmp_path / "tag" / "notes.txt")
    write(tmp_path / "assets" / "logo.png")
    write(tmp_path / "README.md")
    look = look_into(tmp_path)
    assert scripts(tmp_path) == {"chat.py": "chat", "tag/": "tag"}
    chat = read_script(tmp_path, look.entries[PathKey("chat.py")])
    assert (chat.launch, [(file.path, file.content) for file in chat.files]) == ("chat.py", [("chat.py", b"1")])
    tag = read_script(tmp_path, look.entries[PathKey("tag/")])
    assert tag.launch == "main.py"
    assert [file.path for file in tag.files] == ["main.py", "rules/__init__.py", "rules/it.py"]
    listened = {os.path.relpath(directory.path, tmp_path) for directory in look.directories}
    assert listened == {".", "tag", "tag/rules", "assets"}


@pytest.mark.parametrize(
    "name",
    [
        ".chat.py",
        ".#chat.py",
        "#chat.py#",
        "chat.py~",
        ".chat.py.swp",
        "4913",
        "chat.py.tmp",
        "__pycache__",
        "x.py.bak",
        ".git",
        "chat.pyc",
    ],
)
def test_what_editors_and_python_leave_is_ignored(tmp_path: Path, name: str) -> None:
    assert ignored(name)
    write(tmp_path / name)
    write(tmp_path / "tag" / "main.py")
    write(tmp_path / "tag" / name)
    assert scripts(tmp_path) == {"tag/": "tag"}
    assert refusals(tmp_path) == {}
    assert [stamp.path for stamp in look_into(tmp_path).entries[PathKey("tag/")].stamps] == ["main.py"]


@pytest.mark.parametrize("name", ["_chat.py", "my chat.py", "chat.v2.py", "chät.py", "a" * 65 + ".py", "-x.py"])
def test_odd_names_are_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path / name)
    assert list(refusals(tmp_path)) == [name]


def test_pythons_own_names_are_no_scripts(tmp_path: Path) -> None:
    write(tmp_path / "__init__.py")
    assert look_into(tmp_path).entries == {}


def test_names_that_no_terminal_should_see_are_escaped(tmp_path: Path) -> None:
    write(tmp_path / "a\x1b[31m.py")
    (tmp_path / os.fsdecode(b"\xff.py")).write_bytes(b"")
    assert set(refusals(tmp_path)) == {"a\\x1b[31m.py", "\\xff.py"}
    assert shown("ä\n") == "ä\\n"


def test_links_fifos_sockets_and_folders_are_refused_without_blocking(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "main.txt")
    (tmp_path / "link.py").symlink_to(tmp_path / "elsewhere" / "main.txt")
    (tmp_path / "linked").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "fifo.py")
    (tmp_path / "folder.py").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket.py"))
    assert scripts(tmp_path) == {}
    assert {path: reason.split(",")[0] for path, reason in refusals(tmp_path).items()} == {
        "link.py": "a symbolic link",
        "linked": "a symbolic link",
        "fifo.py": "a FIFO",
        "socket.py": "a socket",
    }


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("main.py"), lambda path: path.mkdir()])
def test_one_unfit_module_refuses_the_whole_script(tmp_path: Path, make: Callable[[Path], object]) -> None:
    write(tmp_path / "tag" / "main.py")
    make(tmp_path / "tag" / "ops.py")
    assert scripts(tmp_path) == {}
    assert list(refusals(tmp_path)) == ["tag/ops.py"]


def test_a_linked_folder_within_a_script_is_not_entered(tmp_path: Path) -> None:
    write(tmp_path / "tag" / "main.py")
    (tmp_path / "tag" / "all").symlink_to("/")
    assert [stamp.path for stamp in look_into(tmp_path).entries[PathKey("tag/")].stamps] == ["main.py"]


def test_sizes_and_numbers_are_bounded(tmp_path: Path) -> None:
    write(tmp_path / "large.py", b"#" * MAX_FILE_BYTES)
    write(tmp_path / "larger.py", b"#" * (MAX_FILE_BYTES + 1))
    for number in range(MAX_FILES):
        write(tmp_path / "many" / f"m{number}.py")
        write(tmp_path / "enough" / f"m{number}.py")
    write(tmp_path / "many" / "main.py")
    (tmp_path / "enough" / "m0.py").rename(tmp_path / "enough" / "main.py")
    assert scripts(tmp_path) == {"large.py": "large", "enough/": "enough"}
    refused = refusals(tmp_path)
    assert "262,144" in refused["larger.py"]
    assert [path.split("/")[0] for path in refused if path != "larger.py"] == ["many"]
    assert len(read_script(tmp_path, look_into(tmp_path).entries[PathKey("enough/")]).files) == MAX_FILES


def test_too_many_entries_are_refused_and_the_first_ones_count(tmp_path: Path) -> None:
    for number in range(folder_module.MAX_ENTRIES + 1):
        (tmp_path / f"s{number:04}.py").touch()
    look = look_into(tmp_path)
    assert not look.complete
    assert "s1000.py" in refusals(tmp_path)["."]
    assert len(scripts(tmp_path)) == folder_module.MAX_ENTRIES
    for number in range(folder_module.MAX_ENTRIES + 1):
        (tmp_path / f"s{number:04}.py").rename(tmp_path / f"s{number:04}.txt")
    (tmp_path / "main.py").touch()
    os.makedirs(tmp_path.parent / "outer")
    tmp_path.rename(tmp_path.parent / "outer" / "inner")
    assert "1,000" in refusals(tmp_path.parent / "outer")["inner"]


def test_a_folder_whose_name_a_file_has_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "chat.py")
    write(tmp_path / "chat" / "main.py")
    assert scripts(tmp_path) == {"chat.py": "chat"}
    assert "chat.py" in refusals(tmp_path)["chat"]


def test_a_folder_that_is_gone_or_no_folder_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(FolderGone, match="No such file"):
        look_into(tmp_path / "nowhere")
    write(tmp_path / "file")
    with pytest.raises(FolderGone, match="Not a directory"):
        look_into(tmp_path / "file")


def entry_of(tmp_path: Path, content: bytes = b"one") -> Entry:
    write(tmp_path / "chat.py", content)
    return look_into(tmp_path).entries[PathKey("chat.py")]


def test_what_changed_after_the_look_is_not_read(tmp_path: Path) -> None:
    entry = entry_of(tmp_path)
    write(tmp_path / "chat.py", b"two two")
    with pytest.raises(NotQuiet):
        read_script(tmp_path, entry)
    assert look_again(tmp_path, entry) != entry


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.mkdir(), id])
def test_what_was_replaced_after_the_look_is_not_read_and_does_not_block(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    entry = entry_of(tmp_path)
    (tmp_path / "chat.py").unlink()
    make(tmp_path / "chat.py")
    with pytest.raises(NotQuiet):
        read_script(tmp_path, entry)


def test_a_module_that_came_after_the_look_makes_the_script_unquiet(tmp_path: Path) -> None:
    write(tmp_path / "tag" / "main.py")
    entry = look_into(tmp_path).entries[PathKey("tag/")]
    write(tmp_path / "tag" / "ops.py")
    with pytest.raises(NotQuiet):
        read_script(tmp_path, entry)


def test_a_file_that_somebody_writes_is_not_read(tmp_path: Path) -> None:
    write(tmp_path / "chat.py")
    with (tmp_path / "chat.py").open("ab"):
        entry = look_into(tmp_path).entries[PathKey("chat.py")]
        with pytest.raises(NotQuiet, match="open for writing"):
            read_script(tmp_path, entry)
    assert read_script(tmp_path, entry).files[0].content == b"pass\n"


def test_readers_are_no_writers_and_a_pipe_tells_nothing(tmp_path: Path) -> None:
    write(tmp_path / "chat.py")
    with (tmp_path / "chat.py").open("rb") as one, (tmp_path / "chat.py").open("rb"):
        assert not written_elsewhere(one.fileno())
    reading, writing = os.pipe()
    try:
        assert not written_elsewhere(reading)
    finally:
        os.close(reading)
        os.close(writing)


def test_a_file_that_cannot_be_read_is_named() -> None:
    # Nothing is mapped at the first address, so the system gives an I/O error for it: to root as well.
    status = os.stat("/proc/self/mem")
    stamp = Stamp("self/mem", status.st_dev, status.st_ino, 0, status.st_mtime_ns, status.st_ctime_ns)
    with pytest.raises(Unreadable, match="self/mem cannot be read: Input/output error"):
        read_script(Path("/proc"), Entry(PathKey("mem.py"), ScriptName("mem"), "mem.py", (stamp,)))
