"""``session``, as a script sees it."""

from collections.abc import Callable, Mapping

from sandbox.script.gamelift import GameLiftNames, any_group
from sandbox.script.log import Log
from sandbox.script.messages import GameSession
from sandbox.script.payloads import payload_bytes
from sandbox.script.player import Player
from sandbox.script.side import Side, peer_id, plain_int, recipients, sender_id, whole_number
from sandbox.script.timers import SHORTEST_SECONDS, Timer
from sandbox.texts import sendable
from session.commands import (
    Broadcast,
    BroadcastMembership,
    Kick,
    PutInGroup,
    SendMessage,
    SetAccepting,
    TakeFromGroup,
)
from session.values import EVERYBODY, NOBODY, GroupId


class Session(GameLiftNames):
    """The game session from inside: who is here, and everything that a script can wish."""

    __slots__ = ("_secrets", "_side", "game_session", "log")

    _script_writable_ = frozenset({"accepting"})

    def __init__(self, side: Side, game_session: GameSession, secrets: Mapping[str, str]) -> None:
        self._side = side
        self._secrets = secrets
        self.game_session = game_session
        self.log = Log(side.write_log, side.sources)

    @property
    def players(self) -> tuple[Player, ...]:
        """The players who are here, in order of arrival."""
        return self._side.roster.players

    def player(self, who: object) -> Player | None:
        """Find a player who is here by peer id or player id; None where there is none."""
        if isinstance(who, Player):
            return who if who.connected else None
        if isinstance(who, str):
            return self._side.roster.named(who)
        if isinstance(who, int) and not isinstance(who, bool):
            return self._side.roster.at(who)
        raise TypeError(f"a peer id or a player id is needed, not a {type(who).__name__}")

    def send(
        self, to: object, op_code: int, payload: object = b"", *, reliable: bool = True, sender: object = None
    ) -> None:
        """Send a message to a player, a peer id, or several of them."""
        peers, said = recipients(to), payload_bytes(payload)
        code = whole_number(op_code, "an op code")
        self._side.wish(SendMessage(peers, code, said, sender_id(sender), bool(reliable)))

    def broadcast(
        self,
        op_code: int,
        payload: object = b"",
        *,
        group: int | None = None,
        but: object = None,
        reliable: bool = True,
        sender: object = None,
    ) -> None:
        """Send a message to all members of a group but one; without a group, to everybody."""
        to = EVERYBODY if group is None else _group(group)
        skipped = NOBODY if but is None else peer_id(but)
        code, said = whole_number(op_code, "an op code"), payload_bytes(payload)
        self._side.wish(Broadcast(to, skipped, code, said, sender_id(sender), bool(reliable)))

    def join_group(self, player: object, group: int) -> None:
        """Make a player a member of a group; all its members are told."""
        peer, number = peer_id(player), _group(group)
        self._side.wish(PutInGroup(peer, number))
        if (member := self._side.roster.expected(peer)) is not None:
            self._side.roster.join(member, number)

    def leave_group(self, player: object, group: int) -> None:
        """End a player's membership of a group; those who stay and the player are told."""
        peer, number = peer_id(player), _group(group)
        self._side.wish(TakeFromGroup(peer, number))
        if (member := self._side.roster.expected(peer)) is not None:
            self._side.roster.leave(member, number)

    def group_members(self, group: int) -> tuple[Player, ...]:
        """The members of a group, in order of joining."""
        return self._side.roster.members(_group(group))

    def broadcast_group_membership(self, group: int | None, to_group: int | None) -> None:
        """Tell the members of a group who is in another; None is everybody. Joins and leaves are told by themselves."""
        self._side.wish(BroadcastMembership(any_group(group), any_group(to_group)))

    def kick(self, player: object, reason: str = "") -> None:
        """Close a player's connection; the client is told the reason."""
        said = sendable(reason)
        self._side.wish(Kick(peer_id(player), said))

    @property
    def accepting(self) -> bool:
        """Whether new players are let in."""
        return self._side.accepting

    @accepting.setter
    def accepting(self, accepting: bool) -> None:
        self._side.wish(SetAccepting(bool(accepting)))
        self._side.accepting = bool(accepting)

    def after(self, seconds: float, f: Callable[..., object], *args: object) -> Timer:
        """Call a function once, in so many seconds, though never sooner than in 0.01."""
        # Timers that set each other in no time would keep server and sandbox busy with nothing else.
        return self._timer(max(_seconds(seconds, 0.0), SHORTEST_SECONDS), Timer(f, args, None))

    def every(self, seconds: float, f: Callable[..., object], *args: object) -> Timer:
        """Call a function again and again, every so many seconds (0.01 or more)."""
        pause = _seconds(seconds, SHORTEST_SECONDS)
        return self._timer(pause, Timer(f, args, pause))

    def now(self) -> float:
        """Seconds since the game session began; steady, and still within a call."""
        return self._side.now

    def secret(self, name: str) -> str:
        """Give a secret of the server's configuration; LookupError where there is none of that name."""
        self._side.only_in_a_call()
        if name not in self._secrets:
            raise LookupError(self._no_secret(name))
        return self._secrets[name]

    def end(self, reason: str = "") -> None:
        """End the game session; what was sent before is delivered, nothing runs after this call."""
        self._side.end(sendable(reason))

    def _no_secret(self, name: object) -> str:
        script = self.game_session.script
        there = f"it has {', '.join(sorted(self._secrets))}" if self._secrets else "it has none"
        return f"the script {script} has no secret {name!r}: {there}; [secrets.{script}] of the settings names them"

    def _timer(self, seconds: float, timer: Timer) -> Timer:
        self._side.only_in_a_call()
        if not callable(timer._function):
            brackets = ": write f, not f()" if timer._function is None else ""
            raise TypeError(f"a timer calls a function, not a {type(timer._function).__name__}{brackets}")
        self._side.timers.add(timer, self._side.now + seconds)
        return timer

    def __repr__(self) -> str:
        return f"<session {self.game_session.id}>"


def _group(group: object) -> GroupId:
    return GroupId(whole_number(group, "a group"))


def _seconds(seconds: object, least: float) -> float:
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise TypeError(f"seconds are a number, not a {type(seconds).__name__}")
    # Python's own number, not one of the script's, which might compare as it likes.
    plain = float.__float__(seconds) if isinstance(seconds, float) else plain_int(seconds)
    if not least <= plain <= 366 * 86_400:  # False for NaN, too.
        raise ValueError(f"seconds lie between {least:g} and a year: {plain!r} does not")
    return float(plain)
