"""Scripts of several files: each is looked at, and what one of them uses counts for all."""

from tests.sandbox.lint.judging import judged


def test_each_file_is_looked_at() -> None:
    quiz = "from harena import session\ndef ask(player):\n    session.sned(player, 1)\n"
    faults, _ = judged({"main.py": "import quiz\non_player_accepted = quiz.ask\n", "quiz.py": quiz})
    assert [(fault.file, fault.line, fault.hint) for fault in faults] == [("quiz.py", 3, "did you mean session.send?")]


def test_a_callback_of_another_file_is_judged_where_it_stands() -> None:
    faults, _ = judged({"main.py": "from quiz import on_message\n", "quiz.py": "x = 1\ndef on_message():\n    pass\n"})
    assert [(fault.file, fault.line) for fault in faults] == [("quiz.py", 2)]


def test_a_callback_in_another_file_is_not_looked_for_there() -> None:
    _, warnings = judged({"main.py": "import quiz\n", "quiz.py": "def on_message(message):\n    pass\n"})
    assert [(warning.file, warning.line) for warning in warnings] == [("quiz.py", 1)]
    assert "put from quiz import on_message there" in warnings[0].hint


def test_what_another_file_uses_is_used() -> None:
    over = "from harena import session\ndef finish():\n    session.end()\ndef on_zebra():\n    pass\n"
    main = "import over\ndef on_message(message):\n    over.finish()\n"
    assert judged({"main.py": main, "over.py": over}) == ([], [])


def test_the_launch_file_comes_first() -> None:
    faults, _ = judged({"main.py": "import aside\ndef f():\n    return x\n", "aside.py": "def g():\n    return y\n"})
    assert [fault.file for fault in faults] == ["main.py", "aside.py"]


def test_everything_that_stands_in_the_way_is_said_at_once() -> None:
    faults, _ = judged("import os\nfrom harena import session\ndef f():\n    session.sned(1)\n")
    assert [fault.line for fault in faults] == [1, 4]


def test_a_lint_says_better_what_loading_raised() -> None:
    faults, _ = judged("from harena import session\nx = 1\nsession.brodcast(1)\n")
    (fault,) = faults
    assert (fault.line, fault.column, fault.hint) == (3, 1, "did you mean session.broadcast?")


def test_what_only_the_run_shows_has_its_way_out_too() -> None:
    faults, _ = judged("from harena import session\ndef hello():\n    session.broadcast(1)\nhello()\n")
    (fault,) = faults
    assert fault.line == 3
    assert "RuntimeError" in fault.message
    assert "on_start_game_session" in fault.hint


def test_a_name_that_is_defined_too_late() -> None:
    (fault,), _ = judged("x = 1\nprint(y)\ny = 2\n")
    assert (fault.line, fault.message) == (2, "loading the script raised NameError: name 'y' is not defined")
    assert "above the line" in fault.hint


def test_without_lints_a_script_is_only_loaded() -> None:
    assert judged("def on_message():\n    return undefined\n", lint=False) == ([], [])
