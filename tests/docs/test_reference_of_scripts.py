"""What the reference tells authors, compared with what scripts really meet."""

import inspect
from collections.abc import Iterator
from typing import get_args

import pytest

from sandbox.facades.catalogue import FACADE_NAMES
from sandbox.policy.names import WITHHELD_BUILTINS
from sandbox.script.log import Log
from sandbox.script.messages import Connect, GameSession, Message, ScriptMessage
from sandbox.script.player import Player
from sandbox.script.session import Session
from sandbox.script.timers import Timer
from session.callbacks import IF_SCRIPT_FAILS, NAMES, ON_PROCESS_STARTED, WITHIN, Callback, OnTimer
from session.configuration import BOUNDS, KEYS, Configuration
from session.game import PERMITTED
from tests.docs.pages import REFERENCE, Row, bare, blocks, rows

CALLBACKS = REFERENCE / "callbacks.md"
SESSION = REFERENCE / "session.md"
CONFIGURATION = REFERENCE / "configuration.md"
LANGUAGE = REFERENCE / "language.md"

#: What stands in a cell where there is nothing to say.
NOTHING = "\N{EN DASH}"

#: What the heart asks, by the name of the script's function.
QUESTIONS = {NAMES[question]: question for question in get_args(Callback) if question is not OnTimer}

SEEN_BY_SCRIPTS = [Session, Player, Message, Connect, GameSession, Timer, Log, ScriptMessage]


def test_the_callbacks_are_all_there() -> None:
    named = [row.name.partition("(")[0] for row in rows(CALLBACKS)]
    assert sorted(named) == sorted([*QUESTIONS, *WITHIN])


@pytest.mark.parametrize("row", rows(CALLBACKS), ids=lambda row: row.name)
def test_the_verdicts_of_a_callback_are_those_of_the_tables(row: Row) -> None:
    name = row.name.partition("(")[0]
    _, _, answer, absent, failed = row.cells
    if name in SURVIVAL:
        assert (absent, failed) == (NOTHING, SURVIVAL[name])
    elif answer == NOTHING:
        # Nothing is ruled: it has happened all the same.
        assert (absent, failed) == (NOTHING, NOTHING)
        assert name in WITHIN or IF_SCRIPT_FAILS[QUESTIONS[name]]
    elif name == ON_PROCESS_STARTED:  # It alone rules within another's question.
        assert (absent, failed) == (_said(True), _said(False))
    else:
        assert absent == _said(PERMITTED.verdict)
        assert failed == _said(IF_SCRIPT_FAILS[QUESTIONS[name]])


#: What rules on no question of a player, and what its failure means.
SURVIVAL = {"on_snapshot": "the snapshot before it stays", "on_restore": "the game session ends"}


def _said(verdict: bool) -> str:
    return "yes" if verdict else "no"


@pytest.mark.parametrize("seen", SEEN_BY_SCRIPTS, ids=lambda seen: seen.__name__)
def test_the_members_of_what_a_script_sees_are_all_there(seen: type) -> None:
    heading = "session" if seen is Session else seen.__name__
    prefix = "session." if seen is Session else ""
    named = [row.name for row in rows(SESSION, heading)]
    named += [row.name for row in rows(SESSION, "GameLift's names")] if seen is Session else []
    assert sorted(named) == sorted(prefix + member for member in _members(seen))


def _members(seen: type) -> Iterator[str]:
    """What of a class is for scripts, methods with their arguments."""
    slots = [slot for cls in seen.__mro__ for slot in cls.__dict__.get("__slots__", ())]
    for name in {*slots, *(name for cls in seen.__mro__[:-1] for name in vars(cls))}:
        if not name.startswith("_"):
            found = inspect.getattr_static(seen, name)
            yield name + (_arguments(found) if inspect.isfunction(found) else "")


def _arguments(function: object) -> str:
    signature = inspect.signature(function)  # type: ignore[arg-type]
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty) for parameter in list(signature.parameters.values())[1:]
    ]
    text = str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty))
    return text.replace("b''", 'b""').replace("''", '""')


def test_the_keys_of_the_configuration_are_all_there() -> None:
    assert [row.name for row in rows(CONFIGURATION)] == list(KEYS)


@pytest.mark.parametrize("row", rows(CONFIGURATION), ids=lambda row: row.name)
def test_a_key_has_the_default_and_the_bounds_that_are_told(row: Row) -> None:
    _, default, least, greatest, _ = row.cells
    assert default == str(getattr(Configuration(), row.name))
    if row.name in BOUNDS:
        assert (float(least), float(greatest)) == BOUNDS[row.name]
    else:
        assert (least, greatest) == (NOTHING, NOTHING)


def test_the_example_of_a_configuration_is_accepted() -> None:
    from session.configuration import configured

    namespace: dict[str, dict[str, object]] = {}
    exec(next(block for block in blocks(CONFIGURATION)).text, namespace)  # noqa: S102  # a literal of our own page
    assert configured(namespace["configuration"])[1] == []


def test_the_import_of_the_reference_names_all_that_there_is() -> None:
    imported = next(block for block in blocks(SESSION)).text.split("import ")[1].split(",")
    assert {name.strip() for name in imported} == {"session", *(seen.__name__ for seen in SEEN_BY_SCRIPTS[1:-2])}


def test_the_modules_are_all_there() -> None:
    assert {bare(row.cells[0]) for row in rows(LANGUAGE, "Modules")} == FACADE_NAMES


def test_the_builtins_that_a_script_does_not_get_are_all_there() -> None:
    assert {bare(row.cells[0]) for row in rows(LANGUAGE, "Builtins that are not there")} == set(WITHHELD_BUILTINS)
