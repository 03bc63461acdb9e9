"""Write golden files anew: ``python -m tests.accept``. The difference is the review."""

from pathlib import Path

from tests.command import faulty, reference
from tests.docs import life_diagram, ticket_diagram
from tests.gamelift import operations_page
from tests.hostile import table
from tests.matchmaking.tickets import talk as tickets_talk
from tests.sandbox.lint import mistaken
from tests.session import talk as session_talk

TESTS = Path(__file__).parent


def main() -> None:
    """Perform every conversation, ask every command for its help, make every mistake; write what came out."""
    reference.main()
    life_diagram.write()
    ticket_diagram.write()
    table.write()
    operations_page.main()
    mistaken.accept()
    faulty.accept()
    for path in sorted((TESTS / "session" / "conversations").glob("*.txt")):
        path.write_text(session_talk.performed(path.read_text()))
    for path in sorted((TESTS / "matchmaking" / "tickets" / "conversations").glob("*.txt")):
        path.write_text(tickets_talk.performed(path.read_text()))


if __name__ == "__main__":
    main()
