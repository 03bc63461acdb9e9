"""A source's digest names exactly its content, and nothing else is a source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.source import (
    MAX_FILE_BYTES,
    MAX_FILES,
    BadSource,
    PathKey,
    ScriptName,
    ScriptSource,
    SourceFile,
    packed,
    script_name,
    script_of,
    source_of,
    unpacked_untrusted,
)

PATHS = st.from_regex(r"(?:[A-Za-z0-9_]{1,3}/){0,2}[A-Za-z0-9_]{1,4}\.py", fullmatch=True)
FILES = st.dictionaries(PATHS, st.binary(max_size=60), min_size=1, max_size=5)


def chat(files: dict[str, bytes], launch: str = "main.py") -> ScriptSource:
    return source_of("chat", files, launch)


def test_the_digest_is_the_same_for_ever() -> None:
    """Stored digests must stay valid: whoever changes the canonical form must change its heading, and read both."""
    source = chat({"main.py": b"import ops\n", "ops.py": b"TAG = 10\n"})
    assert packed(source) == b"harena script 1\n7:main.py7:main.py11:import ops\n6:ops.py9:TAG = 10\n"
    assert source.digest == "b93c626b5186f7196faa2941ca79566e4f93541a789eab345adc0b97d516eab9"


def test_the_name_is_no_part_of_the_digest() -> None:
    files = {"main.py": b"pass"}
    assert source_of("chat", files, "main.py").digest == source_of("tag", files, "main.py").digest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"main.py": b"ab", "x.py": b""}, {"main.py": b"a", "x.py": b"b"}),
        ({"main.py": b"4:x.py0:"}, {"main.py": b"", "x.py": b""}),
        ({"main.py": b"", "x.py": b"1"}, {"main.py": b"", "x1.py": b""}),
        ({"main.py": b"\n"}, {"main.py": b"\r\n"}),
    ],
)
def test_tricks_with_concatenation_give_different_digests(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    assert chat(one).digest != chat(other).digest


def test_the_launch_path_is_part_of_the_digest() -> None:
    files = {"a.py": b"", "b.py": b""}
    assert chat(files, "a.py").digest != chat(files, "b.py").digest


@given(FILES, FILES)
def test_only_equal_contents_have_equal_forms(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    first, second = chat(one, min(one)), chat(other, min(other))
    assert (packed(first) == packed(second)) == (first == second)


@given(FILES, st.data())
def test_packing_goes_back_and_forth(files: dict[str, bytes], data: st.DataObject) -> None:
    source = chat(files, data.draw(st.sampled_from(sorted(files))))
    assert unpacked_untrusted(source.name, packed(source)) == source


@given(FILES, st.data())
def test_a_cut_or_altered_form_is_refused_or_is_another_source(files: dict[str, bytes], data: st.DataObject) -> None:
    form = packed(chat(files, min(files)))
    at = data.draw(st.integers(0, len(form) - 1))
    altered = form[:at] + data.draw(st.binary(max_size=3)) + form[at + 1 :]
    try:
        source = unpacked_untrusted(ScriptName("chat"), altered)
    except BadSource:
        return
    assert packed(source) == altered


@given(st.binary(max_size=80))
def test_garbage_gives_bad_source_only(garbage: bytes) -> None:
    with pytest.raises(BadSource):
        unpacked_untrusted(ScriptName("chat"), b"harena script 1\n" + garbage)


@pytest.mark.parametrize("name", ["chat", "Chat-2", "0", "a" * 64, "a_b"])
def test_names_that_are_allowed(name: str) -> None:
    assert script_name(name) == name


@pytest.mark.parametrize("name", ["", "_x", "-x", ".x", "a" * 65, "a b", "a/b", "a.b", "ä", "x\n", "٣"])
def test_names_that_are_not(name: str) -> None:
    with pytest.raises(BadSource):
        script_name(name)


@pytest.mark.parametrize("path", ["", "/x.py", "../x.py", "a/../x.py", "a//x.py", "x", ".x.py", "a\\x.py", "x.py\n"])
def test_paths_that_are_not_allowed(path: str) -> None:
    with pytest.raises(BadSource):
        SourceFile(path, b"")


def test_a_source_is_bounded() -> None:
    with pytest.raises(BadSource, match="bytes"):
        SourceFile("main.py", bytes(MAX_FILE_BYTES + 1))
    with pytest.raises(BadSource, match="files"):
        chat({f"m{number}.py": b"" for number in range(MAX_FILES + 1)}, "m0.py")


def test_the_files_are_in_order_and_the_launched_one_is_among_them() -> None:
    a, b = SourceFile("a.py", b""), SourceFile("b.py", b"")
    for files in ((b, a), (a, a)):
        with pytest.raises(BadSource, match="order"):
            ScriptSource(ScriptName("chat"), files, "a.py")
    with pytest.raises(BadSource, match="launched"):
        ScriptSource(ScriptName("chat"), (a, b), "c.py")


def test_a_path_in_the_folder_names_its_script() -> None:
    assert script_of(PathKey("chat.py")) == script_of(PathKey("chat/")) == "chat"
    for odd in ("chat", ".", "", "../chat.py", "_x/"):
        with pytest.raises(BadSource):
            script_of(PathKey(odd))
