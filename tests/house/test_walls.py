"""The walls of the house: who may import whom, what the heart may use, and how large anything may grow."""

import ast
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Arrows point down only: each room with the rooms that it may import. What is not here may import nothing of ours.
ARROWS = {
    "session": set(),
    "deployment": set(),
    "matchmaking": set(),
    "relay": {"session"},
    "sandbox": {"session"},
    "desk": {"deployment", "matchmaking", "session"},
    "runtime": {"session", "deployment", "matchmaking", "relay", "sandbox", "desk"},
    "harena": {"relay", "sandbox", "session"},
}
ROOMS = set(ARROWS)

#: The heart computes; these few modules of the standard library hold data and nothing else.
HEART_MAY_IMPORT = {"collections", "collections.abc", "dataclasses", "difflib", "enum", "heapq", "typing"}

#: Time and chance are arguments of the search; files and sockets are for those who call it.
NEVER_IN_MATCHMAKING = {"asyncio", "io", "multiprocessing", "os", "pathlib", "socket", "threading", "time"}

#: In the sandbox's process only the zygote, what warms it, and the jail touch these; the others run in the relay's.
NEVER_NEAR_A_SCRIPT = {"socket", "ssl", "ctypes", "asyncio", "subprocess", "pickle", "multiprocessing", "threading"}
NOT_NEAR_A_SCRIPT = {
    f"sandbox/{name}.py"
    for name in "zygote warming packing nursery spares host overseer ears patience farewell".split()
}

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_ARGUMENTS = 6
#: Signatures that are somebody else's: the command line's options, the standard library's function.
MORE_ARGUMENTS = {
    "runtime/cli/dev.py dev",
    "runtime/cli/match.py simulate",
    "runtime/cli/net.py net",
    "runtime/cli/run.py run",
    "runtime/cli/session.py create",
    "runtime/cli/session.py update",
    "runtime/cli/session_logs.py logs",
    "sandbox/facades/text.py dumps",
}
NO_NAMES = ("util", "helper", "manager", "handler", "common", "base", "misc")

SOURCES = [
    path
    for room in sorted(ROOMS)
    for path in sorted((ROOT / room).rglob("*.py"))
    if not path.name.endswith("_pb2.py")  # Generated.
]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(path: Path) -> Iterator[str]:
    """Give the full names that a file imports, wherever in it; of ``from a import b`` both a and a.b."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{short(path)} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_arrows_point_down(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    used = {name.partition(".")[0] for name in imported(path)} & ROOMS
    assert used <= ARROWS[room] | {room}


@pytest.mark.parametrize("path", sorted((ROOT / "session").glob("*.py")), ids=short)
def test_the_heart_is_pure(path: Path) -> None:
    modules = {node.module or "" for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(parsed(path)) if isinstance(node, ast.Import) for alias in node.names}
    assert {module for module in modules if module.partition(".")[0] != "session"} <= HEART_MAY_IMPORT
    assert not [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Await | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", sorted((ROOT / "matchmaking").rglob("*.py")), ids=short)
def test_matchmaking_has_no_clock_and_touches_nothing(path: Path) -> None:
    assert not {name.partition(".")[0] for name in imported(path)} & NEVER_IN_MATCHMAKING


@pytest.mark.parametrize("path", sorted((ROOT / "sandbox").rglob("*.py")), ids=short)
def test_nothing_dangerous_lies_near_a_script(path: Path) -> None:
    if short(path) in NOT_NEAR_A_SCRIPT or path.parent.name == "jail":
        return
    assert not {name.partition(".")[0] for name in imported(path)} & NEVER_NEAR_A_SCRIPT


def needed(path: Path, modules: set[str]) -> Iterator[str]:
    """Give the modules of ours that a file imports; ``from a import b`` inside of a is about the module a.b alone."""
    names = [name for name in imported(path) if name in modules]
    for name in names:
        beside = module_of(path).startswith(f"{name}.") and any(other.startswith(f"{name}.") for other in names)
        if not beside:
            yield name


def test_there_is_no_circle() -> None:
    modules = {module_of(path) for path in SOURCES}
    arrows = {module_of(path): set(needed(path, modules)) for path in SOURCES}
    settled: set[str] = set()
    while ready := {one for one, needs in arrows.items() if one not in settled and needs - {one} <= settled}:
        settled |= ready
    assert modules - settled == set(), "these import each other, or what does"


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_sizes(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_FILE_LINES
    for function in functions(path):
        where = f"{short(path)}:{function.lineno} {function.name}"
        assert function.end_lineno is not None
        assert function.end_lineno - function.lineno < MAX_FUNCTION_LINES, where
        given = chain(function.args.posonlyargs, function.args.args, function.args.kwonlyargs)
        names = [argument.arg for argument in given if argument.arg not in ("self", "cls")]
        assert len(names) <= MAX_ARGUMENTS or f"{short(path)} {function.name}" in MORE_ARGUMENTS, where


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_names_say_what_is_in_a_file(path: Path) -> None:
    words = path.stem.split("_")
    assert not [word for word in words if word.removesuffix("s") in NO_NAMES]


def test_all_code_of_ours_is_in_a_room() -> None:
    folders = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("*/__init__.py")}
    assert folders == ROOMS | {"tests", "benchmarks"}
    assert not ROOMS & set(sys.stdlib_module_names)
