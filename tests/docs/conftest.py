"""What the documentation's tests share: a reader in an empty folder, and a server to look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import Block
from tests.docs.reader import Reader


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Give a reader in an empty folder; whatever it has started is ended."""
    reader = Reader(tmp_path)
    try:
        yield reader
    finally:
        reader.close()


@pytest.fixture
def server(reader: Reader) -> Reader:
    """Give a reader who has a server running, without any script."""
    text = "$ harena dev\n...\nHarena is running\n...\n  stop     Ctrl+C\n"
    reader.do(Block("the fixture", 0, "console", {"terminal": "server"}, text))
    return reader
