"""How a script begins to be played, and why one is not."""

import re
from pathlib import Path

import pytest

from deployment import source
from deployment.checker import Fault
from harena import testing
from harena.testing import ScriptRefused, play
from harena.testing.faults import fault_text
from harena.testing.source import MAX_FILE_BYTES, MAX_FILES
from runtime import fault_text as of_the_command
from sandbox import faults
from session.configuration import MAX_PLAYERS
from tests.testkit.writing import ROOT, SAMPLES, played, written


def test_only_the_one_who_is_it_can_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    game = play("sample_scripts/tag.py")
    ann, bob = game.join("ann", b"let me in"), game.join("bob", b"let me in")
    bob.send(10, {"whom": ann.peer_id})
    assert bob.inbox.last(11).json() == {"it": ann.peer_id}
    game.advance(120)  # virtual time: ticks, timers, session.now, time.time
    assert not game.errors


@pytest.mark.parametrize("script", sorted(SAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_every_sample_can_be_played_without_a_warning(script: Path) -> None:
    game = play(script)
    assert (game.over, game.errors, game.log, game.warnings) == (None, [], [], ())


def test_a_script_is_told_what_it_would_be_told_by_a_server(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        def on_start_game_session(told):
            print(told.id, told.name, told.script, told.version, told.max_players)
        """,
    )
    assert game.log.last("info").text == "script-test test script 1 200"
    assert MAX_PLAYERS == 200, "the number above, and a server's"


def test_a_script_is_told_what_the_test_says_of_its_game_session(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        from harena import session

        def on_start_game_session(told):
            print(told.name, told.max_players, told.properties, told.data, told.matchmaker_data)

        def on_game_session_updated(told):
            print(told.name, told.max_players, told.properties, told is session.game_session)
        """,
    )
    game = play(path, game_session={"name": "lobby", "max_players": 1, "properties": {"map": "dust"}, "data": "night"})
    assert game.log.last().text == "lobby 1 {'map': 'dust'} night "
    ann = game.join("ann")
    assert game.join("bob").refused == "the game session is full"
    game.update(max_players=2, properties={"mode": "ctf"})
    assert game.log.last().text == "lobby 2 {'map': 'dust', 'mode': 'ctf'} True"
    game.update(name="annex", properties={"map": "ice"})
    assert game.log.last().text == "annex 2 {'map': 'ice', 'mode': 'ctf'} True"
    assert game.join("bob").accepted
    game.update(max_players=1)
    assert ann.closed is None
    assert len(game.players) == 2
    assert "the game session was updated: it is called annex, max_players is 1" in game.transcript[-2]


def test_a_game_session_has_no_other_keys(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="map cannot be said of a game session: name, max_players, properties, data"):
        play(written(tmp_path, ""), game_session={"map": "dust"})  # type: ignore[arg-type]  # the mistake


def test_a_test_has_secrets_of_its_own(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        from harena import session

        def on_player_connect(connect):
            return connect.text == session.secret("key") or connect.refuse("no")
        """,
    )
    game = play(path, secrets={"key": "open up"})
    assert game.join("ann", "open up").accepted
    assert game.join("eve", "hello").refused == "no"
    assert not game.errors
    game = play(path)
    game.join("ann", "open up")
    assert game.errors.last("on_player_connect").text.startswith("LookupError: the script script has no secret 'key'")


def test_a_folder_is_a_script(tmp_path: Path) -> None:
    folder = tmp_path / "quiz"
    written(folder, "from rules import answer\n\ndef on_message(message):\n    print(answer())\n", "main.py")
    written(folder, "def answer():\n    return 6 * 7\n", "rules.py")
    written(folder, "this is no Python", ".rules.py")
    written(folder / "__pycache__", "nor is this", "rules.py")
    game = play(folder)
    game.join().send(1)
    assert game.log.last().text == "42"
    assert game.errors == []


def test_a_script_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=re.escape("nowhere.py")):
        play(tmp_path / "nowhere.py")
    with pytest.raises(ScriptRefused, match=re.escape("the script has no file main.py")):
        play(tmp_path)


def test_all_faults_of_a_script_are_named_with_their_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "games", "import os\n\nopen('ann')\n", "bad.py")
    with pytest.raises(ScriptRefused) as refused:
        play("games/bad.py")
    assert len(refused.value.faults) == 2
    first, *others = str(refused.value).splitlines()
    assert first == "games/bad.py cannot be loaded"
    assert others[:3] == [
        f"games/bad.py:2:1: {refused.value.faults[0].message}",
        "  2 | import os",
        "    | ^",
    ]
    assert f"games/bad.py:4:1: {refused.value.faults[1].message}" in others


def test_a_wrong_configuration_is_a_fault_of_the_script(tmp_path: Path) -> None:
    with pytest.raises(ScriptRefused, match="did you mean 'max_players'"):
        played(tmp_path, "configuration = {'max_player': 3}")


def test_an_exception_at_module_level_is_one_too(tmp_path: Path) -> None:
    with pytest.raises(ScriptRefused, match=r"script\.py:2: loading the script raised KeyError: 'ann'"):
        played(tmp_path, "{}['ann']")


@pytest.mark.parametrize(
    "fault",
    [
        faults.Fault("main.py", 12, 5, "it is wrong", "do it right", "if x = y:"),
        faults.Fault("main.py", 3, 0, "it is wrong", "", "if x = y:"),
        faults.Fault("main.py", 0, 0, "it is wrong", "do it right", ""),
        faults.Fault("main.py", 7, 2, "it is wrong", "", ""),
    ],
)
def test_faults_are_written_as_the_command_writes_them(fault: faults.Fault) -> None:
    same = Fault(fault.file, fault.line, fault.column, fault.message, fault.hint, fault.source_line)
    assert fault_text(fault, "games") == of_the_command.fault_text(same, "games").plain


def test_a_server_takes_as_many_and_as_large_files(tmp_path: Path) -> None:
    assert (MAX_FILES, MAX_FILE_BYTES) == (source.MAX_FILES, source.MAX_FILE_BYTES)
    (tmp_path / "large.py").write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(ScriptRefused, match="the file is too large"):
        play(tmp_path / "large.py")
    folder = tmp_path / "many"
    for number in range(MAX_FILES + 1):
        written(folder, "", f"module{number}.py")
    with pytest.raises(ScriptRefused, match="65 files"):
        play(folder)


def test_a_configuration_goes_before_the_scripts_own_key_by_key(tmp_path: Path) -> None:
    script = written(tmp_path, "configuration = {'max_players': 1, 'tick_hz': 5}")
    game = play(script, configuration={"max_players": 2})
    assert (game.configuration.max_players, game.configuration.tick_hz) == (2, 5)
    assert [game.join().accepted for _ in range(3)] == [True, True, False]
    with pytest.raises(ValueError, match="max_players"):
        play(script, configuration={"max_players": 0})


def test_chance_comes_from_the_seed(tmp_path: Path) -> None:
    script = written(tmp_path, "import random\n\ndef on_start_game_session(_):\n    print(random.random())\n")
    first, again, other = play(script), play(script, seed=0), play(script, seed=1)
    assert first.log.last().text == again.log.last().text != other.log.last().text


def test_a_configuration_that_no_server_would_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="configuration has no key 'max_player'"):
        play(written(tmp_path, ""), configuration={"max_player": 1})


def test_all_that_the_kit_gives_has_a_docstring() -> None:
    for name in testing.__all__:
        assert getattr(testing, name).__doc__
