"""Conversations with a game session, as text: what is said to it, and what it does.

A line that begins with one of these is said to the heart; all others are what came of it and are written by it:

    game on_message on_send_to_group max_players=2     the script's functions and configuration (``-``: no script)
    @ 1.5                                              the clock, in seconds of the game session
    + ann hello                                        a peer comes in as player ann, with a payload
    > 1 to_server 10 hi      > 1 to_player 2 10 hi     peer 1 says
    > 1 to_group 7 10 hi     > 1 join 7                (to_nobody, leave, members, login, unknown)
    > 1 bytes ff 00                                    bytes, whatever they are
    * to_server 10 hi                                  somebody who has not logged in says (packets as above)
    - 1                                                peer 1's channel is lost
    ! 4 yes                  ! 4 no                    the script's answer to question 4
    ! 4 failed               ! 4 refuse too late       (it raised; it refused a login)
    ! 4 replace hello        ! 4 yes wake=2.5          (a filter put another payload in place; its next timer)
    ! 4 yes | send 1,2 11 hi | broadcast 7 11 hi       commands behind an answer (put, take, kick, accepting, end,
                                                       members 7 -1: who is in 7 is told to everybody)
    ! 4 state {"moves": 3}                             (a snapshot)
    died exceeded_time 8     died crashed              the sandbox died over question 8, or over none
    restored                                           the script is loaded into another sandbox
    woke       retire                                  time; another version is active
    update arena 2 map=dust                            from outside: the name, seats and properties that it has now
    terminate                end                       from outside

What comes of it: ``?`` a question to the script, ``<`` a packet to peers, ``x`` a peer is disconnected, ``.`` a fact,
``=`` the end, ``wake`` the next time that it wants to be woken.
"""

from collections.abc import Iterator

from relay.client_codec import FromServer, LoginResult, decode_from_server_untrusted
from relay.client_events import GroupMembership, Message
from relay.codec import ProtobufWire, decode_untrusted
from relay.delimited import BadPacket
from session import effects as does
from session.answers import Answer, Outcome
from session.callbacks import GameSessionFacts, OnGameSessionUpdated
from session.commands import (
    Broadcast,
    BroadcastMembership,
    Command,
    EndGameSession,
    Kick,
    PutInGroup,
    SendMessage,
    SetAccepting,
    TakeFromGroup,
)
from session.configuration import configured
from session.effects import Disconnect, Effect, Effects
from session.farewells import UNPARSABLE, CloseCode, Farewell
from session.game import GameSession
from session.life import PeerViolation, Step
from session.packets import GameMessage, JoinGroup, LeaveGroup, Login, Packet, RequestGroupMembership, Unknown
from session.peer import Peer, Seat, knocked
from session.values import (
    MAX_PAYLOAD_BYTES,
    NO_ASK,
    NO_GROUP,
    NOBODY,
    SERVER,
    AskId,
    GameSessionId,
    GroupId,
    PeerId,
    PlayerId,
    PlayerSessionId,
)

STOPPING = Farewell(CloseCode.SERVER_STOPPING, "the server stops")


class Talk:
    """One conversation; ``say`` a line and get the lines that it brings about."""

    def __init__(self) -> None:
        self._game = new_game("-")
        self._now = 0.0
        self._peers: dict[int, Peer] = {}
        self._wake: float | None = None

    def say(self, line: str) -> Iterator[str]:
        """Say one line; give what came of it."""
        for effect in self._effects(line.split(" ")):
            yield shown(effect)
        wake = self._game.wake_at()
        if wake != self._wake:
            self._wake = wake
            yield f"  wake {'never' if wake is None else f'{wake:g}'}"

    def _effects(self, words: list[str]) -> Effects:  # noqa: C901 - a case for each line
        game = self._game
        match words:
            case ["#", *_]:
                return []
            case ["game", *script]:
                self._game = new_game(*script)
                self._wake = self._game.wake_at()
                return self._game.started(self._now)
            case ["@", now]:
                self._now = float(now)
                return []
            case ["+", player, *payload]:
                return self._enter(player, " ".join(payload).encode())
            case ["*", *said]:
                return newcomer(packet(said))
            case [">", peer, "bytes", *said]:
                return self._bytes(self._peers[int(peer)], bytes.fromhex(" ".join(said)))
            case [">", peer, *said]:
                return game.receive(self._peers[int(peer)], packet(said), self._now)
            case ["-", peer]:
                return game.lost(self._peers[int(peer)], self._now)
            case ["!", ask, *ruling]:
                return game.answered(answer(int(ask), " ".join(ruling)), self._now)
            case ["died", outcome, *asked]:
                return game.script_died(Outcome(outcome), self._now, AskId(int(asked[0])) if asked else NO_ASK)
            case ["restored"]:
                return game.restored(self._now)
            case ["woke"]:
                return game.woke(self._now)
            case ["retire"]:
                return game.retire(self._now)
            case ["update", name, max_players, *properties]:
                pairs = tuple((key, text) for key, _, text in (word.partition("=") for word in properties))
                return game.updated(OnGameSessionUpdated(name, int(max_players), pairs), self._now)
            case ["terminate"]:
                return game.terminate(STOPPING, self._now)
            case ["end"]:
                return game.end(STOPPING)
        raise AssertionError(f"nobody understands {' '.join(words)!r}")

    def _bytes(self, peer: Peer, message: bytes) -> Effects:
        """Give bytes to the codec; what it cannot read ends the peer, as its connection does it."""
        try:
            return self._game.receive(peer, decode_untrusted(message), self._now)
        except BadPacket:
            return self._game.cut(peer, UNPARSABLE, self._now)

    def _enter(self, player: str, payload: bytes) -> Effects:
        peer = Peer()
        peer.step(Step.LOGIN)
        seat = Seat(PlayerSessionId(f"psess-{player}"), PlayerId(player))
        effects = self._game.enter(peer, seat, payload, self._now)
        self._peers[peer.id] = peer
        return effects


def newcomer(said: Packet) -> Effects:
    """Let somebody say something who has not logged in; what comes of it but a login is the end of the connection."""
    try:
        knocked(Peer(), said)
    except PeerViolation as violation:
        return [Disconnect(NOBODY, Farewell(CloseCode.PROTOCOL_VIOLATION, str(violation)))]
    return []


def new_game(*script: str) -> GameSession:
    """Make a game session for a script with these functions and settings; ``-`` for none."""
    names = frozenset(word for word in script if "=" not in word and word != "-")
    literal = {key: _setting(text) for key, _, text in (word.partition("=") for word in script if "=" in word)}
    configuration, faults = configured({"idle_seconds": 0, **literal})
    assert not faults, faults
    facts = GameSessionFacts(GameSessionId("game-1"), "main", "game", 1, 200)
    return GameSession(facts, configuration, None if "-" in script else names, ProtobufWire())


def _setting(text: str) -> object:
    if text in ("True", "False"):
        return text == "True"
    if text.isalpha():
        return text
    return float(text) if "." in text else int(text)


def packet(said: list[str]) -> Packet:  # noqa: C901 - a case for each packet
    """Read what a peer says."""
    match said:
        case ["to_server", op_code, *text]:
            return message(int(op_code), text, SERVER, NO_GROUP)
        case ["to_player", target, op_code, *text]:
            return message(int(op_code), text, PeerId(int(target)), NO_GROUP)
        case ["to_group", group, op_code, *text]:
            return message(int(op_code), text, NOBODY, GroupId(int(group)))
        case ["to_nobody", op_code, *text]:
            return message(int(op_code), text, NOBODY, NO_GROUP)
        case ["join", group]:
            return JoinGroup(GroupId(int(group)))
        case ["leave", group]:
            return LeaveGroup(GroupId(int(group)))
        case ["members", group]:
            return RequestGroupMembership(GroupId(int(group)))
        case ["login"]:
            return Login(PlayerSessionId("again"), b"")
        case ["unknown", op_code]:
            return Unknown(int(op_code))
    raise AssertionError(f"no peer says {said}")


def message(op_code: int, text: list[str], target: PeerId, group: GroupId) -> GameMessage:
    """Make a message with a forged sender in its packet; ``(4097 bytes)`` stands for a payload of that size."""
    payload = " ".join(text).encode()
    if payload == b"(4097 bytes)":
        payload = bytes(MAX_PAYLOAD_BYTES + 1)
    whole = ProtobufWire().message(op_code, payload, PeerId(99), reliable=True)
    length_bytes = 1 if len(whole) < 0x81 else 2
    return GameMessage(op_code, payload, target, group, True, whole[length_bytes:])


def answer(ask: int, text: str) -> Answer:
    """Read what the script rules, with its commands behind bars."""
    ruling, *wishes = text.split(" | ")
    verdict, _, rest = ruling.partition(" ")
    commands = tuple(command(wish.split(" ")) for wish in wishes)
    wake = float(rest.removeprefix("wake=")) if rest.startswith("wake=") else None
    return Answer(
        AskId(ask),
        verdict=verdict in ("yes", "replace", "state"),
        payload=rest.encode() if verdict == "replace" else None,
        reason=rest if verdict == "refuse" else "",
        commands=commands,
        wake_at=wake,
        outcome=Outcome.RAISED if verdict == "failed" else Outcome.OK,
        state=rest.encode() if verdict == "state" else None,
    )


def command(wish: list[str]) -> Command:  # noqa: C901 - a case for each command
    """Read what the script wishes."""
    match wish:
        case ["send", to, op_code, *text]:
            peers = tuple(PeerId(int(peer)) for peer in to.split(","))
            return SendMessage(peers, int(op_code), " ".join(text).encode(), SERVER, True)
        case ["broadcast", group, op_code, *text]:
            return Broadcast(GroupId(int(group)), NOBODY, int(op_code), " ".join(text).encode(), SERVER, True)
        case ["members", group, to_group]:
            return BroadcastMembership(GroupId(int(group)), GroupId(int(to_group)))
        case ["put", peer, group]:
            return PutInGroup(PeerId(int(peer)), GroupId(int(group)))
        case ["take", peer, group]:
            return TakeFromGroup(PeerId(int(peer)), GroupId(int(group)))
        case ["kick", peer, *reason]:
            return Kick(PeerId(int(peer)), " ".join(reason))
        case ["accepting", accepting]:
            return SetAccepting(accepting == "yes")
        case ["end", *reason]:
            return EndGameSession(" ".join(reason))
    raise AssertionError(f"no script wishes {wish}")


def shown(effect: Effect) -> str:
    """Write an effect as a line."""
    match effect:
        case does.Ask(ask, callback, now):
            return f"  ? {ask} {callback!r}" + (f" at {now:g}" if now else "")
        case does.Send(to, but, data):
            peers = ",".join(str(peer) for peer in to if peer != but)
            return f"  < {peers or 'nobody'}: {told(decode_from_server_untrusted(data))}"
        case does.Disconnect(peer, farewell):
            return f"  x {peer} {farewell.code.value} {farewell.reason}"
        case does.Dropped(peer, why):
            return f"  . dropped a packet of {peer}: {why.value}"
        case does.Note(text):
            return f"  . {text}"
        case does.Restore():
            return "  restore"
        case does.End(farewell):
            return f"  = {farewell.code.value} {farewell.reason}"


def told(packet: FromServer) -> str:
    """Write what a client is told."""
    match packet:
        case LoginResult(success, peer_id):
            return f"login {'accepted' if success else 'refused'}, peer id {peer_id}"
        case Message(sender, op_code, payload):
            return f"message {op_code} from {sender} {payload.decode()!r}"
        case GroupMembership(group, players, sender):
            return f"group {group} has {list(players)}, because of {sender}"
    raise AssertionError(f"no game session says {packet}")


def performed(transcript: str) -> str:
    """Say every line of a transcript anew, and give the transcript as it comes out."""
    talk, lines = Talk(), []
    for line in transcript.splitlines():
        if line.startswith("  "):
            continue
        lines.append(line)
        if line:
            lines += talk.say(line)
    return "\n".join(lines) + "\n"
