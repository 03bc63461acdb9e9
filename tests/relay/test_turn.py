"""The end of a turn: all are asked, then answers are awaited once, then all get theirs."""

from collections.abc import Callable

import anyio
import anyio.lowlevel
import pytest

from relay.turn import Turn

pytestmark = pytest.mark.anyio


class Diary:
    """What happened in a turn, in order; it is also the scripts that are awaited."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.at_gathering: Callable[[], None] = self._nothing
        self._news = anyio.Event()

    def gather(self) -> None:
        self.write("gather")
        self.at_gathering()

    def write(self, entry: str) -> None:
        self.entries.append(entry)
        self._news.set()

    async def until(self, entry: str) -> list[str]:
        with anyio.fail_after(20):
            while entry not in self.entries:
                await self._news.wait()
                self._news = anyio.Event()
        return self.entries

    def _nothing(self) -> None:
        pass


class Room:
    """A room that asks so many times, and may fail at a step."""

    def __init__(self, name: str, diary: Diary, asks: int = 0, fails_at: str = "") -> None:
        self._name = name
        self._diary = diary
        self._asks = asks
        self._fails_at = fails_at

    def put(self) -> bool:
        self._step("put")
        self._asks -= 1
        return self._asks >= 0

    def deliver(self) -> None:
        self._step("deliver")

    def _step(self, step: str) -> None:
        if step == self._fails_at:
            raise RuntimeError("a fault of ours")
        self._diary.write(f"{step} {self._name}")


async def test_all_are_asked_before_anybody_is_awaited_and_each_room_once_a_turn() -> None:
    diary = Diary()
    turn, a, b = Turn(diary), Room("a", diary, asks=1), Room("b", diary)
    for room in (a, b, a):
        turn.touched(room)
    assert diary.entries == []
    assert await diary.until("deliver b") == ["put a", "put b", "gather", "put a", "deliver a", "put b", "deliver b"]


async def test_nothing_is_awaited_where_nobody_was_asked() -> None:
    diary = Diary()
    turn = Turn(diary)
    turn.touched(Room("a", diary))
    assert await diary.until("deliver a") == ["put a", "put a", "deliver a"]


@pytest.mark.parametrize("step", ["put", "deliver"])
async def test_a_room_that_fails_is_alone_with_it(step: str) -> None:
    diary = Diary()
    turn = Turn(diary)
    turn.touched(Room("broken", diary, fails_at=step))
    turn.touched(Room("sound", diary, asks=1))
    entries = await diary.until("deliver sound")
    assert [entry for entry in entries if "broken" not in entry] == [
        "put sound",
        "gather",
        "put sound",
        "deliver sound",
    ]


async def test_a_room_that_is_touched_while_answers_are_awaited_has_its_end_in_that_turn() -> None:
    diary = Diary()
    turn, a = Turn(diary), Room("a", diary, asks=1)
    diary.at_gathering = lambda: turn.touched(b)
    b = Room("b", diary)
    turn.touched(a)
    entries = await diary.until("deliver b")
    assert entries == ["put a", "gather", "put a", "deliver a", "put b", "deliver b"]
    turn.touched(Room("c", diary))
    await diary.until("deliver c")


async def test_a_room_that_is_touched_by_a_delivery_has_its_end_in_the_next_turn() -> None:
    diary = Diary()
    turn = Turn(diary)

    class Toucher(Room):
        def deliver(self) -> None:
            super().deliver()
            turn.touched(Room("later", diary))

    turn.touched(Toucher("first", diary))
    turn.touched(Room("second", diary))
    entries = await diary.until("deliver later")
    assert entries.index("deliver second") < entries.index("put later")
