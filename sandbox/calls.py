"""Calls: how each question becomes a call of the script's function, and what that returns an answer."""

from collections.abc import Callable, Mapping
from types import FunctionType, GeneratorType, MethodType
from typing import Any

from sandbox.script.messages import Connect, Message, Refusal, Replacement
from sandbox.script.player import Player
from sandbox.script.session import Session
from sandbox.script.side import Side
from sandbox.script.snapshots import Snapshot, restored
from sandbox.script.timers import Timer
from session import callbacks as asks
from session.answers import Answer, Outcome
from session.callbacks import INIT, NAMES, ON_PLAYER_ACCEPTED, ON_PROCESS_STARTED, WITHIN, Callback
from session.effects import Ask
from session.values import EVERYBODY

#: Every function of a script that is called by name.
KNOWN = frozenset({*NAMES.values(), *WITHIN} - {NAMES[asks.OnTimer]})

Function = Callable[..., object]
#: What a call comes to.
Ruled = bool | Refusal | Replacement | Snapshot
#: Tells what went wrong in a callback: its name, the function, the error, and a word on the occasion.
Report = Callable[[str, Function, BaseException, str], None]
#: The name of a timer's function is cut to this many characters.
_NAME_CHARACTERS = 100


class _Failed(Exception):
    """The script has not ruled; its error has been reported."""


class Calls:
    """Puts questions to the functions of a loaded script."""

    def __init__(self, namespace: Mapping[str, object], side: Side, session: Session, report: Report) -> None:
        self._functions: dict[str, Function] = {}
        for name in KNOWN:
            function = namespace.get(name)
            if callable(function):
                self._functions[name] = function
        self._side = side
        self._session = session
        self._report = report
        self._told: set[str] = set()
        self._rulings: dict[type[Callback], Callable[[Any], Ruled]] = {
            asks.OnMessage: self._on_message,
            asks.OnSendToPlayer: self._on_send_to_player,
            asks.OnSendToGroup: self._on_send_to_group,
            asks.OnPlayerConnect: self._connect,
            asks.OnPlayerDisconnect: self._disconnect,
            asks.OnPlayerJoinGroup: self._join_group,
            asks.OnPlayerLeaveGroup: self._leave_group,
            asks.OnTick: self._tick,
            asks.OnTimer: self._timers,
            asks.OnStartGameSession: self._start,
            asks.OnGameSessionUpdated: self._updated,
            asks.OnHealthCheck: self._health,
            asks.OnProcessTerminate: self._terminate,
            asks.OnSnapshot: self._snapshot,
            asks.OnRestore: self._restore,
        }

    @property
    def callbacks(self) -> frozenset[str]:
        """The functions that the script has."""
        return frozenset(self._functions)

    def answer(self, ask: Ask) -> Answer:
        """Run what the question asks for. Raises MemoryError, after which the sandbox is not to be trusted."""
        side = self._side
        side.begin(ask.now)
        ruling: Ruled = False
        outcome = Outcome.OK
        try:
            if not side.ended:
                ruling = self._rulings[type(ask.callback)](ask.callback)
        except _Failed:
            outcome = Outcome.RAISED
        commands, wake_at = side.wished(), side.timers.wake_at()
        if ruling is True or ruling is False:  # As it mostly is.
            return Answer(ask.ask, ruling, None, "", commands, wake_at, outcome)
        match ruling:
            case Replacement():
                return Answer(ask.ask, True, ruling._payload, "", commands, wake_at)
            case Refusal():
                return Answer(ask.ask, False, None, ruling._reason, commands, wake_at)
            case Snapshot():
                return Answer(ask.ask, True, None, "", commands, wake_at, state=ruling.state)
        raise AssertionError("a ruling is one of those")

    def _on_message(self, question: asks.OnMessage) -> bool:
        return self._event("on_message", self._message(question))

    def _on_send_to_player(self, question: asks.OnSendToPlayer) -> bool | Replacement:
        message = self._message(question)
        message.target_player = self._side.roster.at(question.target)
        return self._filter("on_send_to_player", message)

    def _on_send_to_group(self, question: asks.OnSendToGroup) -> bool | Replacement:
        message = self._message(question)
        message.target_group = None if question.group == EVERYBODY else question.group
        return self._filter("on_send_to_group", message)

    def _start(self, question: asks.OnStartGameSession) -> bool:
        """Call the three that begin a game session, with nothing in between."""
        self._session.game_session._update(question.game_session)  # It may have changed while the script was loaded.
        self._told_only(INIT, self._session)
        if not self._side.ended and not self._is_ready(tuple(question.game_session.parameters)):
            return False
        return self._event("on_start_game_session", self._session.game_session)

    def _is_ready(self, parameters: tuple[str, ...]) -> bool:
        """Ask on_process_started, closed where it fails."""
        try:
            return bool(self._verdict(ON_PROCESS_STARTED, parameters))
        except _Failed:
            return False

    def _updated(self, question: asks.OnGameSessionUpdated) -> bool:
        self._session.game_session._update(question)
        return self._event("on_game_session_updated", self._session.game_session)

    def _connect(self, question: asks.OnPlayerConnect) -> bool | Refusal:
        roster = self._side.roster
        player = roster.knocking(question)
        ruling: bool | Refusal | Replacement = False
        try:
            ruling = self._verdict("on_player_connect", Connect(player, question.payload))
        finally:
            if not ruling:
                roster.turn_away(player)
        if not ruling:
            return ruling if isinstance(ruling, Refusal) else False
        roster.let_in(player)
        self._told_only(ON_PLAYER_ACCEPTED, player)
        return True

    def _disconnect(self, question: asks.OnPlayerDisconnect) -> bool:
        player = self._side.roster.parted(question.peer)
        if player is not None:
            self._told_only("on_player_disconnect", player)
        return True

    def _join_group(self, question: asks.OnPlayerJoinGroup) -> bool:
        return self._membership("on_player_join_group", question.peer, question.group, self._side.roster.join)

    def _leave_group(self, question: asks.OnPlayerLeaveGroup) -> bool:
        return self._membership("on_player_leave_group", question.peer, question.group, self._side.roster.leave)

    def _membership(self, name: str, peer: int, group: int, change: Callable[[Player, int], None]) -> bool:
        player = self._side.roster.at(peer)
        if player is None:
            return False
        allowed = bool(self._verdict(name, player, group))
        if allowed:
            change(player, group)
        return allowed

    def _tick(self, question: asks.OnTick) -> bool:
        return self._event("on_tick", question.dt)

    def _health(self, _: asks.OnHealthCheck) -> bool:
        return bool(self._verdict("on_health_check"))

    def _terminate(self, _: asks.OnProcessTerminate) -> bool:
        return self._event("on_process_terminate")

    def _snapshot(self, _: asks.OnSnapshot) -> Snapshot:
        value = self._called("on_snapshot")
        try:
            snapshot = Snapshot(value)
            self._side.spend(len(snapshot.state))
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001 - it may hold objects of the script's own classes
            self._report("on_snapshot", self._functions["on_snapshot"], error, "")
            raise _Failed from None
        return snapshot

    def _restore(self, question: asks.OnRestore) -> bool:
        """Give a script that is loaded anew its session, as ``_start`` does, and its state."""
        self._session.game_session._update(question.game_session)
        self._side.roster.restore(question)
        self._side.accepting = question.accepting
        self._told_only(INIT, self._session)
        return self._event("on_restore", restored(question.state))

    def _timers(self, _: asks.OnTimer) -> bool:
        for timer in self._side.timers.due(self._side.now):
            if timer._running and not self._side.ended:
                self._run_timer(timer)
        return True

    def _run_timer(self, timer: Timer) -> None:
        """Call what a timer calls: its failure is no other timer's."""
        try:
            self._run(f"timer {_name(timer._function)}", timer._function, *timer._args)
        except _Failed:
            pass

    def _message(self, question: asks.OnMessage | asks.OnSendToPlayer | asks.OnSendToGroup) -> Message:
        player = self._side.roster.at(question.sender)
        assert player is not None, "who sends was let in, and its leaving is asked later"
        return Message(player, question.op_code, question.payload, question.reliable)

    def _event(self, name: str, *args: object) -> bool:
        self._called(name, *args)
        return True

    def _told_only(self, name: str, given: object) -> None:
        """Call what does not rule: its failure changes nothing."""
        try:
            self._called(name, given)
        except _Failed:
            pass

    def _filter(self, name: str, message: Message) -> bool | Replacement:
        ruling = self._verdict(name, message)
        return False if isinstance(ruling, Refusal) else ruling

    def _verdict(self, name: str, *args: object) -> bool | Refusal | Replacement:
        if name not in self._functions:
            return True
        result = self._called(name, *args)
        if result is True or result is False or isinstance(result, (Refusal, Replacement)):
            return result
        if result is None:
            self._say_once(name, f"{name} answered None, which counts as False: return True or False on every way")
        return bool(self._run(name, bool, result))

    def _called(self, name: str, *args: object) -> object:
        function = self._functions.get(name)
        return None if function is None or self._side.ended else self._run(name, function, *args)

    def _run(self, name: str, function: Function, *args: object) -> object:
        """Call something of the script's: the one place. Raises MemoryError, or _Failed after a report."""
        try:
            result = function(*args)
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001 - a script can get hold of GeneratorExit, and raise it
            self._report(name, function, error, _occasion(args))
            raise _Failed from None
        if type(result) is GeneratorType:
            self._say_once(name, f"{name} contains yield, so that calling it runs nothing: a callback uses return")
            raise _Failed
        return result

    def _say_once(self, name: str, text: str) -> None:
        if name not in self._told:
            self._told.add(name)
            self._side.write_log("warning", text)


def _name(function: Function) -> str:
    """Name a timer's function; an object that can be called is named by its class."""
    if isinstance(function, FunctionType | MethodType):
        return str(function.__name__)[:_NAME_CHARACTERS]
    return type(function).__name__[:_NAME_CHARACTERS]


def _occasion(args: tuple[object, ...]) -> str:
    """Say in a few words what was asked: the op code and the player, never a payload."""
    match args:
        case (Message() as message,):
            return f"op code {message.op_code} from {message.sender.player_id}"
        case (Connect() as connect,):
            return f"login of {connect.player.player_id}"
        case (Player() as player, *_):
            return f"player {player.player_id}"
    return ""
