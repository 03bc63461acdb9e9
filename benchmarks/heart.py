"""What the heart costs: µs of CPU time for one message to a group of fifty, from the packet to the effects.

``python -m benchmarks.heart`` prints the median of many rounds and their spread. Goal: at most 3 µs with a plain relay.
The second line decodes each packet from its bytes as well; the third puts it to a filter in batches of fifty, without
the sandbox.
"""

import statistics
import time
from collections.abc import Callable

from relay.client_codec import encode_message
from relay.codec import ProtobufWire, decode_untrusted
from session.answers import Answer
from session.callbacks import GameSessionFacts
from session.configuration import Configuration
from session.effects import Ask
from session.game import GameSession
from session.life import Step
from session.peer import Peer, Seat
from session.values import EVERYBODY, AskId, GameSessionId, PeerId, PlayerId, PlayerSessionId

PLAYERS = 50
MESSAGES = 20_000
ROUNDS = 15
GOAL_MICROSECONDS = 3.0

#: 64 bytes to everybody, as the stock client writes them.
MESSAGE = encode_message(10, bytes(64), PeerId(1), group=EVERYBODY)


def full_game(callbacks: frozenset[str] | None) -> tuple[GameSession, list[Peer], int]:
    """Make a game session with fifty players; give the last question's id too."""
    facts = GameSessionFacts(GameSessionId("bench"), "main", "bench", 1, PLAYERS)
    configuration = Configuration(max_players=PLAYERS, messages_per_second=10_000_000)
    game = GameSession(facts, configuration, callbacks, ProtobufWire())
    peers, asked = [], 0
    for number in range(PLAYERS):
        peer = Peer()
        peer.step(Step.LOGIN)
        seat = Seat(PlayerSessionId(f"psess-{number}"), PlayerId(f"player-{number}"))
        for effect in game.enter(peer, seat, b"", 0.0):
            if isinstance(effect, Ask):
                asked = effect.ask
                game.answered(Answer(effect.ask, verdict=True), 0.0)
        peers.append(peer)
    return game, peers, asked


def relayed() -> Callable[[], None]:
    """A plain relay: each message passes at once."""
    game, peers, _ = full_game(None)
    packet = decode_untrusted(MESSAGE)

    def run() -> None:
        for number in range(MESSAGES):
            game.receive(peers[number % PLAYERS], packet, 1.0)

    return run


def decoded() -> Callable[[], None]:
    """The same, with each packet decoded from its bytes."""
    game, peers, _ = full_game(None)

    def run() -> None:
        for number in range(MESSAGES):
            game.receive(peers[number % PLAYERS], decode_untrusted(MESSAGE), 1.0)

    return run


def filtered() -> Callable[[], None]:
    """Each message is asked about, in batches of fifty."""
    game, peers, asked = full_game(frozenset({"on_send_to_group"}))
    packet = decode_untrusted(MESSAGE)

    def run() -> None:
        nonlocal asked
        for _ in range(MESSAGES // PLAYERS):
            for peer in peers:
                game.receive(peer, packet, 1.0)
            for _ in peers:
                asked += 1
                game.answered(Answer(AskId(asked), verdict=True), 1.0)

    return run


def measured(run: Callable[[], None]) -> list[float]:
    """Give µs a message of each round, lowest first."""
    run()
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        run()
        rounds.append((time.process_time() - began) / MESSAGES * 1e6)
    return sorted(rounds)


def main() -> None:
    """Measure all three and print them."""
    for name, make in (("plain relay", relayed), ("decoded, too", decoded), ("with a filter", filtered)):
        rounds = measured(make())
        median = statistics.median(rounds)
        print(f"{name:14} {median:5.2f} µs a message to {PLAYERS} ({rounds[0]:.2f} to {rounds[-1]:.2f})")  # noqa: T201
    print(f"goal           {GOAL_MICROSECONDS:5.2f} µs for the plain relay")  # noqa: T201


if __name__ == "__main__":
    main()
