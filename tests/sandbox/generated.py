"""Hypothesis strategies for what crosses the border: hostile values, and answers that are in order."""

import math

from hypothesis import strategies as st

from sandbox.limits import SCRIPT_PAYLOAD_BYTES, SNAPSHOT_BYTES
from session.answers import Answer, Outcome
from session.commands import (
    Broadcast,
    BroadcastMembership,
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
    st.sampled_from(
        [
            None,
            True,
            False,
            -1,
            0,
            1,
            INT32,
            INT32 + 1,
            2**63 + 1,
            2**70,
            -1.0,
            1.0,
            math.nan,
            math.inf,
            "\ud800",
            "",
        ]
    )
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.binary(max_size=8)
)
hostile = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=7).map(tuple)
        | st.dictionaries(st.sampled_from(["", "max_players", b"max_players"]), inner, max_size=2)
    ),
    max_leaves=6,
)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
payloads = st.binary(max_size=12) | st.just(b"x" * SCRIPT_PAYLOAD_BYTES)
peers = st.integers(1, INT32).map(PeerId)
groups = st.integers(1, INT32).map(GroupId)
op_codes = st.integers(1, INT32)
senders = st.just(SERVER) | peers
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(SendMessage, st.lists(peers, max_size=3).map(tuple), op_codes, payloads, senders, st.booleans()),
    st.builds(
        Broadcast, st.just(EVERYBODY) | groups, st.just(NOBODY) | peers, op_codes, payloads, senders, st.booleans()
    ),
    st.builds(BroadcastMembership, st.just(EVERYBODY) | groups, st.just(EVERYBODY) | groups),
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
    st.lists(commands, max_size=3).map(tuple),
    st.none() | st.floats(0, 1e9),
    st.sampled_from([Outcome.OK, Outcome.RAISED]),
    st.none() | st.binary(max_size=12) | st.just(b"x" * SNAPSHOT_BYTES),
)
