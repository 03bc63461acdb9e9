"""The neighbour: an honest script in a sandbox of the same zygote, who notices when anything is not as it was."""

import asyncio

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
    """Asks one question after another, whoever else wants to know."""

    def __init__(self, game: Game) -> None:
        self._game = game
        self._turn = asyncio.Lock()
        self._first: object = None

    async def plays_on(self) -> None:
        """It answers, and everything is as it was."""
        async with self._turn:
            answer = await self._game.say(1)
        assert not self._game.heard.deaths
        assert not self._game.heard.errors
        [sent] = answer.commands
        assert isinstance(sent, SendMessage)
        self._first = self._first or sent.payload
        assert sent.payload == self._first, "somebody has changed its world"

    def same_world(self, other: "Neighbour") -> bool:
        """Both have seen the same."""
        return self._first == other._first is not None
