"""Routes: what is remembered of where messages go leads nowhere else than working it out anew."""

from hypothesis import given
from hypothesis import strategies as st

from session.groups import Groups
from session.routes import MAX_ROUTES, Routes
from session.values import EVERYBODY, GroupId, PeerId

peers = st.integers(1, 4).map(PeerId)
groups = st.sampled_from([EVERYBODY, GroupId(1), GroupId(2)])
changes = st.tuples(st.booleans(), groups, peers)
questions = st.tuples(peers, st.one_of(st.just(PeerId(0)), peers), groups)


@given(st.lists(st.tuples(changes, st.lists(questions, max_size=4)), max_size=12), st.booleans())
def test_a_remembered_route_is_the_route(
    story: list[tuple[tuple[bool, GroupId, PeerId], list[tuple[PeerId, PeerId, GroupId]]]], echo: bool
) -> None:
    members = Groups()
    routes = Routes(members, echo)
    for (joins, group, peer), asked in story:
        (members.join if joins else members.leave)(group, peer)
        routes.drop()
        for question in (*asked, *asked):
            assert routes.find(*question) == Routes(members, echo).find(*question)


def test_not_more_than_so_many_are_remembered() -> None:
    members = Groups()
    members.join(EVERYBODY, PeerId(1))
    routes = Routes(members, echo=False)
    for sender in range(MAX_ROUTES + 2):
        routes.find(PeerId(sender), PeerId(0), EVERYBODY)
    assert len(routes) == 2
