"""The guide for ports names everything that GameLift's scripts can name, and what it puts in its place is there."""

import re

import pytest

from sandbox.lint.api import CALLBACKS, IN_OUR_WORDS, members, snake
from sandbox.script.log import Log
from sandbox.script.messages import Connect, Message
from sandbox.script.player import Player
from sandbox.script.session import Session
from tests.docs.pages import DOCS, Row, rows

PAGE = DOCS / "how-to" / "port-from-gamelift.md"

#: What a script of GameLift Realtime exports, is given and finds around it, by its documentation and public scripts.
OF_CALLBACKS = (
    "init onProcessStarted onStartGameSession onProcessTerminate onHealthCheck onPlayerConnect onPlayerAccepted "
    "onPlayerDisconnect onMessage onSendToPlayer onSendToGroup onPlayerJoinGroup onPlayerLeaveGroup"
).split()
OF_THE_SESSION = (
    "getPlayers getServerId getAllPlayersGroupId getGameSessionId getLogger newTextGameMessage newBinaryGameMessage "
    "sendMessage sendReliableMessage sendGroupMessage sendReliableGroupMessage broadcastGroupMembershipUpdate "
    "processEnding"
).split()
OF_OBJECTS: dict[str, tuple[type, str]] = {
    "player": (Player, "peerId playerSessionId"),
    "gameMessage": (Message, "opCode payload getPayloadAsText sender reliable"),
    "connectMsg": (Connect, "player peerId playerSessionId payload getPayloadAsText"),
    "logger": (Log, "debug info warn error fatal cxfatal"),
}
AROUND = (
    "ssExports configuration.maxPlayers configuration.pingIntervalTime gameMessage.opcode require exports process.exit "
    "setTimeout setInterval clearTimeout Buffer console util"
).split()


def left(row: Row) -> list[str]:
    """What the first cell of a row names, without arguments."""
    return [name.partition("(")[0] for name in re.findall(r"`([^`]+)`", row.cells[0])]


def test_every_callback_is_offered_and_told() -> None:
    assert [name for row in rows(PAGE, "Callbacks") for name in left(row)] == OF_CALLBACKS
    assert {snake(name) for name in OF_CALLBACKS} <= CALLBACKS


def test_every_method_is_offered_and_told() -> None:
    assert [name for row in rows(PAGE, "Methods of the session") for name in left(row)] == OF_THE_SESSION
    offered = [snake(name) for name in OF_THE_SESSION]
    assert set(offered) <= members(Session)
    assert list(IN_OUR_WORDS) == offered


@pytest.mark.parametrize("owner", OF_OBJECTS)
def test_every_member_is_offered_and_told(owner: str) -> None:
    cls, names = OF_OBJECTS[owner]
    told = {name for row in rows(PAGE, "Everything else") for name in left(row)}
    for name in names.split():
        assert snake(name) in members(cls)
        assert f"{owner}.{name}" in told or name == "getPayloadAsText"


def test_everything_around_is_told() -> None:
    told = {name for row in rows(PAGE, "Everything else") for name in left(row)}
    assert [name for name in AROUND if name not in told and f"{name}.log" not in told] == []


@pytest.mark.parametrize("row", rows(PAGE, "Methods of the session"), ids=lambda row: left(row)[0])
def test_what_stands_in_a_methods_place_is_there(row: Row) -> None:
    for name in re.findall(r"session\.(\w+)", row.cells[1] + row.cells[2]):
        assert name in members(Session)
