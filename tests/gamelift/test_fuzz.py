"""Every operation, asked at random: it succeeds as its model has it, or raises one of the exceptions that it lists."""

import functools
import os
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from desk.gamelift.checking import checked_untrusted
from desk.gamelift.model import Operation, operation
from desk.gamelift.operations import OPERATIONS
from desk.gamelift.wire import CBOR, JSON, Wire
from tests.gamelift.generated import asked
from tests.gamelift.matching import waiting
from tests.gamelift.small_house import Caller, calling, furnished

#: So many calls of each operation; more where somebody has the time.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
#: What every AWS API may raise, whatever its operations list.
ALWAYS = {"ThrottlingException", "UnauthorizedException"}


def call_of(name: str, ids: dict[str, str]) -> st.SearchStrategy[Any]:
    """A call of one operation."""
    found = operation(name)
    assert found is not None
    return st.tuples(st.just(found), asked(found.asked, ids))


async def fuzzed(folder: Path, names: list[str]) -> None:
    """Call operations in an office of their own."""
    async with calling(folder, max_fleets=10_000, max_aliases=10_000, max_scripts=10_000) as call:
        ids = await furnished(call)
        ids |= await waiting(call)
        calls: list[tuple[Operation, Any]] = []
        for name in names:
            calls += _drawn(call_of(name, ids))
        for at, (found, asked_for) in enumerate(calls):
            await _called(call, found, asked_for, CBOR if at % 2 and _has_cbor(asked_for) else JSON)


async def _called(call: Caller, found: Operation, asked_for: Any, wire: Wire) -> None:
    status, answer = await _answered(call, found.name, asked_for, wire)
    if status == 200:
        checked_untrusted(found.answer, answer, wire.blob)
    else:
        assert status == 400, (found.name, asked_for, answer)
        assert answer["__type"] in found.errors | ALWAYS, (found.name, asked_for, answer)
        assert answer["Message"]


async def _answered(call: Caller, name: str, asked_for: Any, wire: Wire) -> tuple[int, Any]:
    if wire is JSON:
        return await call(name, **asked_for)
    path, headers = f"/service/GameLift/operation/{name}", {"smithy-protocol": "rpc-v2-cbor"}
    answer = await call.client.post(path, headers=headers, content=wire.write(asked_for))
    return answer.status_code, wire.read(answer.content)


def _has_cbor(asked_for: Any) -> bool:
    """Whether our encoder has a form of a call: it has none of what is no Unicode, or wider than 64 bits."""
    try:
        CBOR.write(asked_for)
    except (UnicodeEncodeError, StopIteration):
        return False
    return True


def _drawn(calls: st.SearchStrategy[Any]) -> list[tuple[Operation, Any]]:
    """So many examples; always the same ones, so that CI tells of the change that it looks at."""
    found: list[tuple[Operation, Any]] = []

    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(calls)
    def draw(one: tuple[Operation, Any]) -> None:
        found.append(one)

    draw()
    return found


# Those that end what the others need come last.
READING = sorted(name for name in OPERATIONS if not name.startswith(("Delete", "Terminate")))
ENDING = sorted(name for name in OPERATIONS if name.startswith(("Delete", "Terminate")))


@pytest.mark.parametrize("names", [READING + ENDING], ids=["all"])
def test_no_call_brings_the_server_down(names: list[str], tmp_path: Path) -> None:
    anyio.run(functools.partial(fuzzed, tmp_path, names))
