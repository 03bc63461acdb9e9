"""A corpus of harmless scripts: each loads, plays one little scene without a fault, and has its result."""

from collections.abc import Mapping

import pytest

from sandbox.calls import Calls
from sandbox.limits import DEFAULTS
from sandbox.load import LoadOrder, loaded
from sandbox.script.side import Side
from session.answers import Outcome
from session.callbacks import (
    Callback,
    GameSessionFacts,
    OnMessage,
    OnPlayerConnect,
    OnPlayerDisconnect,
    OnStartGameSession,
    OnTimer,
)
from session.effects import Ask
from session.values import AskId, GameSessionId, PeerId, PlayerId, PlayerSessionId
from tests.sandbox.language.world import HERE, manifest

P1 = PeerId(1)
SAID = OnMessage(P1, 1, b'{"a": 1}', True)
#: Somebody comes, says something twice, and goes when the timers have run.
SCENE: list[Callback] = [
    OnStartGameSession(GameSessionFacts(GameSessionId("gs-1"), "arena", "quiz", 1, 16)),
    OnPlayerConnect(P1, PlayerId("p1"), PlayerSessionId("psess-1"), "", b""),
    SAID,
    SAID,
    *[OnTimer()] * 3,
    OnPlayerDisconnect(P1),
]
ROWS = list(manifest("benign"))


def played(source: str) -> Mapping[str, object]:
    """Load a script and play the scene, a second between questions; give its names as they are afterwards."""
    side = Side(DEFAULTS, 1e9, lambda level, text: None)
    order = LoadOrder({}, "main.py", DEFAULTS, 7, 1e9, GameSessionFacts(GameSessionId("gs-1"), "arena", "quiz", 1, 16))
    script = loaded(order, {"main.py": source}, side)
    calls = Calls(script.namespace, side, script.session, lambda *told: pytest.fail(str(told)))
    for number, question in enumerate(SCENE, 1):
        assert calls.answer(Ask(AskId(number), question, float(number))).outcome is Outcome.OK
    return script.namespace


@pytest.mark.parametrize(("file", "expected"), [(row[0], row[2]) for row in ROWS])
def test_a_script_has_its_result(file: str, expected: str) -> None:
    assert repr(played((HERE / "benign" / file).read_text())["RESULT"]) == expected


def test_the_manifest_names_every_script() -> None:
    assert [row[0] for row in ROWS] == sorted(path.name for path in (HERE / "benign").glob("*.py"))
