"""An exception of a script is told by the script's own lines, however it behaves."""

import pytest

from sandbox.policy import Raised, describe
from sandbox.policy.raised import MAX_TEXT_CHARACTERS, MAX_TRACE_LINES
from tests.sandbox.language.world import load


def _raised(source: str) -> Raised:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each test looks at what it is
        load(source)
    return describe(caught.value, {"main.py": source})


def test_the_innermost_line_of_the_script_is_told() -> None:
    raised = _raised("import json\n\ndef f(x):\n    return json.loads(x)\n\nf('{')\n")
    assert (raised.file, raised.line, raised.source_line) == ("main.py", 4, "return json.loads(x)")
    assert raised.type_name == "JSONDecodeError"
    assert raised.trace == ("main.py:6 in <module>: f('{')", "main.py:4 in f: return json.loads(x)")


def test_a_guard_does_not_show() -> None:
    raised = _raised("def f():\n    print.x = 1\nf()\n")
    assert (raised.line, raised.type_name) == (2, "TypeError")
    assert len(raised.trace) == 2


@pytest.mark.parametrize(
    "text", ["raise KeyError('x')", "return 5", "return E2('x' * 10)", "return 'x' * 10**6", "return '\\ud800'"]
)
def test_a_text_that_cannot_be_had_does_no_harm(text: str) -> None:
    raised = _raised(f"class E2(str): pass\nclass E(Exception):\n    def __str__(self):\n        {text}\nraise E()\n")
    assert raised.line == 5
    assert len(raised.text) <= MAX_TEXT_CHARACTERS
    raised.text.encode()


def test_a_deep_recursion_is_shortened() -> None:
    raised = _raised("def f(n):\n    return f(n + 1)\nf(0)\n")
    assert raised.type_name == "RecursionError"
    assert len(raised.trace) == MAX_TRACE_LINES
    assert any("more calls" in line for line in raised.trace)


def test_causes_are_told_and_circles_end() -> None:
    raised = _raised(
        "a, b = ValueError('a'), KeyError('b')\ntry:\n    raise a from b\nexcept ValueError:\n    raise b from a\n"
    )
    assert raised.trace[-1] == "caused by ValueError: a (main.py:3)"
    assert len(raised.trace) == 2


def test_many_causes_are_cut() -> None:
    steps = "\n".join(f"    except E as e: e{n} = e\n    try:\n        raise E({n + 1}) from e{n}" for n in range(30))
    raised = _raised(f"class E(Exception): pass\ndef f():\n    try: raise E(0)\n{steps}\n    finally: pass\nf()\n")
    assert len(raised.trace) <= MAX_TRACE_LINES


def test_an_exception_from_nowhere_has_no_line() -> None:
    assert describe(ValueError("x"), {}) == Raised("", 0, "", "ValueError", "x", ())


def test_a_class_of_the_script_is_called_by_its_name() -> None:
    raised = _raised("class Game:\n    class Over(Exception): pass\nraise Game.Over('now')\n")
    assert (raised.type_name, raised.text) == ("Game.Over", "now")
