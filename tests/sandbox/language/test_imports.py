"""Files of a script import each other, facades and the host; everything else is refused before anything runs."""

import pytest

from tests.sandbox.language.world import Host, load


def test_files_import_each_other() -> None:
    loaded = load(
        {
            "main.py": "import quiz, lib.words\nfrom quiz import Quiz, _hidden\nfrom lib import words as w\n"
            "from lib.words import WORDS\nfrom . import quiz as again\nfrom .lib.deep.er import X\n"
            "import lib.deep.er as er\nfrom lib import NAME\n"
            "RESULT = (Quiz().ask(), lib.words is w, WORDS, again is quiz, X, er.X, _hidden, NAME)\n",
            "quiz.py": "from lib.words import WORDS\n_hidden = 1\nclass Quiz:\n    def ask(self): return WORDS[0]\n",
            "lib/__init__.py": "NAME = 'lib'\n",
            "lib/words.py": "WORDS = ['a']\nfrom .deep import er\nassert er.X == 3\n",
            "lib/deep/er.py": "from ..words import WORDS\nX = 3\n",
        }
    )
    assert not loaded.faults
    assert loaded.namespace["RESULT"] == ("a", True, ["a"], True, 3, 3, 1, "lib")


def test_files_beside_the_main_file_are_found_wherever_it_lies() -> None:
    loaded = load(
        {"games/tag.py": "import rules\nRESULT = rules.N\n", "games/rules.py": "N = 4\n"}, main="games/tag.py"
    )
    assert loaded.namespace["RESULT"] == 4


def test_a_file_runs_once_and_its_state_is_shared() -> None:
    source = {
        "main.py": "import state, other\nstate.n += 1\nstate._m = 5\nRESULT = (other.read(), state.f())\n",
        "state.py": "n = 0\n_m = 0\nprint('ran')\ndef f(): return _m\n",
        "other.py": "import state\nstate.n += 1\ndef read(): return state.n\n",
    }
    loaded = load(source)
    assert loaded.namespace["RESULT"] == (2, 5)
    assert loaded.namespace["printed"] == ["ran"]


def test_an_import_may_stand_in_a_function() -> None:
    loaded = load({"main.py": "def f():\n    import late\n    return late.X\nRESULT = f()\n", "late.py": "X = 1\n"})
    assert loaded.namespace["RESULT"] == 1


def test_a_circle_of_imports_is_named() -> None:
    with pytest.raises(ImportError, match="circle \\(main imports a imports b imports a\\)"):
        load({"main.py": "import a\n", "a.py": "from b import x\ny = 1\n", "b.py": "from a import y\nx = 1\n"})


def test_a_circle_that_needs_nothing_yet_is_fine() -> None:
    loaded = load(
        {
            "main.py": "import a\nRESULT = a.f()\n",
            "a.py": "import b\ny = 1\ndef f(): return b.g()\n",
            "b.py": "import a\ndef g(): return a.y\n",
        }
    )
    assert loaded.namespace["RESULT"] == 1


def test_a_missing_name_is_an_import_error() -> None:
    with pytest.raises(ImportError, match="cannot import 'nope' from 'a'"):
        load({"main.py": "from a import nope\n", "a.py": ""})


def test_faults_of_all_files_are_told_and_nothing_runs() -> None:
    loaded = load(
        {"main.py": "print('ran')\nimport maths\n", "b.py": "def f(:\n", "json.py": "x = 1\n", "notes.txt": "("}
    )
    told = {(fault.file, fault.line): (fault.message, fault.hint) for fault in loaded.faults}
    assert told.keys() == {("main.py", 2), ("b.py", 1), ("json.py", 1)}
    assert told["main.py", 2][1] == "did you mean 'math'?"
    assert told["json.py", 1][0] == "the file json.py hides the module json"
    assert loaded.namespace["printed"] == []


def test_a_close_name_is_offered() -> None:
    (fault,) = load("from harena import Gost\n").faults
    assert fault.hint == "did you mean 'Host'?"
    (fault,) = load({"main.py": "from lib import wordz\n", "lib/words.py": ""}).faults
    assert "no file 'wordz.py'" in fault.message


def test_the_host_is_a_module_too() -> None:
    loaded = load(
        "import harena\nfrom harena import game\nRESULT = harena.game is game, isinstance(game, harena.Host)\n"
    )
    assert loaded.namespace["RESULT"] == (True, True)
    assert Host.send.__name__ == "send"


def test_an_exception_in_a_file_leaves_it_unloaded() -> None:
    source = (
        "def f():\n    try:\n        import a\n    except ZeroDivisionError:\n        return 1\nRESULT = f() + f()\n"
    )
    loaded = load({"main.py": source, "a.py": "1 / 0\n"})
    assert loaded.namespace["RESULT"] == 2


def test_the_main_file_has_to_be_there() -> None:
    with pytest.raises(KeyError):
        load({"a.py": ""}, main="b.py")
