"""What warms the zygote is a life as scripts live it: nothing in it fails, and its timer runs."""

from sandbox.frames import Kind
from sandbox.warming import TIMES, warm_up


def test_the_script_is_loaded_without_a_warning_and_answers_all() -> None:
    (kind, loaded), *said = warm_up()
    assert kind is Kind.LOADED
    assert isinstance(loaded, tuple)
    assert loaded[2] == ()
    assert [body for kind, body in said if kind is not Kind.ANSWERS] == [("info", "later", 0)]
    answers = [body[1] for kind, body in said if kind is Kind.ANSWERS and isinstance(body, tuple)]
    assert sum(map(len, answers)) == 5 * TIMES + 3
