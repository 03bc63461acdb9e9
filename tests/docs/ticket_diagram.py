"""The diagram of a ticket's life, drawn from the table in matchmaking/tickets/life.py.

``python -m tests.docs.ticket_diagram`` puts it into the page anew.
"""

import re

from matchmaking.tickets.life import TRANSITIONS, Status
from tests.docs.pages import REFERENCE

PAGE = REFERENCE / "matchmaking-tickets.md"
_DRAWN = re.compile(r"(?<=```mermaid\n).*?(?=```)", re.DOTALL)


def diagram() -> str:
    """Draw the table as a Mermaid state diagram; steps that lead the same way share an arrow."""
    lines = ["stateDiagram-v2", f"    [*] --> {Status.QUEUED}"]
    for status, steps in TRANSITIONS.items():
        for after in dict.fromkeys(steps.values()):
            names = ", ".join(step.replace("_", " ") for step, leads_to in steps.items() if leads_to is after)
            lines.append(f"    {status} --> {after}: {names}")
        lines += [] if steps else [f"    {status} --> [*]"]
    return "\n".join([*lines, ""])


def drawn(page: str) -> str:
    """Give the page with the diagram in its place."""
    return _DRAWN.sub(diagram(), page)


def write() -> None:
    """Draw the diagram in the page anew."""
    PAGE.write_text(drawn(PAGE.read_text()))


if __name__ == "__main__":
    write()
