"""Whatever the text is, the answer is a value."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.policy import MAX_SOURCE_BYTES, Compiled, compile_script, read_literal
from sandbox.policy.faults import MAX_FAULTS
from tests.sandbox.language.world import HERE, chunks

VALID = [path.read_text() for path in sorted((HERE / "benign").glob("*.py"))] + list(chunks("ordinary.txt"))
HOSTILE = [path.read_bytes().decode() for path in sorted((HERE / "hostile").glob("*.py"))]
TOKENS = st.sampled_from(
    [
        "__class__",
        ".format",
        "match x:",
        "case {**k}:",
        "\n    ",
        "async ",
        "\0",
        "(" * 40,
        "\ud800",
        "lambda:",
        "@",
        "*",
        "super()",
    ]
)


def _is_an_answer(compiled: Compiled) -> None:
    assert (compiled.code is None) == bool(compiled.faults)
    assert len(compiled.faults) <= MAX_FAULTS
    for fault in compiled.faults + compiled.warnings:
        assert fault.message
        assert fault.line >= 0
        assert fault.column >= 0


@settings(max_examples=500, deadline=None)
@given(st.text())
def test_any_text_is_answered(source: str) -> None:
    _is_an_answer(compile_script(source, "main.py"))


@settings(max_examples=1500, deadline=None)
@given(
    st.sampled_from(VALID + HOSTILE),
    st.lists(st.tuples(st.integers(0), st.integers(0, 30), TOKENS | st.text(max_size=5)), max_size=4),
)
def test_a_spoilt_script_is_answered(source: str, spots: list[tuple[int, int, str]]) -> None:
    source = source[:5000]
    for where, length, put in spots:
        at = where % (len(source) + 1)
        source = source[:at] + put + source[at + length :]
    _is_an_answer(compile_script(source, "main.py"))


@settings(max_examples=300, deadline=None)
@given(st.text() | st.builds("configuration = {}".format, st.text()))
def test_any_text_can_be_read_for_a_literal(source: str) -> None:
    found = read_literal(source, "configuration")
    assert found is None or isinstance(found, dict) or found.message


@pytest.mark.parametrize(
    "source",
    [
        "(" * 10_000,
        "-" * 50_000 + "1",
        "x" + ".y" * 100_000,
        "x = " + "1 + " * 50_000 + "1",
        "x = " + "[" * 90 + "]" * 90,
        "if x: pass\n" + "elif x: pass\n" * 3_000,
        "x = 1\0",
        "\ud800",
        "f'{x:{y:{z:{w}}}}'",
        "'" + "\\N{" * 100,
        "x = 0x" + "f" * 100_000,
        "x = " + "9" * 10_000,
        "\N{BYTE ORDER MARK}x = 1",
        "# coding: nonsense\nx = 1",
        "x" * MAX_SOURCE_BYTES + "x",
        "not " * 20_000 + "x",
        "lambda: " * 5_000 + "x",
        "a if b else " * 5_000 + "x",
        "x = yield",
        "continue",
        "*a, *b = c",
        "def f():\n    global x; x: int = 1",
        "nonlocal x",
        "class A:\n    return 1",
    ],
    ids=range(24),
)
def test_mad_text_is_answered(source: str) -> None:
    _is_an_answer(compile_script(source, "main.py"))


def test_a_chain_of_a_few_hundred_is_no_madness() -> None:
    assert compile_script("x = " + " + ".join(["y"] * 300), "main.py").code is not None


def test_the_number_of_faults_is_bounded() -> None:
    assert len(compile_script("__x\n" * 10_000, "main.py").faults) == MAX_FAULTS


@settings(max_examples=300)
@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())))
def test_a_literal_is_read_without_running_anything(value: dict[str, object]) -> None:
    source = f"1 / 0\nconfiguration = {value!r}\nimport os\n"
    assert read_literal(source, "configuration") == value == ast.literal_eval(repr(value))


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("x = 1\nconfiguration = dict(a=1)\n", 2, "not a literal"),
        ("configuration: dict = [1]\n", 1, "is a list, not a dict"),
        ("configuration = {1: 2}\n", 1, "a key of 'configuration' is not a string"),
        ("configuration = {[]: 2}\n", 1, "not a literal"),
        ("configuration = {\n", 1, "'{' was never closed"),
    ],
)
def test_what_is_no_literal_is_told(source: str, line: int, message: str) -> None:
    found = read_literal(source, "configuration", "tag.py")
    assert found is not None
    assert not isinstance(found, dict)
    assert (found.file, found.line) == ("tag.py", line)
    assert message in found.message


def test_the_last_assignment_counts() -> None:
    assert read_literal(
        "configuration = {}\nif x:\n    configuration = 1\nconfiguration = {'a': 1}\n", "configuration"
    ) == {"a": 1}
    assert read_literal("config = {}\ndef f():\n    configuration = {'a': 1}\n", "configuration") is None
