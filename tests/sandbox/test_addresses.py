"""No text that a script can make says where in memory an object lies, whichever way it is made."""

import pytest

from sandbox.nursery import Nursery
from session.callbacks import OnTick
from tests.sandbox.playing import playing

pytestmark = pytest.mark.anyio

SOURCE = """
import functools, hashlib, hmac, itertools, json, random, re, string, struct
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from harena import session

class Plain:
    def method(self):
        return self

    @property
    def half(self):
        return 1

class Listed(list):
    pass

class Wrong(Exception):
    pass

@dataclass
class Holder:
    held: object

@functools.lru_cache
def remembered(x):
    return x

@contextmanager
def around():
    yield

def walking():
    yield 1

class Way(Enum):
    IN = len
    OUT = 2

THINGS = [
    object(), Plain(), Plain().method, Plain.method, Plain.half, Listed(), Listed().append, Way.OUT, Wrong, walking,
    walking(), lambda: 0, remembered, around(), len, [].append, "".join, (1).bit_length, dict.fromkeys,
    iter([]), iter(()), iter(""), iter({}), iter(set()), iter(range(3)), reversed([]), {}.items(), iter({}.items()),
    map(len, []), filter(None, []), zip(), enumerate([]), (x for x in ()), iter(len, 0), memoryview(b""), slice(1),
    itertools.count(), itertools.chain(), itertools.cycle([]), itertools.repeat(1), itertools.groupby([]),
    functools.partial(len), staticmethod(len), classmethod(len), property(), re.compile("a"), re.finditer("a", "a"),
    random.Random(), random.random, struct.Struct("b"), hashlib.sha256(), hashlib.sha256, hmac.new(b"", b"", "md5"),
    string.Template(""), json, json.dumps, session, session.players, session.broadcast, Way,
]

def shown(thing):
    yield str(thing)
    yield repr(thing)
    yield f"{thing} {thing!r} {thing!s} {thing!a}"
    yield "%s %r" % (thing, thing)
    yield "{} {!r} {:>80}".format(thing, thing, str(thing))
    yield str([thing]) + str((thing,)) + str({1: thing}) + str(Holder(thing))
    yield str(KeyError(thing)) + repr(ValueError(thing))
    yield "".join(map(str, [thing]))
    yield json.dumps([thing], default=str)
    try:
        1 + thing
    except TypeError as error:
        yield str(error)

def on_tick(dt):
    for place, thing in enumerate(THINGS):
        for way, text in enumerate(shown(thing)):
            if "0x" in text:
                print("thing", place, "way", way, "shows", text.replace("0x", "0 x"))
    print(f"{len}, {walking}, {iter([])}")
    session.end()
"""


async def test_no_text_holds_an_address(nursery: Nursery) -> None:
    async with playing(nursery, SOURCE) as game:
        await game.ask(OnTick(0.1))
        assert not game.heard.errors
        assert game.texts == ["<built-in function len>, <function walking>, <list_iterator object>"]
