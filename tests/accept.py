"""Write golden files anew: ``python -m tests.accept``. The difference is the review."""

from pathlib import Path

from tests.command import faulty, reference
from tests.docs import life_diagram
from tests.hostile import table
from tests.sandbox.lint import mistaken
from tests.session.talk import performed

CONVERSATIONS = Path(__file__).parent / "session" / "conversations"


def main() -> None:
    """Perform every conversation, ask every command for its help, make every mistake; write what came out."""
    reference.main()
    life_diagram.write()
    table.write()
    mistaken.accept()
    faulty.accept()
    for path in sorted(CONVERSATIONS.glob("*.txt")):
        path.write_text(performed(path.read_text()))


if __name__ == "__main__":
    main()
