"""The neighbour: an honest script in a sandbox of the same zygote, who notices when anything is not as it was."""

from session.commands import SendMessage
from tests.sandbox.playing import Game

#: Looks at what others of the same zygote might have changed: modules, classes, functions, constants.
SOURCE = """
import collections
import dataclasses
import datetime
import decimal
import json
import math
import random
import re
import string
from fractions import Fraction

from harena import session


@dataclasses.dataclass
class Card:
    rank: int
    suit: str = "hearts"


def on_message(message):
    seen = [
        json.loads(json.dumps({"a": [1, 2.5, None, True, "x"]})),
        math.pi, math.sqrt(2), string.ascii_letters, random.Random(3).random(),
        re.sub("(a+)b", "-", "caabc"), str(Fraction(1, 3)), str(decimal.Decimal(2).sqrt()),
        datetime.date(2020, 2, 29).isoformat(), collections.Counter("hello").most_common(2),
        repr(Card(7)), sorted({"b": 1, "a": 2}), len("abc"), str(ValueError("no").args),
    ]
    session.send(message.sender, 1, seen)
"""


class Neighbour:
    """Asks the neighbour again and again."""

    def __init__(self, game: Game) -> None:
        self._game = game
        self._first = b""

    async def plays_on(self) -> None:
        """It answers, and everything is as it was."""
        found = await seen_by(self._game)
        self._first = self._first or found
        assert found == self._first, "somebody has changed its world"

    async def same_world(self, other: Game) -> bool:
        """Whether another one sees what this one has seen."""
        return await seen_by(other) == self._first


async def seen_by(game: Game) -> bytes:
    """What a neighbour sees of its world."""
    answer = await game.say(1)
    assert not game.heard.deaths
    assert not game.heard.errors
    [sent] = answer.commands
    assert isinstance(sent, SendMessage)
    return sent.payload
