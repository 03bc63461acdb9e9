"""A script in a real sandbox, and somebody who asks it and listens."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from textwrap import dedent

from sandbox.errors import ScriptError
from sandbox.faults import Fault
from sandbox.host import Birthplace, Sandbox
from sandbox.limits import CPU_WINDOW_SECONDS, DEFAULTS, Limits
from sandbox.orders import Script
from sandbox.reports import Death, Loaded, LoadRefused, LogLine
from session.answers import Answer
from session.callbacks import (
    Callback,
    GameSessionFacts,
    OnMessage,
    OnPlayerConnect,
    OnPlayerDisconnect,
    OnTimer,
)
from session.effects import Ask
from session.values import AskId, GameSessionId, PeerId, PlayerId, PlayerSessionId

FACTS = GameSessionFacts(GameSessionId("gs-1"), "arena", "tag", 3, 16, (("map", "dust"),), "night", '{"teams": []}')
SECRETS = {"login_key": "hunter2", "mail_key": "s3cret"}

#: For what is about something else than time, and takes its own.
UNHURRIED = Limits(
    load_wall_seconds=60.0,
    call_wall_seconds=60.0,
    load_cpu_milliseconds=30_000,
    callback_cpu_milliseconds=30_000,
    tick_cpu_milliseconds=30_000,
    cpu_percent=100,
)

#: Longer than anything here may take; who waits so long has waited in vain.
PATIENCE_SECONDS = 20.0


class Listener:
    """Keeps what a sandbox says."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.lines: list[LogLine] = []
        self.errors: list[ScriptError] = []
        self.deaths: list[Death] = []
        self._news = asyncio.Event()

    def answered(self, answers: Sequence[Answer]) -> None:
        self.answers += answers
        self._news.set()

    def logged(self, line: LogLine) -> None:
        self.lines.append(line)
        self._news.set()

    def raised(self, error: ScriptError) -> None:
        self.errors.append(error)
        self._news.set()

    def died(self, death: Death) -> None:
        self.deaths.append(death)
        self._news.set()

    async def until(self, heard: Callable[[], bool]) -> None:
        """Wait until something has been heard."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not heard():
                self._news.clear()
                await self._news.wait()


class Game:
    """A loaded script, and questions to it."""

    def __init__(self, sandbox: Sandbox, listener: Listener, loaded: Loaded) -> None:
        self.sandbox = sandbox
        self.heard = listener
        self.loaded = loaded
        self._last = 0
        self._last_peer = 0

    def put(self, *questions: Callback, now: float = 0.0) -> None:
        """Put questions in one batch, and do not wait."""
        self.sandbox.ask([Ask(self._next(), question, now) for question in questions])

    async def ask_all(self, *questions: Callback, now: float = 0.0) -> list[Answer]:
        """Put questions in one batch, and wait for the answers."""
        before = len(self.heard.answers)
        self.put(*questions, now=now)
        await self.heard.until(lambda: len(self.heard.answers) >= before + len(questions) or bool(self.heard.deaths))
        return self.heard.answers[before:]

    async def ask(self, question: Callback, now: float = 0.0) -> Answer:
        """Put one question."""
        answers = await self.ask_all(question, now=now)
        assert answers, f"it died: {self.heard.deaths}"
        return answers[0]

    async def enter(self, name: str, payload: bytes = b"", now: float = 0.0) -> Answer:
        """Have a player come to the door, as the next peer."""
        self._last_peer += 1
        return await self.ask(login(self._last_peer, name, payload), now)

    async def leave(self, peer: int) -> Answer:
        """Have a peer go."""
        return await self.ask(OnPlayerDisconnect(PeerId(peer)))

    async def say(self, peer: int, op_code: int = 1, payload: bytes = b"", now: float = 0.0) -> Answer:
        """Send a message to the server."""
        return await self.ask(OnMessage(PeerId(peer), op_code, payload, True), now)

    async def wake(self, now: float) -> Answer:
        """Have the timers run that are due."""
        return await self.ask(OnTimer(), now)

    async def death(self) -> Death:
        """Wait for the end of the sandbox."""
        await self.heard.until(lambda: bool(self.heard.deaths))
        return self.heard.deaths[0]

    @property
    def texts(self) -> list[str]:
        """What the script has logged, without levels."""
        return [line.text for line in self.heard.lines]

    def _next(self) -> AskId:
        self._last += 1
        return AskId(self._last)


def login(peer: int, name: str, payload: bytes = b"", data: str = "") -> OnPlayerConnect:
    """Give the question of a login."""
    return OnPlayerConnect(PeerId(peer), PlayerId(name), PlayerSessionId(f"psess-{name}-{peer}"), data, payload)


def script(source: str | Mapping[str, str], seed: int = 7) -> Script:
    """Give a script of one file, or of several."""
    files = {"main.py": source} if isinstance(source, str) else source
    contents = {path: dedent(text).encode("utf-8", "surrogatepass") for path, text in files.items()}
    return Script(contents, "main.py", seed, 1e9, FACTS, SECRETS)


async def loaded(
    nursery: Birthplace, source: str | Mapping[str, str], limits: Limits = DEFAULTS
) -> Loaded | LoadRefused | Death:
    """Load a script, and throw it away."""
    sandbox = Sandbox(limits, Listener())
    try:
        return await sandbox.load(nursery, script(source))
    finally:
        sandbox.close()


async def faults(nursery: Birthplace, source: str | Mapping[str, str]) -> tuple[Fault, ...]:
    """Load a script that must be refused; why it is."""
    result = await loaded(nursery, source)
    assert isinstance(result, LoadRefused), result
    return result.faults


@asynccontextmanager
async def playing(
    nursery: Birthplace,
    source: str | Mapping[str, str],
    limits: Limits = DEFAULTS,
    seed: int = 7,
    window_seconds: float = CPU_WINDOW_SECONDS,
) -> AsyncIterator[Game]:
    """Load a script that must load; end it afterwards."""
    listener = Listener()
    sandbox = Sandbox(limits, listener, window_seconds)
    try:
        result = await sandbox.load(nursery, script(source, seed))
        assert isinstance(result, Loaded), result
        yield Game(sandbox, listener, result)
    finally:
        sandbox.close()
