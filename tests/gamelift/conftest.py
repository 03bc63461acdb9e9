"""What the tests of the GameLift API share: one server, with a script and a fleet; and the databases."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.gamelift.databases import KINDS, postgresql
from tests.gamelift.serving import Served, a_fleet, a_game_session, a_script, served


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for development."""
    with served(tmp_path_factory.mktemp("server")) as one:
        yield one


@pytest.fixture(scope="session")
def client(server: Served) -> Any:
    """A client of it."""
    return server.client()


@pytest.fixture(scope="session")
def script(client: Any) -> str:
    """The id of a script."""
    return a_script(client)


@pytest.fixture(scope="session")
def fleet(client: Any, script: str) -> str:
    """The id of a fleet."""
    return a_fleet(client, script)


@pytest.fixture
def game_session(client: Any, fleet: str) -> Iterator[str]:
    """The id of a game session that is ended in the end."""
    made = a_game_session(client, fleet)
    yield made
    (found,) = client.describe_game_sessions(GameSessionId=made)["GameSessions"]
    if found["Status"] != "TERMINATED":
        client.terminate_game_session(GameSessionId=made, TerminationMode="FORCE_TERMINATE")


@pytest.fixture(scope="module", params=KINDS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The setting gamelift.database."""
    if request.param == "sqlite":
        yield ""
    else:
        with postgresql() as found:
            yield found


@pytest.fixture(scope="module")
async def one_loop() -> None:
    """Keep one event loop for a module's tests; the process that searches for matches belongs to it."""
