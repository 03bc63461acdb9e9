"""Whole escapes, from a corpus: none reaches what it is after."""

from pathlib import Path

import pytest

from tests.sandbox.language.world import HERE, SECRET, load, manifest, with_game

ROWS = list(manifest("hostile"))


def _source(file: str) -> str:
    text = (HERE / "hostile" / file).read_bytes().decode()
    return with_game(text)


@pytest.mark.parametrize("file", [row[0] for row in ROWS if row[3].startswith("rejected")])
def test_it_is_rejected_at_validation(file: str) -> None:
    loaded = load(_source(file))
    assert loaded.faults
    assert all(fault.message for fault in loaded.faults)


def _outcome(file: str) -> str:
    """The script's RESULT, or the text of what has stopped it."""
    try:
        return str(load(_source(file)).namespace.get("RESULT"))
    except Exception as error:  # noqa: BLE001 - stopped, which is what is asked for
        return str(error)


@pytest.mark.parametrize("file", [row[0] for row in ROWS if not row[3].startswith("rejected")])
def test_it_gets_nowhere(file: str) -> None:
    shown = _outcome(file)
    assert not any(word in shown for word in ("PWNED", "SECRET", "POISON", SECRET)), shown


def test_the_manifest_names_every_script() -> None:
    assert {row[0] for row in ROWS} == {path.name for path in Path(HERE / "hostile").glob("*.py")}
