"""What players are told by a game without a server is what a server tells them."""

from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import pytest

from harena import Client, GroupMembership, LoginRefused
from harena.testing import FakePlayer, play
from relay.client_events import Message
from session.values import EVERYBODY, value
from tests.house.running import PATIENCE_SECONDS, Running, running
from tests.testkit.writing import SAMPLES

pytestmark = pytest.mark.anyio


@value
class Join:
    """Somebody logs in."""

    who: str
    payload: str = ""


@value
class Say:
    """Somebody sends a message, to the server or to a group."""

    who: str
    op_code: int
    payload: object
    group: int | None = None


@value
class Enter:
    """Somebody asks to be in a group."""

    who: str
    group: int


@value
class Leave:
    """Somebody leaves."""

    who: str


Turn = Join | Say | Enter | Leave


class Login:
    """What somebody was told from a login on: how that ended, messages in their order, and who is in which group."""

    def __init__(self, ending: str) -> None:
        self.ending = ending
        self.messages: list[Message] = []
        self.groups: dict[int, tuple[int, ...]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Login) and vars(self) == vars(other)

    def __repr__(self) -> str:
        return str(vars(self))


CONVERSATIONS: dict[str, list[Turn]] = {
    "chat": [
        Join("ann", "Ann"),
        Join("bob", "Bob"),
        Join("eve", "Ann"),
        Say("ann", 1, "hello, check this out", -1),
        Say("bob", 1, "what the HECK", -1),
        Say("bob", 1, "grüß dich", -1),
        Leave("ann"),
        Join("ann", "Anna"),
        Say("ann", 1, {"json": [1, 2]}, -1),
        Say("ann", 1, "nobody hears this", 7),
    ],
    "teams": [
        Join("ann"),
        Join("bob"),
        Join("cid"),
        Enter("ann", 1),
        Enter("bob", 1),
        Enter("cid", 1),
        Enter("cid", 2),
        Enter("ann", 2),
        Say("ann", 5, b"\x00red only", 1),
        Say("cid", 5, "not for blue", 1),
        Say("ann", 6, "the server has no use for this"),
        Leave("ann"),
        Leave("cid"),
    ],
}


@pytest.mark.parametrize("sample", CONVERSATIONS)
async def test_a_server_tells_its_players_the_same(sample: str, tmp_path: Path) -> None:
    without = played_without_a_server(sample, CONVERSATIONS[sample])
    async with running(tmp_path, SAMPLES) as house, AsyncExitStack() as clients:
        with anyio.fail_after(PATIENCE_SECONDS):
            assert await PlayedByAServer(house, clients, sample).conversation(CONVERSATIONS[sample]) == without
    assert sum(len(login.messages) for login in without) > 5


def played_without_a_server(sample: str, turns: list[Turn]) -> list[Login]:
    """Play a conversation with the kit."""
    game, logins = play(SAMPLES / f"{sample}.py"), list[FakePlayer]()
    here: dict[str, FakePlayer] = {}
    for turn in turns:
        match turn:
            case Join(who, payload):
                logins.append(game.join(who, payload))
                here[who] = logins[-1]
            case Say(who, op_code, payload, group):
                here[who].send(op_code, payload, group=group)
            case Enter(who, group):
                here[who].join_group(group)
            case Leave(who):
                here[who].leave()
    assert not game.errors
    return [_told(player) for player in logins]


def _told(player: FakePlayer) -> Login:
    login = Login(player.refused or f"peer {player.peer_id}")
    login.messages += player.inbox
    login.groups |= player.memberships
    return login


class PlayedByAServer:
    """A conversation of real clients with a server. A turn is over when the server has done what it brought about."""

    def __init__(self, house: Running, clients: AsyncExitStack, sample: str) -> None:
        self._house = house
        self._clients = clients
        self._sample = sample
        self._logins: list[Login] = []
        self._here: dict[str, tuple[Client, Login]] = {}

    async def conversation(self, turns: list[Turn]) -> list[Login]:
        """Play all turns, and give what everybody was told."""
        for turn in turns:
            await self._play(turn)
        for who in self._here:
            await self._listen(who)
        return self._logins

    async def _play(self, turn: Turn) -> None:
        match turn:
            case Join(who, payload):
                await self._join(who, payload.encode())
            case Say(who, op_code, payload, group):
                await self._here[who][0].send(op_code, payload, group=group)
                await self._listen(who)
            case Enter(who, group):
                await self._here[who][0].join_group(group)
                await self._listen(who)
            case Leave(who):
                await self._listen(who)
                await self._here.pop(who)[0].close()

    async def _join(self, who: str, payload: bytes) -> None:
        try:
            client = await self._clients.enter_async_context(self._house.player(f"{self._sample}/room/{who}", payload))
        except LoginRefused as refused:
            self._logins.append(Login(refused.reason))
            return
        self._logins.append(Login(f"peer {client.peer_id}"))
        self._here[who] = client, self._logins[-1]

    async def _listen(self, who: str) -> None:
        """Take what has come; inputs keep their order, so the answer to a question comes behind all of it."""
        client, login = self._here[who]
        await client.request_group_membership(EVERYBODY)
        async for event in client:
            match event:
                case Message():
                    login.messages.append(event)
                case GroupMembership(group, players) if group != EVERYBODY:
                    login.groups[group] = players
                case GroupMembership():
                    return
