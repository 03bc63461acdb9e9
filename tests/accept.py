"""Write golden files anew: ``python -m tests.accept``. The difference is the review."""

from pathlib import Path

from tests.session.talk import performed

CONVERSATIONS = Path(__file__).parent / "session" / "conversations"


def main() -> None:
    """Perform every conversation and write what came out."""
    for path in sorted(CONVERSATIONS.glob("*.txt")):
        path.write_text(performed(path.read_text()))


if __name__ == "__main__":
    main()
