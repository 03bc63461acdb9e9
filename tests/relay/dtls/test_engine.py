"""Guests of an engine: how they come, stay, are replaced and go."""

import pytest

from relay.dtls.association import Association, Ended
from relay.dtls.contexts import BadCredentials, client_context, server_context
from relay.dtls.engine import DtlsEngine, Gone, Opened
from relay.dtls.limits import MTU_BYTES, DtlsLimits
from relay.dtls.steps import DtlsStep
from tests.relay.dtls.callers import HERE, NOW, SERVED, Caller, a_guest, an_engine, gone, packets, replies
from tests.relay.dtls.certificates import HOST, served

THERE = ("192.0.2.2", 33400)


def proven_hello(caller: Caller, engine: DtlsEngine, now: float = NOW) -> bytes:
    """Greet twice; give the second hello, which brings the cookie, unsent."""
    (hello,) = caller.association.unsent()
    caller.say(engine, hello, now)
    (proven,) = caller.association.unsent()
    return proven


def test_packets_go_both_ways() -> None:
    engine = an_engine()
    caller = a_guest(engine)
    assert caller.speak(engine, b"hello") == [Opened(HERE, b"hello")]
    said = [b"x" * 1200, b"short", b"x" * 1200]
    datagrams = engine.seal(HERE, said)
    assert [len(datagram) for datagram in datagrams] == [len(packet) + 37 for packet in said]
    for datagram in datagrams:
        caller.take(datagram)
    assert caller.packets == said


def test_nothing_is_sealed_before_the_client_has_spoken() -> None:
    engine = an_engine()
    assert engine.seal(HERE, [b"early"]) == ()
    caller = a_guest(engine)
    assert engine.seal(HERE, [b"early"]) == ()
    caller.speak(engine, b"hello")
    assert engine.seal(HERE, [b"now"])


def test_the_server_answers_a_hello_with_one_datagram() -> None:
    """The stock client keeps one datagram at a time, and would lose the others."""
    engine = an_engine()
    (answer,) = replies(engine.receive_untrusted(proven_hello(Caller(), engine), HERE, NOW))
    assert len(answer) <= MTU_BYTES


def test_several_records_in_a_datagram_are_several_packets() -> None:
    engine = an_engine()
    caller = a_guest(engine)
    both = caller.association.seal(b"one") + caller.association.seal(b"two")
    assert packets(engine.receive_untrusted(both, HERE, NOW)) == [b"one", b"two"]
    assert packets(caller.speak(engine, b"three")) == [b"three"]


def test_a_repeated_datagram_is_opened_once() -> None:
    engine = an_engine()
    caller = a_guest(engine)
    sealed = caller.association.seal(b"once")
    assert packets(engine.receive_untrusted(sealed, HERE, NOW)) == [b"once"]
    assert engine.receive_untrusted(sealed, HERE, NOW) == []


def test_the_same_hello_again_is_a_repeat() -> None:
    engine = an_engine()
    caller = Caller()
    hello = proven_hello(caller, engine)
    (answer,) = replies(engine.receive_untrusted(hello, HERE, NOW))
    engine.receive_untrusted(hello, HERE, NOW)
    assert (engine.counts[DtlsStep.BEGAN], engine.guests) == (1, 1)
    caller.take(answer)
    assert caller.exchange(engine) == []
    assert caller.established
    assert caller.say(engine, hello) == []  # However late.
    assert packets(caller.speak(engine, b"still here")) == [b"still here"]


def test_who_begins_anew_at_an_address_replaces_who_was_there() -> None:
    """A client of a fixed port that was started again."""
    engine = an_engine()
    before = a_guest(engine)
    engine.keep(HERE)
    after = Caller()
    assert after.exchange(engine) == [Gone(HERE)]
    assert before.speak(engine, b"I was here") == []
    assert packets(after.speak(engine, b"now it is me")) == [b"now it is me"]


def test_a_hello_without_a_cookie_replaces_nobody() -> None:
    engine = an_engine()
    here = a_guest(engine)
    (hello,) = Caller().association.unsent()
    assert len(replies(engine.receive_untrusted(hello, HERE, NOW))) == 1
    assert packets(here.speak(engine, b"still here")) == [b"still here"]


def test_a_goodbye_ends_it_on_either_side() -> None:
    engine = an_engine()
    caller = a_guest(engine)
    caller.association.close()
    (goodbye,) = caller.association.unsent()
    assert gone(engine.receive_untrusted(goodbye, HERE, NOW)) == [HERE]
    assert engine.peers == 0
    caller = a_guest(engine)
    (goodbye,) = engine.end(HERE)
    caller.take(goodbye)
    assert caller.ended
    assert (engine.peers, engine.end(HERE)) == (0, [])


def test_a_guest_that_is_not_kept_goes_when_its_time_is_over() -> None:
    engine = an_engine(DtlsLimits(guest_seconds=5))
    a_guest(engine)
    a_guest(engine, THERE)
    engine.keep(THERE)
    assert engine.fire(NOW + 4) == []
    assert engine.fire(NOW + 5) == [Gone(HERE)]
    assert (engine.peers, engine.guests) == (1, 0)


def test_a_handshake_that_is_not_done_in_time_leaves_nothing() -> None:
    engine = an_engine(DtlsLimits(guest_seconds=5))
    engine.receive_untrusted(proven_hello(Caller(), engine), HERE, NOW)
    assert engine.guests == 1
    assert engine.fire(NOW + 5) == []
    assert (engine.peers, engine.counts[DtlsStep.FAILED]) == (0, 1)


def test_the_oldest_guest_gives_way() -> None:
    engine = an_engine(DtlsLimits(max_guests=2))
    kept = a_guest(engine, ("192.0.2.1", 1))
    engine.keep(kept.address)
    a_guest(engine, ("192.0.2.1", 2))
    a_guest(engine, ("192.0.2.1", 3))
    last = Caller(("192.0.2.1", 4))
    assert last.exchange(engine) == [Gone(("192.0.2.1", 2))]
    assert (engine.peers, engine.guests, engine.counts[DtlsStep.GAVE_WAY]) == (3, 2, 1)
    assert packets(kept.speak(engine, b"kept")) == [b"kept"]


def test_each_handshake_that_began_has_come_or_has_failed() -> None:
    """Replaced in the middle, gave way in the middle, gave way when it was done, ran out of time, came."""
    engine = an_engine(DtlsLimits(max_guests=2, guest_seconds=5))
    for _ in range(2):
        engine.receive_untrusted(proven_hello(Caller(), engine), HERE, NOW)
    a_guest(engine, ("192.0.2.1", 2))
    a_guest(engine, ("192.0.2.1", 3))
    assert (engine.counts[DtlsStep.FAILED], engine.counts[DtlsStep.GAVE_WAY]) == (2, 1)
    engine.receive_untrusted(proven_hello(Caller(), engine), HERE, NOW)
    engine.fire(NOW + 5)
    del engine.counts[DtlsStep.CHALLENGED]
    assert +engine.counts == {DtlsStep.BEGAN: 5, DtlsStep.CAME: 2, DtlsStep.FAILED: 3, DtlsStep.GAVE_WAY: 2}


def test_no_more_handshakes_begin_than_a_second_allows() -> None:
    engine = an_engine(DtlsLimits(handshakes_per_second=2, handshakes_at_once=2))
    for port in (1, 2):
        a_guest(engine, ("192.0.2.1", port))
    caller = Caller(("192.0.2.1", 3))
    hello = proven_hello(caller, engine)
    assert engine.receive_untrusted(hello, caller.address, NOW) == ()
    assert engine.counts[DtlsStep.TOO_MANY] == 1
    assert replies(engine.receive_untrusted(hello, caller.address, NOW + 1))  # It says hello again.


def test_limits_that_change_count_from_then_on() -> None:
    engine = an_engine()
    for port in (1, 2, 3):
        a_guest(engine, ("192.0.2.1", port))
    engine.limits = DtlsLimits(max_guests=2, handshakes_at_once=1, cookie_seconds=1)
    last = Caller(("192.0.2.1", 4))
    assert gone(last.exchange(engine)) == [("192.0.2.1", 1), ("192.0.2.1", 2)]
    (cookie_first,) = replies(engine.receive_untrusted(hello := proven_hello(Caller(), engine), HERE, NOW + 2))
    assert (len(cookie_first), engine.guests) == (60, 2)  # Its cookie is too old by now.
    assert engine.receive_untrusted(hello, HERE, NOW) == ()  # One may begin, and has.


def test_a_cookie_is_good_for_one_address_one_hello_and_a_short_time() -> None:
    engine = an_engine(DtlsLimits(cookie_seconds=10))
    caller = Caller()
    hello = proven_hello(caller, engine)
    other = bytearray(hello)
    other[30] ^= 1  # In the random.
    for datagram, address, now in ((hello, THERE, NOW), (bytes(other), HERE, NOW), (hello, HERE, NOW + 20)):
        (challenge,) = replies(engine.receive_untrusted(datagram, address, now))
        assert len(challenge) == 60
        assert engine.peers == 0
    engine.receive_untrusted(hello, HERE, NOW + 10)
    assert engine.peers == 1


def test_another_certificate_is_for_those_who_come_later() -> None:
    engine = an_engine()
    early = a_guest(engine, THERE)
    renewed = served()
    engine.rotate(server_context(renewed.chain, renewed.key))
    assert packets(early.speak(engine, b"from before")) == [b"from before"]
    late = Caller(ca=renewed.ca)
    assert late.exchange(engine) == []
    assert late.established
    distrusting = Caller(("192.0.2.3", 1))
    assert distrusting.exchange(engine) == []
    assert distrusting.ended


@pytest.mark.parametrize(("name", "good"), [(HOST, True), ("127.0.0.1", True), ("other.test", False), ("::1", False)])
def test_a_client_wants_the_name_that_it_called(name: str, good: bool) -> None:
    engine = an_engine()
    caller = Caller(name=name)
    caller.exchange(engine)
    assert (caller.established, caller.ended) == (good, not good)
    assert engine.guests == good  # Who distrusts us says so, and leaves nothing behind.


def test_a_key_that_is_not_the_certificates_is_refused() -> None:
    with pytest.raises(BadCredentials, match="cannot be used for DTLS"):
        server_context(SERVED.chain, served().key)
    with pytest.raises(BadCredentials, match="cannot be used for DTLS"):
        server_context(SERVED.chain, b"no key")
    with pytest.raises(BadCredentials, match="CA cannot be read"):
        client_context(b"", HOST)


def test_nothing_is_sealed_after_the_end() -> None:
    association = Association(client_context(SERVED.ca, HOST))
    with pytest.raises(Ended):
        association.seal(b"too early")
    engine = an_engine()
    caller = a_guest(engine)
    caller.speak(engine, b"hello")
    engine.end(HERE)
    assert engine.seal(HERE, [b"too late"]) == ()
