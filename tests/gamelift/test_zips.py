"""Zips of scripts: what is read of them, and what strangers may send in their place."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.gamelift.errors import GameLiftError
from desk.gamelift.limits import MAX_ZIP_ENTRIES
from desk.gamelift.zips import source_of_zip_untrusted
from tests.gamelift.serving import zipped

WHOLE = zipped({"main.py": "x = 1\n" * 100, "ships/boats.py": "y = 2", "README.md": "hello"})


def test_python_is_taken_and_the_rest_left_out() -> None:
    files = {"main.py": "1", "ships/boats.py": "2", "node_modules/a.js": "", "__MACOSX/._main.py": "", ".git/x.py": ""}
    source = source_of_zip_untrusted("chat", zipped(files))
    assert [file.path for file in source.files] == ["main.py", "ships/boats.py"]
    assert source.launch == "main.py"


def test_the_only_file_at_the_root_is_launched() -> None:
    assert source_of_zip_untrusted("chat", zipped({"duel.py": "", "ships/boats.py": ""})).launch == "duel.py"


def encrypted() -> bytes:
    """A zip that says of its file that it is encrypted."""
    data = bytearray(WHOLE)
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def bomb() -> bytes:
    """A small zip of a large file."""
    return zipped({"main.py": "#" * 50_000_000})


def packed_otherwise() -> bytes:
    """A zip that is packed by LZMA."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("main.py", "x = 1")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (encrypted(), "encrypted, or packed other than by deflate"),
        (packed_otherwise(), "encrypted, or packed other than by deflate"),
        (bomb(), "has more than 262,144 bytes"),
        (zipped({f"{at}.py": "" for at in range(65)}), "64 are allowed"),
        (zipped({f"{at}.txt": "" for at in range(MAX_ZIP_ENTRIES + 1)}), "more than 1,000 entries"),
        (zipped({"../main.py": ""}), "holds no Python file"),
        (zipped({"main.py": "", "a ship.py": ""}), "no path of a source file"),
        (zipped({"main.py": "", "/etc/x.py": ""}), "no path of a source file"),
    ],
    ids=range(8),
)
def test_a_zip_that_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(GameLiftError, match=said) as raised:
        source_of_zip_untrusted("chat", data)
    assert raised.value.code == "InvalidRequestException"


@given(st.binary(max_size=300) | st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=4)))
def test_any_bytes_are_a_script_or_refused(given: bytes | tuple[int, bytes]) -> None:
    if isinstance(given, tuple):
        at, other = given
        given = WHOLE[:at] + other + WHOLE[at + len(other) :]
    with suppress(GameLiftError):
        source_of_zip_untrusted("chat", given)
