"""What a test reads afterwards: rulings, errors, log, transcript, and what it is told where something is missing."""

from pathlib import Path

import pytest

from harena.testing import LogLine, NotSeen, Ruling, ScriptError
from session.farewells import CloseCode
from tests.testkit.writing import played

RULING = """
    def on_player_connect(connect):
        return connect.text != "no" or connect.refuse("you said no")

    def on_player_join_group(player, group):
        return group == 7

    def on_send_to_group(message):
        match message.text:
            case "bad":
                return False
            case "fix":
                return message.replace("fixed")
            case "fail":
                raise KeyError
        return True

    def on_send_to_player(message):
        print("to", message.target_player.player_id)
"""


def test_rulings(tmp_path: Path) -> None:
    game = played(tmp_path, RULING)
    ann, bob = game.join("ann"), game.join("bob")
    game.join("cid", "no")
    assert game.rulings.last() == Ruling("on_player_connect", "cid", False, None, "you said no", False)
    ann.join_group(7)
    ann.join_group(8)
    assert [ruling.verdict for ruling in game.rulings.all("on_player_join_group")] == [True, False]
    for text in ("good", "bad", "fix", "fail"):
        ann.send(1, text, group=-1)
    assert game.rulings.all("on_send_to_group") == [
        Ruling("on_send_to_group", "ann", True, None, "", False),
        Ruling("on_send_to_group", "ann", False, None, "", False),
        Ruling("on_send_to_group", "ann", True, b"fixed", "", False),
        Ruling("on_send_to_group", "ann", False, None, "", True),
    ]
    assert [message.text for message in bob.inbox] == ["good", "fixed"]
    ann.leave_group(7)
    assert game.rulings.all("on_player_leave_group") == []


def test_a_filter_without_an_answer_is_warned_of(tmp_path: Path) -> None:
    game = played(tmp_path, RULING)
    ann = game.join("ann")
    ann.send(1, to=ann)
    assert not game.rulings.last("on_send_to_player").verdict
    assert "answered None" in game.log.last("warning").text


def test_an_error_says_where_and_on_which_occasion(tmp_path: Path) -> None:
    game = played(tmp_path, RULING)
    game.join("ann").send(5, "fail", group=-1)
    assert game.errors == [
        ScriptError(
            "on_send_to_group",
            "script.py",
            16,
            "raise KeyError",
            "KeyError",
            "op code 5 from ann",
        )
    ]
    assert repr(game.errors.last()) == (
        "script.py:16: in on_send_to_group (op code 5 from ann): KeyError | raise KeyError"
    )


def test_an_error_costs_one_call_and_its_commands_count(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        def on_message(message):
            session.send(message.sender, 1, "before")
            message.json()
            session.send(message.sender, 1, "after")
        """,
    )
    ann = game.join("ann")
    ann.send(1, "no JSON")
    ann.send(1, "1")
    assert [message.text for message in ann.inbox] == ["before", "before", "after"]
    assert len(game.errors) == 1


def test_a_function_with_other_arguments_is_named_by_its_first_line(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        def ring(bell):
            print(bell)

        bells = {1: ring}

        def on_message(message):
            session.after(1, bells[message.op_code])
        """,
    )
    game.join("ann").send(1)
    game.advance(1)
    error = game.errors.last("timer ring")
    assert (error.file, error.line, error.source_line) == ("script.py", 3, "")
    assert "missing 1 required positional argument" in error.text


def test_an_error_in_a_timer_is_named_by_its_function(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        def on_start_game_session(_):
            session.after(1, explode)

        def explode():
            raise ValueError
        """,
    )
    game.advance(1)
    assert repr(game.errors.last("timer explode")) == "script.py:7: in timer explode: ValueError | raise ValueError"


def test_a_script_that_has_no_memory_left_has_lost_its_game(tmp_path: Path) -> None:
    game = played(tmp_path, "def on_message(message):\n    return [0] * 10 ** 18\n")
    ann, bob = game.join("ann"), game.join("bob")
    ann.send(1)
    assert game.over is not None
    assert ann.closed == bob.closed == game.over
    assert (game.over.code, game.over.reason) == (
        CloseCode.SCRIPT_FAILED,
        "the game's script failed: exceeded_memory",
    )
    assert game.errors.last("on_message").line == 3


def test_the_log_has_levels_and_times(tmp_path: Path) -> None:
    game = played(
        tmp_path,
        """
        def on_message(message):
            print("printed", 1)
            session.log.error("%s of %d", "one", 2)
        """,
    )
    ann = game.join("ann")
    game.advance(1.5)
    ann.send(1)
    assert game.log == [LogLine(1.5, "info", "printed 1"), LogLine(1.5, "error", "one of 2")]
    assert game.log.last("error").text == "one of 2"


def test_the_transcript_has_everything_in_order(tmp_path: Path) -> None:
    game = played(tmp_path, RULING)
    ann, bob = game.join("ann"), game.join("bob", "no")
    ann.join_group(7)
    ann.request_group_membership(-1)
    game.advance(2)
    ann.send(1, "hi", to=ann)
    ann.send(1, "fail", group=7)
    ann.send(1, "hi", group=8)
    ann.leave_group(7)
    ann.leave()
    game.terminate()
    assert bob.refused
    assert "\n".join(game.transcript) == TRANSCRIPT.strip("\n")


TRANSCRIPT = """
    0.000  ann logs in with b''
    0.000  player ann is in, as peer 1
    0.000  ann is told that the login is accepted
    0.000  bob logs in with b'no'
    0.000  the login of bob is refused: you said no
    0.000  bob is told that the login is refused
    0.000  bob is disconnected: 4001 you said no
    0.000  ann asks to join group 7
    0.000  ann is told that in group 7 are: ann
    0.000  ann asks who is in everybody
    0.000  ann is told that in everybody are: ann
    2.000  ann sends 1 to ann: b'hi'
    2.000  info: to ann
    2.000  warning: on_send_to_player answered None, which counts as False: return True or False on every way
    2.000  ann sends 1 to group 7: b'fail'
    2.000  the script failed: script.py:16: in on_send_to_group (op code 1 from ann): KeyError | raise KeyError
    2.000  ann sends 1 to group 8: b'hi'
    2.000  a packet of ann is dropped: its sender is not a member of that group
    2.000  ann asks to leave group 7
    2.000  ann is told that in group 7 are: none
    2.000  ann closes the connection
    2.000  player ann, peer 1, has left
    2.000  the end: 4010 the server stops
"""


def test_what_is_missing_is_said_with_what_was_there(tmp_path: Path) -> None:
    game = played(tmp_path, RULING)
    ann, bob = game.join("ann"), game.join("bob")
    with pytest.raises(NotSeen, match=r"^no message to bob was seen, and no other either$"):
        bob.inbox.last()
    ann.send(1, "lost", group=8)
    ann.send(1, "good", group=-1)
    ann.send(1, "fail", group=-1)
    with pytest.raises(NotSeen) as missing:
        bob.inbox.last(2)
    assert str(missing.value).splitlines() == [
        "no message to bob with the op code 2 was seen, but:",
        "  Message(sender=1, op_code=1, payload=b'good')",
        f"the script failed: {game.errors.last()!r}",
        "a packet of ann was dropped: its sender is not a member of that group",
    ]


def test_of_many_only_the_latest_are_said(tmp_path: Path) -> None:
    game = played(tmp_path, "")
    ann, bob = game.join("ann"), game.join("bob")
    for number in range(12):
        ann.send(1, str(number), to=bob)
    with pytest.raises(NotSeen) as missing:
        bob.inbox.last(2)
    lines = str(missing.value).splitlines()
    assert lines[1] == "  (the latest 10 of 12)"
    assert [line.split("'")[1] for line in lines[2:]] == ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]


def test_an_inbox_is_a_list_that_can_be_cleared(tmp_path: Path) -> None:
    game = played(tmp_path, "")
    ann, bob = game.join("ann"), game.join("bob")
    for op_code in (1, 2, 1):
        ann.send(op_code, {"op": op_code}, to=bob)
    assert [message.json()["op"] for message in bob.inbox.all(1)] == [1, 1]
    assert (len(bob.inbox), bob.inbox[1].op_code, bob.inbox.all()) == (3, 2, list(bob.inbox))
    bob.inbox.clear()
    ann.send(3, to=bob)
    assert [message.op_code for message in bob.inbox] == [3]


def test_whoever_looks_at_the_errors_has_looked(tmp_path: Path) -> None:
    game = played(tmp_path, RULING)
    game.join("ann").send(1, "fail", group=-1)
    assert (game.failed, game.errors_read) == (True, False)
    assert game.errors
    assert game.errors_read
