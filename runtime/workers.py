"""The relay workers under supervision: each is started, listened to, started anew when it ends, and stopped."""

from collections import deque
from collections.abc import Callable, Collection
from functools import partial

import anyio

from desk.events import Event, WorkerAdopted, WorkerLost, WorkerStarted
from runtime.adopting import adopted, dismiss_others
from runtime.config import Config
from runtime.link import Link, NoWorker, settings
from runtime.words import ToWorker, UseCertificates, Word, ZygoteReplaced
from sandbox.jail.layers import ALL, Layer, titles

#: A worker that ends more often than this within a minute has a lasting trouble: the server gives up.
MAX_STARTS_A_MINUTE = 5
_MINUTE_SECONDS = 60.0


class WorkerKeeper:
    """Keeps one worker running. ``take`` gets its words, ``lost`` is called when it has ended unasked."""

    def __init__(
        self,
        number: int,
        current: Callable[[], Config],
        certificates: Callable[[], UseCertificates | None],
        take: Callable[[Word], None],
        lost: Callable[[], None],
        publish: Callable[[Event], None],
    ) -> None:
        self.number = number
        self._current = current
        self._certificates = certificates
        first = current().site.port
        #: Where players connect; a later worker takes the same port.
        self.port = first + number if first else 0
        self._take = take
        self._lost = lost
        self._publish = publish
        self._starts: deque[float] = deque(maxlen=MAX_STARTS_A_MINUTE)
        self._stopping = False
        self.link: Link | None = None
        self._started = anyio.Event()

    async def there(self) -> None:
        """Wait until there is a worker: where one has just ended, until the next is started."""
        while self.link is None:
            await self._started.wait()

    def tell(self, word: ToWorker) -> None:
        """Say something to the worker; while there is none nobody hears it, and ``lost`` has cleared up."""
        if self.link:
            self.link.words.send(word)

    async def adopt(self) -> None:
        """Take over the worker that an earlier desk has left, if there is one. Raises NoWorker."""
        self.link = link = await adopted(self._current(), self.number)
        if link is None:
            return
        self.port = link.port
        self.tell(settings(self._current()))
        if certificates := self._certificates():
            self.tell(certificates)
        self._started.set()
        for orphan in link.orphans:
            self._take(orphan)
        self._publish(WorkerAdopted(link.pid, link.port, len(link.orphans)))

    def hear_news(self) -> None:
        """Take what has happened in an adopted worker while it had no desk."""
        for word in self.link.news if self.link else ():
            self._take(word)

    async def start(self) -> None:
        """Start the worker and wait until players can connect. Raises NoWorker."""
        self._starts.append(anyio.current_time())
        config, certificates = self._current(), self._certificates()
        self.link = link = await Link.start(config, self.port, certificates, self.number)
        self.port = link.port
        if (changed := settings(self._current())) != settings(config):
            self.tell(changed)
        if (newer := self._certificates()) and newer != certificates:
            self.tell(newer)
        self._started.set()
        self._publish(WorkerStarted(link.pid, link.port, titles(link.layers), titles(ALL & ~link.layers)))

    async def keep(self) -> None:
        """Listen to the worker, and start another whenever it ends, until ``stop``. Raises NoWorker."""
        while self.link is not None:
            link = self.link
            async for word in link.words:
                if isinstance(word, ZygoteReplaced):
                    link.zygote_pid, link.layers = word.zygote_pid, Layer(word.layers)
                else:
                    self._take(word)
            if self._stopping:
                return
            self.link, self._started = None, anyio.Event()
            link.kill()
            self._lost()
            self._publish(WorkerLost(link.pid))
            self._must_not_be_too_often()
            await self.start()

    async def stop(self, seconds: float, reason: str) -> None:
        """Let game sessions say farewell for at most so long, then end the worker."""
        self._stopping = True
        if self.link:
            await self.link.stop(seconds, reason)

    def let_go(self) -> None:
        """Leave the worker to itself, and to the next desk."""
        self._stopping = True
        if self.link:
            self.link.words.close()
            self.link = None

    def kill(self) -> None:
        """End the worker at once."""
        self._stopping = True
        if self.link:
            self.link.kill()

    def _must_not_be_too_often(self) -> None:
        full = len(self._starts) == MAX_STARTS_A_MINUTE
        if full and anyio.current_time() - self._starts[0] < _MINUTE_SECONDS:
            raise NoWorker(f"the relay worker has ended {MAX_STARTS_A_MINUTE} times within a minute")


class Workers:
    """All workers of a server. Each has a number, from 0, which its successors keep; so has its port."""

    def __init__(
        self,
        current: Callable[[], Config],
        certificates: Callable[[], UseCertificates | None],
        take: Callable[[int, Word], None],
        lost: Callable[[int], None],
        publish: Callable[[Event], None],
    ) -> None:
        self._current = current
        self.keepers = tuple(
            WorkerKeeper(number, current, certificates, partial(take, number), partial(lost, number), publish)
            for number in range(current().site.workers)
        )

    @property
    def ports(self) -> tuple[int, ...]:
        """Where players connect, by the workers' numbers."""
        return tuple(keeper.port for keeper in self.keepers)

    @property
    def running(self) -> tuple[int, ...]:
        """The numbers of the workers that there are at the moment: while one is started anew, nobody hears it."""
        return tuple(keeper.number for keeper in self.keepers if keeper.link)

    def tell(self, number: int, word: ToWorker) -> None:
        """Say something to one worker."""
        self.keepers[number].tell(word)

    def tell_all(self, word: ToWorker) -> None:
        """Say something to every worker."""
        for keeper in self.keepers:
            keeper.tell(word)

    async def start(self) -> None:
        """Take over those that an earlier desk has left, and start the others. Raises NoWorker, in a group."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(dismiss_others, self._current())
            for keeper in self.keepers:
                tasks.start_soon(keeper.adopt)
        async with anyio.create_task_group() as tasks:  # Now those have ended whose ports others may take.
            for keeper in self.keepers:
                if keeper.link is None:
                    tasks.start_soon(keeper.start)

    def hear_news(self) -> None:
        """Take what has happened in adopted workers while they had no desk."""
        for keeper in self.keepers:
            keeper.hear_news()

    async def keep(self) -> None:
        """Keep all of them running until ``stop``. Raises NoWorker, in a group."""
        async with anyio.create_task_group() as tasks:
            for keeper in self.keepers:
                tasks.start_soon(keeper.keep)

    async def stop(self, seconds: float, reason: str) -> None:
        """Let all game sessions say farewell at the same time, for at most so long, then end the workers."""
        async with anyio.create_task_group() as tasks:
            for keeper in self.keepers:
                tasks.start_soon(keeper.stop, seconds, reason)

    def let_go(self, numbers: Collection[int]) -> None:
        """Leave the workers of these numbers to themselves, and to the next desk."""
        for number in numbers:
            self.keepers[number].let_go()

    def kill(self) -> None:
        """End all workers at once."""
        for keeper in self.keepers:
            keeper.kill()
