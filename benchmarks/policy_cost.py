"""What the policy of the language costs: callbacks as games have them, under it and as plain Python."""

import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from sandbox.facades import Inputs, load_script

CALLS, ROUNDS = 2_000, 25

#: Callbacks without anything of the session, so that both can run them: what is compared is the language.
SOURCE = """
class Player:
    def __init__(self, name):
        self.name = name
        self.x = 0.0
        self.y = 0.0
        self.score = 0
        self._speed = 1.5

    def move(self, dx, dy):
        self.x = min(100.0, max(0.0, self.x + dx * self._speed))
        self.y = min(100.0, max(0.0, self.y + dy * self._speed))


players = {number: Player(f"player-{number}") for number in range(16)}
scores = {}


def move(message):
    player = players[message.sender]
    dx, dy = message.where
    player.move(dx, dy)
    near = [other for other in players.values() if other is not player and abs(other.x - player.x) < 2.0]
    for other in near:
        player.score += 1
    scores[player.name] = scores.get(player.name, 0) + len(near)
    return {"who": player.name, "x": round(player.x, 2), "y": round(player.y, 2), "near": len(near)}


def filtered(message):
    return b"swear" not in message.payload and len(message.payload) < 64


def ranked(message):
    best = sorted(players.values(), key=lambda player: (-player.score, player.name))[:3]
    return ", ".join(f"{place}. {player.name} ({player.score})" for place, player in enumerate(best, 1))
"""
MESSAGES = [
    SimpleNamespace(sender=at % 16, where=(at % 7 - 3, at % 5 - 2), payload=bytes(at % 90)) for at in range(CALLS)
]


def policy_ratios() -> dict[str, list[float]]:
    """Give, for each callback, how many times as long it took under the policy, a figure a round."""
    plain: dict[str, Any] = {"__name__": "main"}
    exec(compile(SOURCE, "main.py", "exec"), plain)  # noqa: S102 - our own text, to be compared with
    script = load_script({"main.py": SOURCE}, "main.py", Inputs(lambda: 0.0, 7), {}, print)
    if script.faults:
        raise RuntimeError(str(script.faults))
    return {name: ratios(script.namespace, plain, name) for name in ("move", "filtered", "ranked")}


def ratios(policed: Mapping[str, Any], plain: Mapping[str, Any], name: str) -> list[float]:
    """Run both in turn."""
    return [seconds(policed[name]) / seconds(plain[name]) for _ in range(ROUNDS)]


def seconds(callback: Callable[[SimpleNamespace], object]) -> float:
    """Call it with every message."""
    began = time.process_time()
    for message in MESSAGES:
        callback(message)
    return time.process_time() - began
