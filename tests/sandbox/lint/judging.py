"""A script and what the loader has to say of it, in this process."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sandbox.faults import Fault
from sandbox.limits import DEFAULTS
from sandbox.load import LoadedScript, LoadOrder, Refused, loaded
from sandbox.script.side import Side
from session.callbacks import GameSessionFacts
from session.values import GameSessionId

FACTS = GameSessionFacts(GameSessionId("gs-1"), "arena", "quiz", 1, 16)
HERE = Path(__file__).parent


def judged(source: str | Mapping[str, str], *, lint: bool = True) -> tuple[list[Fault], list[Fault]]:
    """Load a script; give the faults and the warnings."""
    try:
        script = _loaded({"main.py": source} if isinstance(source, str) else source, lint=lint)
    except Refused as refused:
        return list(refused.faults), []
    return [], [Fault(*fields) for fields in script.warnings]  # type: ignore[arg-type]


def loaded_as(source: str) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """What a script has once it is loaded, configuration and names; nothing where it cannot be loaded."""
    try:
        script = _loaded({"main.py": source}, lint=False)
    except Refused:
        return {}, {}
    return script.configuration, script.namespace


def _loaded(sources: Mapping[str, str], *, lint: bool) -> LoadedScript:
    order = LoadOrder({}, "main.py", DEFAULTS, 1, 0.0, FACTS, lint=lint)
    return loaded(order, sources, Side(DEFAULTS, 0.0, lambda level, text: None))


def chunks(file: str) -> Iterator[str]:
    """The programs of a file of chunks."""
    text = (HERE / file).read_text()
    for chunk in text.split("\n---\n"):
        yield "\n".join(line for line in chunk.split("\n") if not line.startswith("# ")).strip("\n") + "\n"
