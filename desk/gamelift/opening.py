"""Opening the office: the server's key, the database, and what a restart has to say of the game sessions in it."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

from desk.gamelift.access import AccessKeys
from desk.gamelift.bell import Bell
from desk.gamelift.counts import Counts
from desk.gamelift.errors import OfficeTrouble
from desk.gamelift.feed import Feed
from desk.gamelift.fleets import end_soon
from desk.gamelift.journal import Journal
from desk.gamelift.keeping import after_a_restart, forget_old
from desk.gamelift.limits import GameLiftLimits
from desk.gamelift.matchmaking.filling import ended
from desk.gamelift.matchmaking.keeping import read_matchmakers, read_tickets
from desk.gamelift.matchmaking.lobby import Lobby
from desk.gamelift.matchmaking.matching import Matching
from desk.gamelift.matchmaking.usher import end_what_is_off
from desk.gamelift.names import Names
from desk.gamelift.office import Answer, Call, Office, Operation
from desk.gamelift.operations import OPERATIONS
from desk.gamelift.placement_rows import count_pending
from desk.gamelift.placer import Placer
from desk.gamelift.plain import Plain
from desk.gamelift.sealing import Sealing, server_key
from desk.gamelift.seals import Seals
from desk.gamelift.state.database import Database, open_database
from desk.gamelift.webhook import Webhook, fault_of_url
from desk.house import House
from session.values import value

KEY_FILE = "server.key"
_DAY_SECONDS = 86_400


@value
class Opened:
    """What there is once somebody has called."""

    office: Office
    keys: AccessKeys
    operations: Mapping[str, Operation]
    plain: Plain
    placer: Placer
    matching: Matching
    feed: Feed
    webhook: Webhook
    counts: Counts
    #: The game sessions that have outlived an earlier run and are to end, and whether at once.
    to_end: Mapping[str, bool]

    async def called(self, operation: str, asked: Mapping[str, object], origin: str) -> Answer:
        """Do what a checked call asks for; raises `GameLiftError` or `OfficeTrouble`."""
        return await self.operations[operation](self.office, Call(operation, asked, origin))

    async def tidy(self) -> None:
        """End what an earlier run was about to end."""
        for game_session, now in self.to_end.items():
            await end_soon(self.office, game_session, "the server was interrupted", now=now)

    async def forget(self) -> None:
        """Delete what is older than it is kept; another time where the database cannot."""
        before = self.office.clock() - self.office.limits.kept_days * _DAY_SECONDS
        with suppress(OfficeTrouble):
            await self.office.database.write(lambda connection: forget_old(connection, before))


def opened(
    house: House, database_file: Path, limits: GameLiftLimits, clock: Callable[[], float], living: Collection[str]
) -> Opened:
    """Open everything, in a thread; ``living`` are the house's game sessions. Raises `OfficeTrouble`."""
    _must_be_a_webhook(limits)
    key = server_key(database_file.with_name(KEY_FILE))
    database = open_database(limits.database, database_file)
    now = clock()
    to_end = database.act(lambda connection: after_a_restart(connection, now, living))
    database.act(lambda connection: forget_old(connection, now - limits.kept_days * _DAY_SECONDS))
    journal, seals = Journal(database, clock), Seals(key, clock)
    names = Names(limits.region)
    lobby, feed = _lobby(database, names, limits, clock), Feed(database, names)
    office = Office(house, database, journal, names, seals, limits, Bell(), lobby, clock)
    keys, plain, webhook = AccessKeys(database, Sealing(key), clock), Plain(office, OPERATIONS), Webhook(office, feed)
    counts = Counts(database.act(count_pending))
    database.listen(counts.hear)
    return Opened(office, keys, OPERATIONS, plain, Placer(office), Matching(office), feed, webhook, counts, to_end)


def _lobby(database: Database, names: Names, limits: GameLiftLimits, clock: Callable[[], float]) -> Lobby:
    """The lobby with the tickets that it had, after the game sessions and the vain placements of an earlier run."""
    matchmakers = database.act(lambda connection: read_matchmakers(connection, names, limits))
    lobby = Lobby(database, clock, limits.players_at_once, matchmakers, database.act(read_tickets))
    database.act(lambda connection: end_what_is_off(connection, lobby.matchmakers, clock()))
    lobby.begin(database.act(lambda connection: ended(connection, lobby.being_filled())))
    return lobby


def _must_be_a_webhook(limits: GameLiftLimits) -> None:
    url = limits.webhook_url
    if url and not url.startswith(("http://", "https://")):
        raise OfficeTrouble("the setting gamelift.webhook_url is to begin with http:// or https://")
    if url and (why := fault_of_url(url)):
        raise OfficeTrouble(f"the setting gamelift.webhook_url is no address that can be posted to: {why}")
    if url and not limits.webhook_secret:
        raise OfficeTrouble("gamelift.webhook_url needs gamelift.webhook_secret too: what is posted is signed with it")
