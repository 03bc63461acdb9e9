"""Hypothesis strategies for what crosses the border: hostile values, and answers that are in order."""

from hypothesis import strategies as st

from sandbox.limits import SCRIPT_PAYLOAD_BYTES
from session.answers import Answer, Outcome
from session.commands import (
    Broadcast,
    Command,
    EndGameSession,
    Kick,
    PutInGroup,
    SendMessage,
    SetAccepting,
    TakeFromGroup,
)
from session.values import EVERYBODY, NOBODY, SERVER, AskId, GroupId, PeerId

INT32 = 2**31 - 1

#: Everything that msgpack can give, and what it cannot: a decoder must not rely on the difference.
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**70), 2**70)
    | st.sampled_from([-1, 0, 1, INT32, INT32 + 1, 2**63, 2**63 + 1, 2**64 - 1])
    | st.floats()
    | st.sampled_from([-1.0, 0.0, 1.0])
    | st.text(st.characters())
    | st.text(st.characters(categories=["Cs", "Lu"]))
    | st.binary(max_size=40)
)
hostile = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=8).map(tuple)
        | st.dictionaries(st.text(max_size=8) | st.binary(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)

texts = st.text(st.characters(codec="utf-8"), max_size=60)
payloads = st.binary(max_size=100) | st.just(b"x" * SCRIPT_PAYLOAD_BYTES)
peers = st.integers(1, INT32).map(PeerId)
groups = st.integers(1, INT32).map(GroupId)
op_codes = st.integers(1, INT32)
senders = st.just(SERVER) | peers
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(SendMessage, st.lists(peers, max_size=5).map(tuple), op_codes, payloads, senders, st.booleans()),
    st.builds(
        Broadcast, st.just(EVERYBODY) | groups, st.just(NOBODY) | peers, op_codes, payloads, senders, st.booleans()
    ),
    st.builds(PutInGroup, peers, groups),
    st.builds(TakeFromGroup, peers, groups),
    st.builds(Kick, peers, texts),
    st.builds(SetAccepting, st.booleans()),
    st.builds(EndGameSession, texts),
)
answers = st.builds(
    Answer,
    st.integers(1, 2**63).map(AskId),
    st.booleans(),
    st.none() | payloads,
    texts,
    st.lists(commands, max_size=6).map(tuple),
    st.none() | st.floats(0, 1e9),
    st.sampled_from([Outcome.OK, Outcome.RAISED]),
)
