"""Views as JSON and back: every view survives, garbage is a `BadView`."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployment.checker import Fault
from desk.events import ActiveScript, Rejected, ServerReady, as_plain
from desk.house import DeployView, GameSessionView, LogView, ScriptView, VersionView
from desk.status_view import StatusView
from desk.view_json import BadView, plain, view_untrusted, views_untrusted

VIEWS = [DeployView, GameSessionView, LogView, ScriptView, StatusView, VersionView]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("wanted", VIEWS)
@given(data=st.data())
def test_every_view_survives_the_way_there_and_back(wanted: type[Any], data: st.DataObject) -> None:
    view = data.draw(st.from_type(wanted))
    # Compared as text, since not every number equals itself.
    assert repr(view_untrusted(wanted, json.loads(json.dumps(plain(view))))) == repr(view)


@pytest.mark.parametrize("wanted", VIEWS)
@given(given_json=JSON)
def test_garbage_is_a_bad_view(wanted: type[Any], given_json: object) -> None:
    with pytest.raises(BadView):
        view_untrusted(wanted, given_json)


@pytest.mark.parametrize("wanted", VIEWS)
@given(data=st.data(), garbage=JSON)
def test_one_wrong_field_is_a_bad_view_or_a_view(wanted: type[Any], data: st.DataObject, garbage: object) -> None:
    view = plain(data.draw(st.from_type(wanted)))
    assert isinstance(view, dict)
    view[data.draw(st.sampled_from(sorted(view)))] = garbage
    try:
        assert isinstance(view_untrusted(wanted, view), wanted)
    except BadView as error:
        assert wanted.__name__ in str(error)  # noqa: PT017 - either way is right


def test_the_field_is_named() -> None:
    view = plain(DeployView(True, "chat", 1, (Fault("chat.py", 1, 1, "no"),)))
    assert isinstance(view, dict)
    view["faults"][0]["line"] = "1"
    with pytest.raises(BadView, match=r"DeployView\.faults\.line cannot be '1'"):
        view_untrusted(DeployView, view)


def test_a_number_that_is_too_large_for_a_moment_is_refused() -> None:
    with pytest.raises(BadView, match="too large"):
        view_untrusted(LogView, {"time": 10**400, "level": "info", "text": ""})


def test_fields_may_be_new_and_may_be_missing() -> None:
    assert view_untrusted(DeployView, {"ok": True, "script": "a", "version": None, "mood": "fine"}) == DeployView(
        True, "a", None
    )
    with pytest.raises(BadView, match="DeployView has no script"):
        view_untrusted(DeployView, {"ok": True})


def test_a_list_is_a_list() -> None:
    assert views_untrusted(LogView, []) == ()
    with pytest.raises(BadView):
        views_untrusted(LogView, {"time": 1})


def test_events_carry_their_name_and_everything_inside() -> None:
    assert as_plain(Rejected("a", "command", (Fault("a.py", 1, 2, "no"),))) == {
        "event": "Rejected",
        "script": "a",
        "origin": "command",
        "faults": [{"file": "a.py", "line": 1, "column": 2, "message": "no", "hint": "", "source_line": ""}],
    }
    assert as_plain(ServerReady("h", 1, 2, "/s", (ActiveScript("a", 3),)))["active"] == [{"name": "a", "version": 3}]
