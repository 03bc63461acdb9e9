"""The relay worker under supervision: it is started, listened to, started anew when it ends, and stopped."""

from collections import deque
from collections.abc import Callable

import anyio

from desk.events import Event, WorkerLost, WorkerStarted
from runtime.config import DevConfig
from runtime.link import LAST_RESORT_SECONDS, Link, NoWorker
from runtime.words import Stop, ToWorker, Word, ZygoteReplaced

#: A worker that ends more often than this within a minute has a lasting trouble: the server gives up.
MAX_STARTS_A_MINUTE = 5
_MINUTE_SECONDS = 60.0


class WorkerKeeper:
    """Keeps one worker running. ``take`` gets its words, ``lost`` is called when it has ended unasked."""

    def __init__(
        self,
        config: DevConfig,
        take: Callable[[Word], None],
        lost: Callable[[], None],
        publish: Callable[[Event], None],
    ) -> None:
        self._config = config
        #: Where players connect; a later worker takes the same port.
        self.port = config.port
        self._take = take
        self._lost = lost
        self._publish = publish
        self._starts: deque[float] = deque(maxlen=MAX_STARTS_A_MINUTE)
        self._stopping = False
        self.link: Link | None = None

    def tell(self, word: ToWorker) -> None:
        """Say something to the worker; while there is none nobody hears it, and ``lost`` has cleared up."""
        if self.link:
            self.link.words.send(word)

    async def start(self) -> None:
        """Start the worker and wait until players can connect. Raises NoWorker."""
        self._starts.append(anyio.current_time())
        self.link = link = await Link.start(self._config, self.port)
        self.port = link.port
        self._publish(WorkerStarted(link.pid, link.port))

    async def keep(self) -> None:
        """Listen to the worker, and start another whenever it ends, until ``stop``. Raises NoWorker."""
        while self.link is not None:
            link = self.link
            async for word in link.words:
                if isinstance(word, ZygoteReplaced):
                    link.zygote_pid = word.zygote_pid
                else:
                    self._take(word)
            if self._stopping:
                return
            self.link = None
            link.kill()
            self._lost()
            self._publish(WorkerLost(link.pid))
            self._must_not_be_too_often()
            await self.start()

    async def stop(self, seconds: float) -> None:
        """Let game sessions say farewell for at most so long, then end the worker."""
        self._stopping = True
        if self.link:
            self.tell(Stop(seconds))
            await self.link.wait(seconds + LAST_RESORT_SECONDS)

    def kill(self) -> None:
        """End the worker at once."""
        self._stopping = True
        if self.link:
            self.link.kill()

    def _must_not_be_too_often(self) -> None:
        full = len(self._starts) == MAX_STARTS_A_MINUTE
        if full and anyio.current_time() - self._starts[0] < _MINUTE_SECONDS:
            raise NoWorker(f"the relay worker has ended {MAX_STARTS_A_MINUTE} times within a minute")
