"""The diagram of a peer's life, drawn from the table in session/life.py.

``python -m tests.docs.life_diagram`` puts it into the page anew.
"""

import re

from session.life import TRANSITIONS, Stage
from tests.docs.pages import REFERENCE

PAGE = REFERENCE / "life-of-a-peer.md"
_DRAWN = re.compile(r"(?<=```mermaid\n).*?(?=```)", re.DOTALL)


def diagram() -> str:
    """Draw the table as a Mermaid state diagram; steps that lead the same way share an arrow."""
    lines = ["stateDiagram-v2", f"    [*] --> {Stage.CONNECTED.name}"]
    for stage, steps in TRANSITIONS.items():
        if stage is Stage.GONE:
            continue
        for after in dict.fromkeys(steps.values()):
            names = ", ".join(step.name for step, leads_to in steps.items() if leads_to is after)
            lines.append(f"    {stage.name} --> {after.name}: {names}")
    return "\n".join([*lines, f"    {Stage.GONE.name} --> [*]", ""])


def drawn(page: str) -> str:
    """Give the page with the diagram in its place."""
    return _DRAWN.sub(diagram(), page)


def write() -> None:
    """Draw the diagram in the page anew."""
    PAGE.write_text(drawn(PAGE.read_text()))


if __name__ == "__main__":
    write()
