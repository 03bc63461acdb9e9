"""The hub: order, numbers, a bounded memory, and waiting without loss."""

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.events import Event, Withdrawn
from desk.hub import KEPT_EVENTS, Hub
from desk.memory import Missed, Numbered, Subscription

pytestmark = pytest.mark.anyio


def event(name: object) -> Event:
    return Withdrawn(str(name))


def names(items: list[Numbered[Event] | Missed]) -> list[object]:
    return [(item.number, item.event.script) if isinstance(item, Numbered) else item for item in items]  # type: ignore[union-attr]


async def rest(subscription: Subscription[Event]) -> list[Numbered[Event] | Missed]:
    with anyio.fail_after(5):
        return [item async for item in subscription]


@pytest.fixture
def hub() -> Hub:
    return Hub(clock=lambda: 7.0, kept_events=4)


async def test_events_come_in_order_with_numbers_and_the_time(hub: Hub) -> None:
    subscription = hub.subscribe()
    hub.publish(event("a"))
    hub.publish(event("b"))
    hub.close()
    assert await rest(subscription) == [Numbered(1, 7.0, event("a")), Numbered(2, 7.0, event("b"))]


async def test_a_subscription_begins_with_the_moment_it_is_made_not_with_the_first_wait(hub: Hub) -> None:
    hub.publish(event("before"))
    subscription = hub.subscribe()
    hub.publish(event("after"))
    hub.close()
    assert names(await rest(subscription)) == [(2, "after")]


async def test_every_subscriber_is_told_everything(hub: Hub) -> None:
    subscriptions = [hub.subscribe() for _ in range(3)]
    hub.publish(event("a"))
    hub.close()
    assert [names(await rest(subscription)) for subscription in subscriptions] == [[(1, "a")]] * 3


async def test_since_tells_what_is_remembered_from_there(hub: Hub) -> None:
    for name in "abc":
        hub.publish(event(name))
    hub.close()
    assert names(await rest(hub.subscribe(since=1))) == [(2, "b"), (3, "c")]
    assert await rest(hub.subscribe(since=3)) == []


async def test_since_a_number_of_another_run_tells_everything(hub: Hub) -> None:
    hub.publish(event("a"))
    hub.close()
    assert names(await rest(hub.subscribe(since=99))) == [(1, "a")]


async def test_who_is_too_slow_is_told_what_was_missed(hub: Hub) -> None:
    subscription = hub.subscribe()
    for number in range(1, 11):
        hub.publish(event(number))
    hub.close()
    assert names(await rest(subscription)) == [Missed(1, 6), (7, "7"), (8, "8"), (9, "9"), (10, "10")]


async def test_a_waiting_subscriber_is_woken(hub: Hub) -> None:
    subscription = hub.subscribe()
    got: list[Numbered[Event] | Missed] = []

    async def wait() -> None:
        got.append(await anext(subscription))

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            await anyio.wait_all_tasks_blocked()
            hub.publish(event("a"))
    assert names(got) == [(1, "a")]


async def test_a_cancelled_wait_loses_nothing(hub: Hub) -> None:
    subscription = hub.subscribe()
    with anyio.move_on_after(0):
        await anext(subscription)
    hub.publish(event("a"))
    hub.close()
    assert names(await rest(subscription)) == [(1, "a")]


async def test_closing_ends_a_wait(hub: Hub) -> None:
    subscription = hub.subscribe()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(rest, subscription)
        await anyio.wait_all_tasks_blocked()
        hub.close()


async def test_recent_events_are_the_newest_oldest_first(hub: Hub) -> None:
    for number in range(1, 7):
        hub.publish(event(number))
    assert [item.number for item in hub.recent(2)] == [5, 6]
    assert [item.number for item in hub.recent(100)] == [3, 4, 5, 6]
    assert hub.recent(0) == []


async def test_memory_is_bounded() -> None:
    hub = Hub()
    subscription = hub.subscribe()
    for number in range(KEPT_EVENTS + 5):
        hub.publish(event(number))
    assert len(hub.recent(10 * KEPT_EVENTS)) == KEPT_EVENTS
    assert await anext(subscription) == Missed(1, 5)


@given(st.lists(st.sampled_from(["publish", "read"]), max_size=60), st.integers(1, 5))
async def test_whoever_reads_when_each_number_is_told_or_missed_once(steps: list[str], kept: int) -> None:
    hub = Hub(kept_events=kept)
    subscription = hub.subscribe()
    items: list[Numbered[Event] | Missed] = []
    for step in steps:
        if step == "publish":
            hub.publish(event("x"))
        elif subscription.told < hub.last:
            items.append(await anext(subscription))
    hub.close()
    items += await rest(subscription)
    told = [range(item.number, item.number + 1) if isinstance(item, Numbered) else _missed(item) for item in items]
    assert [number for numbers in told for number in numbers] == list(range(1, hub.last + 1))


def _missed(item: Missed) -> range:
    return range(item.first, item.last + 1)
