"""Datagrams that nobody honest sends: the engine keeps nothing of them, answers with less, and hurts nobody."""

import gc
import sys

from hypothesis import example, given, settings
from hypothesis import strategies as st

from relay.dtls.engine import DtlsEngine, Gone, Opened, Reply
from relay.dtls.limits import DtlsLimits
from relay.dtls.steps import DtlsStep
from tests.relay.dtls.callers import HERE, NOW, Caller, a_guest, an_engine, packets, replies

HELLOS = 100_000
ELSEWHERE = ("198.51.100.7", 1)

#: One for all examples: what an example leaves behind is part of what the next has to bear.
ENGINE = an_engine(DtlsLimits(max_guests=20, handshakes_at_once=1_000_000))
WITNESS = a_guest(ENGINE, ("192.0.2.9", 9))
ENGINE.keep(WITNESS.address)


def still_fine(engine: DtlsEngine, caller: Caller) -> bool:
    """Say whether an association goes on, in both directions."""
    there = packets(caller.speak(engine, b"there")) == [b"there"]
    (sealed,) = engine.seal(caller.address, [b"back"])
    caller.take(sealed)
    return there and caller.packets[-1:] == [b"back"]


def test_a_hundred_thousand_forged_hellos_leave_no_trace() -> None:
    engine = an_engine()
    hello = bytearray(*Caller().association.unsent())
    engine.receive_untrusted(bytes(hello), ELSEWHERE, NOW)
    gc.collect()
    before = sys.getallocatedblocks()
    sent = received = 0
    for number in range(HELLOS):
        hello[27:31] = number.to_bytes(4, "big")  # In the random.
        address = (f"198.51.{number >> 8 & 255}.{number & 255}", number % 65535)
        (reply,) = replies(engine.receive_untrusted(bytes(hello), address, NOW + number / 1000))
        received += len(hello)
        sent += len(reply)
    gc.collect()
    assert engine.peers == 0
    assert sys.getallocatedblocks() - before < HELLOS / 100
    assert sent <= received


mutations = st.lists(
    st.tuples(st.sampled_from(["flip", "cut", "grow", "drop", "twice"]), st.integers(0, 2000), st.integers(1, 255)),
    max_size=6,
)


def mutated(datagram: bytes, how: tuple[str, int, int]) -> list[bytes]:
    kind, at, value = how
    at %= len(datagram) + 1
    match kind:
        case "flip" if at < len(datagram):
            return [datagram[:at] + bytes([datagram[at] ^ value]) + datagram[at + 1 :]]
        case "cut":
            return [datagram[:at]]
        case "grow":
            return [datagram[:at] + bytes([value]) * (value % 7) + datagram[at:]]
        case "drop":
            return []
        case _:
            return [datagram, datagram]


@settings(max_examples=150)
@given(mutations)
def test_a_handshake_that_is_meddled_with_hurts_nobody_else(hows: list[tuple[str, int, int]]) -> None:
    caller, rest = Caller(ELSEWHERE), list(hows)
    for _ in range(6):
        for datagram in caller.association.unsent():
            for changed in mutated(datagram, rest.pop(0)) if rest else [datagram]:
                caller.say(ENGINE, changed)
        if caller.ended:
            break
    assert still_fine(ENGINE, WITNESS)
    assert ENGINE.peers <= 2
    fresh = Caller(ELSEWHERE)  # Whatever lies there now gives way to who proves the address.
    fresh.exchange(ENGINE)
    assert still_fine(ENGINE, fresh)


@settings(max_examples=300)
@given(st.data())
def test_changed_records_of_an_association_are_opened_never(data: st.DataObject) -> None:
    sealed = WITNESS.association.seal(b"as it was sealed")
    for how in data.draw(st.lists(st.tuples(st.just("flip"), st.integers(0, 2000), st.integers(1, 255)), max_size=3)):
        (changed,) = mutated(sealed, how)[:1]
        outcomes = ENGINE.receive_untrusted(changed, WITNESS.address, NOW)
        assert changed == sealed or packets(outcomes) == []
    assert still_fine(ENGINE, WITNESS)


@settings(max_examples=300)
@given(st.binary(max_size=2100), st.sampled_from([WITNESS.address, ELSEWHERE]))
@example(b"", ELSEWHERE)
def test_garbage_comes_to_nothing(datagram: bytes, address: tuple[str, int]) -> None:
    guests = ENGINE.guests
    outcomes = ENGINE.receive_untrusted(datagram, address, NOW)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Opened | Gone)]
    assert sum(len(outcome.datagram) for outcome in outcomes if isinstance(outcome, Reply)) <= len(datagram)
    assert ENGINE.guests == guests
    assert still_fine(ENGINE, WITNESS)


def test_alerts_that_anybody_could_have_written_end_nothing() -> None:
    """A fatal alert and a goodbye, in the clear and as if they were sealed."""
    engine = an_engine()
    caller = a_guest(engine)
    for level, kind in ((2, 40), (1, 0), (2, 80)):
        for epoch in (0, 1, 2):
            alert = b"\x15\xfe\xfd" + epoch.to_bytes(2, "big") + bytes(6) + b"\x00\x02" + bytes([level, kind])
            assert engine.receive_untrusted(alert, HERE, NOW) == []
    assert still_fine(engine, caller)


def test_thousands_of_forged_records_end_nothing() -> None:
    engine = an_engine()
    caller = a_guest(engine)
    forged = bytearray(caller.association.seal(b"to be forged"))
    for number in range(5000):
        forged[3:11] = b"\x00\x01" + (1000 + number).to_bytes(6, "big")
        assert engine.receive_untrusted(bytes(forged), HERE, NOW) == []
    assert still_fine(engine, caller)


def test_who_has_proven_the_address_costs_no_more_than_the_guests_may() -> None:
    engine = an_engine(DtlsLimits(max_guests=10, handshakes_at_once=40))
    for port in range(100):
        Caller(("198.51.100.7", port)).exchange(engine)
    assert engine.peers == engine.guests == 10
    del engine.counts[DtlsStep.CHALLENGED]
    assert +engine.counts == {DtlsStep.BEGAN: 40, DtlsStep.CAME: 40, DtlsStep.TOO_MANY: 60, DtlsStep.GAVE_WAY: 30}
