"""The webhook: posts every notice to an address of the operator's, signed, in their order, until it is taken.

What waits is in the database, so a restart forgets none; what was taken just before a crash comes a second time.
"""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import anyio
import httpx
import structlog
from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus
from sqlalchemy import Connection, insert, select, update

from desk.gamelift.errors import OfficeTrouble
from desk.gamelift.feed import Feed, Notice
from desk.gamelift.office import Office
from desk.gamelift.state.tables import told

T = TypeVar("T")

#: The header with the time, in Unix seconds, and the signature of both time and body.
SIGNATURE = "Harena-Signature"
#: The header with the notice's NotificationTarget, if it has one.
TARGET = "Harena-Target"
#: So long the receiver may take to answer, in seconds, and so much of the answer is looked at.
ANSWER_SECONDS = 10.0
MAX_ANSWER_BYTES = 65_536
#: The first rest after a failure, which doubles with each further one, and the longest.
REST_SECONDS, MAX_REST_SECONDS = 1.0, 300.0
#: What is older is no news any more, and left out.
MAX_AGE_SECONDS = 86_400.0
#: Where there are more behind, the oldest are left out.
MAX_BEHIND = 10_000

_NAME = "webhook"
_LOG = structlog.get_logger()


class Webhook:
    """Tells the address of the settings. ``rest`` waits for so many seconds."""

    def __init__(
        self,
        office: Office,
        feed: Feed,
        rest: Callable[[float], Awaitable[None]] = anyio.sleep,
        max_behind: int = MAX_BEHIND,
    ) -> None:
        self._office = office
        self._feed = feed
        self._rest = rest
        self._max_behind = max_behind

    async def run(self, *, task_status: TaskStatus[None] = TASK_STATUS_IGNORED) -> None:
        """Tell what there is and what comes, until the feed is closed. The first time it begins with what comes."""
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as client:
            since = await self._patiently(self._begin)
            task_status.started()
            while found := await self._patiently(partial(self._feed.after, since)):
                since = await self._patiently(partial(self._not_too_far, since))
                for notice in found:
                    if notice.number > since:
                        await self._deliver(client, notice)
                        since = notice.number
                        await self._patiently(partial(self._remember, since))

    async def _begin(self) -> int:
        """Up to which notice it has been told."""
        query = select(told.c.notice).where(told.c.id == _NAME)
        known = await self._office.database.read(lambda connection: connection.execute(query).scalar_one_or_none())
        if known is None:
            known = await self._feed.last()
            row = {"id": _NAME, "notice": known}
            await self._office.database.write(lambda connection: connection.execute(insert(told).values(row)))
        return int(known)

    async def _remember(self, since: int) -> None:
        def act(connection: Connection) -> None:
            connection.execute(update(told).where(told.c.id == _NAME).values(notice=since))

        await self._office.database.write(act)

    async def _not_too_far(self, since: int) -> int:
        behind = await self._feed.last() - since
        if behind <= self._max_behind:
            return since
        _LOG.warning("webhook_is_behind", left_out=behind - self._max_behind)
        return since + behind - self._max_behind

    async def _deliver(self, client: httpx.AsyncClient, notice: Notice) -> None:
        rest = REST_SECONDS
        while True:
            if self._office.clock() - notice.time > MAX_AGE_SECONDS:
                _LOG.warning("webhook_gave_up", notice=notice.number)
                return
            if not (why := await self._refusal(client, notice)):
                return
            _LOG.warning("webhook_failed", notice=notice.number, why=why, again_seconds=rest)
            await self._rest(rest)
            rest = min(2 * rest, MAX_REST_SECONDS)

    async def _refusal(self, client: httpx.AsyncClient, notice: Notice) -> str:
        """Post a notice; give why it was not taken, or nothing."""
        limits, at = self._office.limits, int(self._office.clock())
        body = json.dumps(notice.content).encode()
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: f"t={at},v1={signature(limits.webhook_secret, at, body)}",
            **({TARGET: notice.target} if notice.target else {}),
        }
        try:
            with anyio.fail_after(ANSWER_SECONDS):
                async with client.stream("POST", limits.webhook_url, content=body, headers=headers) as answer:
                    await _read_untrusted(answer)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            return str(error) or type(error).__name__
        return "" if answer.is_success else f"status {answer.status_code}"

    async def _patiently(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do what needs the database, when it can be used again."""
        while True:
            try:
                return await act()
            except OfficeTrouble as error:
                _LOG.warning("webhook_waits", why=str(error))
                await self._rest(REST_SECONDS)


def fault_of_url(url: str) -> str:
    """Why nothing can be posted to a URL; "" where it can."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        return str(error)
    if not parsed.host:
        return "it names no host"
    return "" if parsed.port is None or 0 < parsed.port < 65_536 else f"there is no port {parsed.port}"


def signature(secret: str, at: int, body: bytes) -> str:
    """HMAC-SHA256, in hex, of a time in Unix seconds, a dot, and a body."""
    return hmac.digest(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hex()


async def _read_untrusted(answer: httpx.Response) -> None:
    """Read an answer to its end, so that its connection can be used again; of a long one only the beginning."""
    size = 0
    async for piece in answer.aiter_raw():
        size += len(piece)
        if size > MAX_ANSWER_BYTES:
            return
