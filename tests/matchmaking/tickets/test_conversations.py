"""Golden conversations with matchmakers: ``python -m tests.accept`` writes them anew."""

from pathlib import Path

import pytest

from tests.matchmaking.tickets.talk import performed

CONVERSATIONS = sorted((Path(__file__).parent / "conversations").glob("*.txt"))


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_conversation(path: Path) -> None:
    transcript = path.read_text()
    assert performed(transcript) == transcript
