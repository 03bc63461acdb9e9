"""The script's side of a game session: what the call that runs has wished so far, and what it may know."""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from sandbox.limits import CALL_BYTES, KIB, MAX_RECIPIENTS, Limits
from sandbox.script.player import Player
from sandbox.script.roster import Roster
from sandbox.script.timers import Timers
from sandbox.sizes import command_bytes
from session.commands import Command, EndGameSession
from session.quota import Quota
from session.values import SERVER, PeerId, Recipients


class Side:
    """State behind the objects that a script sees. Commands are gathered here and leave with the answer."""

    def __init__(self, limits: Limits, unix_start: float, write_log: Callable[[str, str], None]) -> None:
        self.roster = Roster()
        self.timers = Timers(limits.timers)
        #: The script's files by path, for the lines that a log shows of them.
        self.sources: Mapping[str, str] = {}
        self.accepting = True
        #: The script has ended the game session: nothing of it runs any more.
        self.ended = False
        self.now = 0.0
        self.write_log = write_log
        self._unix_start = unix_start
        self._calling = False
        self._commands: list[Command] = []
        self._bytes_left = CALL_BYTES
        self.restrict(limits)

    def restrict(self, limits: Limits) -> None:
        """Take these limits from now on."""
        self.timers.limit = limits.timers
        self._commands_per_call = limits.commands_per_call
        self._bytes_per_second = limits.message_bytes_per_second
        # By the game session's clock: the same inputs are to give the same rulings.
        self._flow = Quota(self._bytes_per_second, self._bytes_per_second, self.now)

    def unix_time(self) -> float:
        """The time of day in seconds; it stands still within a call."""
        return self._unix_start + self.now

    def begin(self, now: float) -> None:
        """A call begins at ``now``, in seconds of the game session."""
        self.now = now
        self._calling = True
        self._bytes_left = CALL_BYTES

    def wished(self) -> tuple[Command, ...]:
        """A call has ended: give what it wished."""
        commands = tuple(self._commands)
        self._commands.clear()
        self._calling = False
        return commands

    def wish(self, command: Command) -> None:
        """Add a command. Raises RuntimeError where there is no call, or too much in it."""
        self.only_in_a_call()
        if len(self._commands) >= self._commands_per_call:
            raise RuntimeError(f"one call may send, join, leave and kick {self._commands_per_call} times at most")
        size_bytes = command_bytes(command)
        self.spend(size_bytes)
        if not self._flow.take(self.now, size_bytes):
            raise RuntimeError(f"a script may send {self._bytes_per_second // KIB} kB a second, all messages together")
        self._commands.append(command)

    def spend(self, size_bytes: int) -> None:
        """Count what leaves with the answer besides commands. Raises RuntimeError where that is too much."""
        self._bytes_left -= size_bytes
        if self._bytes_left < 0:
            raise RuntimeError(f"one call may send {CALL_BYTES // KIB} kB at most, all messages together")

    def end(self, reason: str) -> None:
        """End the game session, for this reason: nothing of the script runs any more after this call."""
        self.wish(EndGameSession(reason))
        self.ended = True

    def only_in_a_call(self) -> None:
        """Raise RuntimeError while the module is being loaded."""
        if not self._calling:
            raise RuntimeError("session works inside callbacks; while the script is loaded there is no game session")


def peer_id(who: object) -> PeerId:
    """Take a player, or a peer id, for the peer it names. Raises TypeError or ValueError."""
    number = who.peer_id if isinstance(who, Player) else who
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(f"a player or a peer id is needed, not a {type(who).__name__}")
    number = plain_int(number)
    if not 1 <= number < 2**31:
        raise ValueError(f"peer ids start at 1 (and stay below 2**31): {number} is none")
    return PeerId(number)


def recipients(to: object) -> Recipients:
    """Take a player, a peer id, or several of them. Raises TypeError or ValueError."""
    if isinstance(to, Iterable) and not isinstance(to, str | bytes):
        peers = tuple(dict.fromkeys(map(peer_id, islice(to, MAX_RECIPIENTS + 1))))
        if len(peers) > MAX_RECIPIENTS:
            raise ValueError(f"a message goes to {MAX_RECIPIENTS} players at most; a broadcast goes to all")
        return peers
    return (peer_id(to),)


def sender_id(sender: object) -> PeerId:
    """Take who is to be seen as sender: nobody named means the server."""
    return SERVER if sender is None or sender == SERVER else peer_id(sender)


def whole_number(given: object, what: str) -> int:
    """Take an op code or a group: a whole number from 1, IntEnum members too. Raises TypeError or ValueError."""
    if not isinstance(given, int) or isinstance(given, bool):
        raise TypeError(f"{what} is a whole number, not a {type(given).__name__}")
    number = plain_int(given)
    if not 1 <= number < 2**31:
        raise ValueError(f"{what} is 1 or more (and below 2**31): {number} is not")
    return number


def plain_int(given: int) -> int:
    """The number itself, of Python's own class: one of the script's might compare as it likes."""
    return int.__int__(given)
