"""What ``harena`` exports: the names of scripts, typed, and of players; cheap, and harmless outside of a server."""

import copy
import subprocess
import sys
from pathlib import Path

import pytest

import harena
from harena import session
from harena.outside import NoGameSession
from harena.testing import play
from sandbox.limits import DEFAULTS
from sandbox.load import LoadOrder, loaded
from sandbox.script.side import Side
from session.callbacks import GameSessionFacts
from session.values import GameSessionId
from tests.testkit.writing import ROOT, SAMPLES, written

OF_PLAYERS = {"Client", "Closed", "ConnectionFailed", "GroupMembership", "LoginRefused"}
#: Loaded into every run of pytest, and by every script's helpers: these must not come along.
HEAVY = {"RestrictedPython", "anyio", "google.protobuf", "msgpack", "relay", "sandbox", "session", "websockets"}
TYPED = Path(__file__).with_name("typed.py")


def _in_a_script() -> dict[str, object]:
    """The names that a script can import from ``harena``, with what it gets."""
    facts = GameSessionFacts(GameSessionId("id"), "name", "script", 1, 200)
    order = LoadOrder({}, "main.py", DEFAULTS, 0, 0.0, facts)
    script = loaded(order, {"main.py": "import harena"}, Side(DEFAULTS, 0.0, lambda level, text: None))
    names = vars(script.namespace["harena"])
    return {name: found for name, found in names.items() if not name.startswith("_")}


def test_a_script_and_plain_python_import_the_same_names() -> None:
    of_scripts = _in_a_script()
    assert set(harena.__all__) == dir_of_the_package() == of_scripts.keys() | OF_PLAYERS
    for name in of_scripts.keys() - {"session"}:
        assert getattr(harena, name) is of_scripts[name]


def dir_of_the_package() -> set[str]:
    return set(dir(harena))


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'harena' has no attribute 'sesion'"):
        getattr(harena, "sesion")  # noqa: B009  # mypy would not let us write it plainly, which is its purpose


def test_session_says_outside_of_a_server_what_to_do() -> None:
    with pytest.raises(NoGameSession, match=r"session\.players works only while .* from harena\.testing import play"):
        print(session.players)  # noqa: T201  # as an author would
    with pytest.raises(RuntimeError, match=r"session\.broadcast works only"):
        session.broadcast(1)
    with pytest.raises(NoGameSession, match=r"session\.accepting works only"):
        session.accepting = False


def test_session_can_be_looked_at() -> None:
    assert repr(session) == "<session, outside of a game session>"
    assert not hasattr(session, "__wrapped__")
    assert copy.copy(session) is not None


def test_functions_of_a_script_can_be_imported(tmp_path: Path) -> None:
    script = written(
        tmp_path,
        """
        from harena import Message, Player

        POINTS = {"gold": 3}

        def points(*found):
            return sum(POINTS[each] for each in found)

        def on_message(message: Message):
            session.broadcast(1, points(message.text))
        """,
    )
    (tmp_path / "check.py").write_text("from script import points\nprint(points('gold', 'gold'))\n")
    assert _python(tmp_path, "check.py") == "6\n"
    assert play(script).join("ann").accepted


def test_importing_it_brings_nothing_heavy_along(tmp_path: Path) -> None:
    for imported in ("harena", "harena.pytest_plugin", "harena.outside"):
        names = _python(tmp_path, "-c", f"import sys, {imported}; print(*sys.modules)").split()
        brought = HEAVY & {name for module in names for name in (module, module.partition(".")[0])}
        assert brought == set(), imported


def test_types_and_the_client_do_without_the_policy(tmp_path: Path) -> None:
    source = f"import sys; from harena import {', '.join(harena.__all__)}; print('RestrictedPython' in sys.modules)"
    assert _python(tmp_path, "-c", source) == "False\n"


def test_mypy_takes_a_typed_script_and_the_samples(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from harena import Message, session\n\n\n"
        "def on_message(message: Message) -> None:\n"
        "    session.brodcast(1)\n"
        '    session.send(message.sender, "one")\n'
        "    message.sender.peer_id.upper()\n"
        "from harena import sesion\n"
    )
    found = _mypy(tmp_path, "--strict", str(TYPED), str(wrong))
    assert [line.split(" error: ")[1].partition("  [")[0] for line in found if " error: " in line] == [
        '"Session" has no attribute "brodcast"; maybe "broadcast"?',
        'Argument 2 to "send" of "Session" has incompatible type "str"; expected "int"',
        '"int" has no attribute "upper"',
        'Module "harena" has no attribute "sesion"; maybe "session"?',
    ]
    assert [line for line in found if "typed.py" in line] == []
    samples = [str(path) for path in sorted(SAMPLES.glob("*.py"))]
    # Who writes no types at all should not have to write `names: dict = {}` either.
    found = _mypy(tmp_path, "--disable-error-code=var-annotated", *samples)
    assert found == [f"Success: no issues found in {len(samples)} source files"]


def _mypy(folder: Path, *arguments: str) -> list[str]:
    """Run mypy as an author would, without the settings of this project."""
    cache = f"--cache-dir={folder / 'cache'}"
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", cache, "--no-color-output", *arguments],
        cwd=folder,
        env={"MYPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def _python(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-B", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
