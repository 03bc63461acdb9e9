"""Settings and quotas of the GameLift API; GameLift's own are the defaults. Names of limits carry their units."""

from session.values import value

#: How long a page's token leads to the next one, in seconds.
TOKEN_SECONDS = 3_600
#: How long the address of a log can be used, in seconds, as with GameLift.
LOG_URL_SECONDS = 900
#: By how much the clock of who signs a call may differ from ours, in seconds.
CLOCK_SKEW_SECONDS = 300
#: Resources in one answer, and the most that ``Limit`` or a list of ids can ask for.
MAX_PAGE = 100
#: Game sessions in one answer of SearchGameSessions, as with GameLift.
MAX_SEARCHED = 20
#: Of a script's zip, unpacked.
MAX_ZIP_ENTRIES = 1_000
#: Of one resource.
MAX_TAGS = 200


@value
class GameLiftLimits:
    """What operators can set."""

    #: SQLAlchemy's URL of the database; "" is SQLite in the data folder.
    database: str = ""
    #: The region in ARNs, and the one location that a fleet has.
    region: str = "local"
    #: What back ends are told as a game session's IpAddress, or DnsName; "" is the address that the server listens at.
    address: str = ""
    calls_per_second: float = 500.0
    create_game_session_per_second: float = 50.0
    create_player_session_per_second: float = 50.0
    create_player_sessions_per_second: float = 150.0
    create_script_per_second: float = 10.0
    max_scripts: int = 1_000
    max_fleets: int = 20
    max_aliases: int = 20
    #: Server processes of one instance, of all ``ConcurrentExecutions`` together; each is a game session.
    max_processes: int = 50
    #: Game sessions that have ended, deleted fleets and events are kept so long.
    kept_days: float = 30.0
