"""Scripts named by their path: real files of every kind."""

import os
from pathlib import Path

import pytest

from desk.script_path import NoScript, script_at, script_paths


def test_a_file_is_a_script(tmp_path: Path) -> None:
    (tmp_path / "chat.py").write_text("x = 1")
    source = script_at(tmp_path / "chat.py")
    assert (source.name, source.launch, [file.content for file in source.files]) == ("chat", "chat.py", [b"x = 1"])


def test_a_folder_with_a_main_is_a_script(tmp_path: Path) -> None:
    (tmp_path / "quiz" / "parts").mkdir(parents=True)
    (tmp_path / "quiz" / "main.py").write_text("import parts.one")
    (tmp_path / "quiz" / "parts" / "one.py").write_text("")
    source = script_at(tmp_path / "quiz")
    assert (source.name, source.launch) == ("quiz", "main.py")
    assert [file.path for file in source.files] == ["main.py", "parts/one.py"]


def test_a_relative_path_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.py").write_text("")
    monkeypatch.chdir(tmp_path)
    assert script_at(Path(".")).launch == "main.py"
    assert script_at(Path("main.py")).name == "main"


def test_the_path_is_named_in_every_refusal(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "bad name.py").write_text("")
    (tmp_path / "big.py").write_bytes(b"#" * (256 * 1024 + 1))
    (tmp_path / "link.py").symlink_to(tmp_path / "big.py")
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "main.py").write_text("")
    (tmp_path / "odd" / "sub.py").symlink_to(tmp_path / "big.py")
    for name, reason in {
        "nothing.py": "there is no file or folder",
        "pipe.py": "a FIFO",
        "empty": "has no main.py",
        "notes.txt": "is no script",
        "bad name.py": "no name for a script",
        "big.py": "262,145 bytes",
        "link.py": "a symbolic link",
        "link": "a symbolic link",
        "odd": "odd/sub.py: a symbolic link",
    }.items():
        with pytest.raises(NoScript) as refusal:
            script_at(tmp_path / name)
        assert str(tmp_path / name) in str(refusal.value)
        assert reason in str(refusal.value)


def test_a_file_that_is_being_written_is_refused_for_the_moment(tmp_path: Path) -> None:
    with (tmp_path / "chat.py").open("w"), pytest.raises(NoScript, match="open for writing"):
        script_at(tmp_path / "chat.py")


def test_a_folder_of_scripts_stands_for_each_of_them(tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text("")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "main.py").write_text("")
    (tmp_path / "bad name.py").write_text("")
    (tmp_path / ".hidden.py").write_text("")
    names = sorted(path.name for path in script_paths(tmp_path))
    assert names == ["a", "b.py", "bad name.py"]


def test_a_script_stands_for_itself_and_so_does_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("")
    assert script_paths(tmp_path) == [tmp_path]
    assert script_paths(tmp_path / "nothing.py") == [tmp_path / "nothing.py"]


def test_a_folder_without_any_script_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoScript, match="holds no script"):
        script_paths(tmp_path)
