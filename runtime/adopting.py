"""Adopting: a desk that starts takes over the workers that have outlived an earlier one."""

import errno
import socket

import anyio

from runtime import meeting
from runtime.config import Config
from runtime.link import LAST_RESORT_SECONDS, Link, NoWorker, ended, meeting_places, terms
from runtime.port import Port
from runtime.words import AllTold, GoesOn, StillHere, Word

#: How long the worker of an earlier desk may be silent while it tells what has happened.
ANSWER_SECONDS = 15.0


async def adopted(config: Config, number: int) -> Link | None:
    """Take over the worker of this number; None where there is none (any more). Raises NoWorker.

    One that does not answer, or is of another Harena, ends. So does one that was started with settings that have
    changed and need a restart.
    """
    found = _found(config, number)
    if found is None:
        return None
    connected, worker = found
    try:
        link = await _heard(connected, worker)
    except OSError:  # It is ending, as it had no game sessions; or it is stuck. A TimeoutError is one as well.
        link = None
    if link is None:
        await ended(worker, LAST_RESORT_SECONDS)
    elif link.terms == terms(config):
        return link
    else:
        await link.stop(config.site.stop_seconds, config.fleet.stopping_message)
    return None


async def dismiss_others(config: Config) -> None:
    """End the workers of the numbers that there are no more. Raises NoWorker."""
    for number in meeting.numbers(meeting_places(config)):
        if number >= config.site.workers and (link := await adopted(config, number)):
            await link.stop(config.site.stop_seconds, config.fleet.stopping_message)


def _found(config: Config, number: int) -> tuple[socket.socket, meeting.Kin] | None:
    place = meeting_places(config) / str(number)
    try:
        connected = meeting.reached(place.parent, number)
    except (OSError, meeting.Stranger) as error:
        raise NoWorker(f"the relay worker of an earlier server, at {place}, cannot be asked: {error}") from None
    if connected is None:
        return None
    try:
        return connected, meeting.Kin(meeting.peer(connected))
    except ProcessLookupError:  # It has just ended.
        connected.close()
        return None


async def _heard(connected: socket.socket, worker: meeting.Kin) -> Link | None:
    """Hear all that has happened; None: it speaks by other words. Raises OSError."""
    link = None
    try:
        if await meeting.greeted(connected):
            link = Link(worker, await Port.over(connected))
            await _told(link)
            return link
    except BaseException:  # Also who starts the server may have thought better of it: then it waits for the next.
        link.words.close() if link else connected.close()
        raise
    connected.close()
    return None


async def _told(link: Link) -> None:
    here = await _next(link)
    if not isinstance(here, StillHere):
        raise ConnectionResetError(errno.ECONNRESET, "it has said something else")
    link.is_at(here.port, here.zygote_pid, here.layers)
    link.terms = here.terms
    while not isinstance(word := await _next(link), AllTold):
        (link.orphans if isinstance(word, GoesOn) else link.news).append(word)  # type: ignore[arg-type]


async def _next(link: Link) -> Word:
    with anyio.fail_after(ANSWER_SECONDS):
        if (word := await link.words.receive()) is not None:
            return word
    raise ConnectionResetError(errno.ECONNRESET, "it has ended")
