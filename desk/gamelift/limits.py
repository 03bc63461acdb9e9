"""Settings and quotas of the GameLift API; GameLift's own are the defaults. Names of limits carry their units."""

from dataclasses import field

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
#: Of one queue.
MAX_DESTINATIONS = 10
#: Of one queue.
MAX_LATENCY_POLICIES = 10
#: What one placement says of its players' latencies.
MAX_LATENCIES = 5_000
MAX_LATENCY_MILLISECONDS = 1_000_000
#: How long a placement may wait in its queue, in seconds, as with GameLift.
MIN_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS = 10, 600


@value
class GameLiftLimits:
    """What operators can set."""

    #: SQLAlchemy's URL of the database; "" is SQLite in the data folder.
    database: str = ""
    #: The region in ARNs, and the one location that a fleet has.
    region: str = "local"
    #: What back ends are told as a game session's IpAddress, or DnsName; "" is the address that the server listens at.
    address: str = ""
    #: Where every notice is posted to, and the secret that it is signed with; "" posts none.
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)
    #: Of all operations together; those below are of each operation, `throttle` says of which.
    calls_per_second: float = 500.0
    create_game_session_per_second: float = 50.0
    create_player_session_per_second: float = 50.0
    create_player_sessions_per_second: float = 150.0
    describe_player_sessions_per_second: float = 200.0
    create_script_per_second: float = 10.0
    start_placement_per_second: float = 75.0
    start_matchmaking_per_second: float = 100.0
    accept_match_per_second: float = 100.0
    stop_matchmaking_per_second: float = 100.0
    start_match_backfill_per_second: float = 70.0
    describe_matchmaking_per_second: float = 200.0
    other_changes_per_second: float = 20.0
    other_questions_per_second: float = 30.0
    max_scripts: int = 1_000
    max_fleets: int = 20
    max_aliases: int = 20
    #: Server processes of one instance, of all ``ConcurrentExecutions`` together; each is a game session.
    max_processes: int = 50
    max_queues: int = 20
    #: Placements that wait in all queues.
    max_pending_placements: int = 1_000
    max_rule_sets: int = 1_000
    #: Matchmaking configurations.
    max_matchmakers: int = 300
    #: Active tickets of one matchmaker. Each search looks at all of them on the event loop.
    max_tickets: int = 20_000
    #: Tickets of one matchmaker that are over; of more than that the first to end are forgotten.
    max_ended_tickets: int = 100_000
    #: Players that are taken into matches in one turn of the event loop, and written in one transaction; and so many
    #: tickets are looked at in one turn.
    players_at_once: int = 100
    #: How often matches are searched for while anybody waits; a search that takes longer has as long a pause.
    search_seconds: float = 0.5
    #: How long a ticket that is over can be described.
    ended_tickets_kept_seconds: float = 3_600.0
    #: What becomes of a ticket that had not answered when another's player rejected the match: "cancel" or "search".
    when_silent: str = "cancel"
    #: Game sessions and placements that have ended, deleted fleets, events and notices are kept so long.
    kept_days: float = 30.0
