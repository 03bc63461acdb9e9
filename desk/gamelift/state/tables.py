"""The tables. What GameLift shows as it was given is kept as JSON; what is asked for or counted has a column.

Times are Unix seconds. ``serial`` is the order in which rows were made: lists are given in it, page by page. A change
here needs a migration; a test compares the two.
"""

from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

metadata = MetaData()


def _serial() -> Column[int]:
    # SQLite counts by itself in a column of exactly the type INTEGER.
    return Column("serial", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _id(length: int) -> Column[str]:
    return Column("id", String(length), nullable=False, unique=True)


def _optional_time(name: str) -> Column[float]:
    return Column(name, Float, nullable=True)


#: ``id`` without its "script-" is the name under which its versions are deployed.
scripts = Table(
    "scripts",
    metadata,
    _serial(),
    _id(64),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("created", Float, nullable=False),
)

#: ``capacity`` are instances. ``facts`` are members of FleetAttributes, ``runtime`` is a RuntimeConfiguration.
fleets = Table(
    "fleets",
    metadata,
    _serial(),
    _id(64),
    Column("script_id", String(128), nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("created", Float, nullable=False),
    _optional_time("terminated"),
    Column("facts", JSON, nullable=False),
    Column("runtime", JSON, nullable=False),
    Column("desired", Integer, nullable=False),
    Column("minimum", Integer, nullable=False),
    Column("maximum", Integer, nullable=False),
)

fleet_events = Table(
    "fleet_events",
    metadata,
    _serial(),
    _id(64),
    Column("fleet_id", String(64), ForeignKey("fleets.id"), nullable=False, index=True),
    Column("code", String(64), nullable=False),
    Column("message", Text, nullable=False),
    Column("time", Float, nullable=False),
)

#: ``id`` is what the house calls it, ``tail`` the last part of its ARN. ``facts`` are members of GameSession.
game_sessions = Table(
    "game_sessions",
    metadata,
    _serial(),
    _id(64),
    Column("fleet_id", String(64), ForeignKey("fleets.id"), nullable=False),
    Column("tail", String(64), nullable=False),
    #: What was asked for, as a digest: the same token with another wish is a mistake.
    Column("wish", String(64), nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("reason", String(64), nullable=True),
    Column("created", Float, nullable=False),
    _optional_time("terminated"),
    Column("creator", Text, nullable=True),
    Column("max_players", Integer, nullable=False),
    Column("admits", String(16), nullable=False),
    Column("protection", String(16), nullable=False),
    Column("facts", JSON, nullable=False),
    #: Which of the ServerProcesses of its fleet's runtime configuration it is in.
    Column("process", Integer, nullable=False),
    Index("ix_game_sessions_fleet_and_status", "fleet_id", "status"),
    Unique("fleet_id", "tail", name="one_game_session_a_token"),
)

player_sessions = Table(
    "player_sessions",
    metadata,
    _serial(),
    _id(128),
    Column("game_session", String(64), ForeignKey("game_sessions.id"), nullable=False, index=True),
    Column("player_id", Text, nullable=False),
    #: PostgreSQL has no index of texts as long as a player's id may be.
    Column("player_digest", String(64), nullable=False, index=True),
    Column("player_data", Text, nullable=True),
    Column("status", String(16), nullable=False),
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False),
    _optional_time("terminated"),
)

#: ``type`` is SIMPLE, with a fleet, or TERMINAL, with a message.
aliases = Table(
    "aliases",
    metadata,
    _serial(),
    _id(64),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=True),
    Column("type", String(16), nullable=False),
    Column("fleet_id", String(64), nullable=True),
    Column("message", Text, nullable=True),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False),
)

#: ``id`` is its name. ``facts`` are members of GameSessionQueue.
queues = Table(
    "queues",
    metadata,
    _serial(),
    _id(128),
    Column("created", Float, nullable=False),
    Column("facts", JSON, nullable=False),
)

#: ``facts`` are members of GameSessionPlacement, ``players`` are DesiredPlayerSessions. ``route`` is what a fleet is
#: chosen by, see ``routing``; ``game_session`` is the one that is begun for it, or was.
placements = Table(
    "placements",
    metadata,
    _serial(),
    _id(48),
    Column("queue", String(128), nullable=False),
    #: What was asked for, as a digest: the same id with another wish is a mistake.
    Column("wish", String(64), nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("started", Float, nullable=False),
    Column("deadline", Float, nullable=False),
    _optional_time("ended"),
    Column("message", Text, nullable=False),
    Column("route", JSON, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("players", JSON, nullable=False),
    Column("game_session", String(64), nullable=True),
)

#: What back ends are told by themselves. ``resource`` is the end of its ARN, ``target`` a NotificationTarget.
notices = Table(
    "notices",
    metadata,
    _serial(),
    _id(64),
    Column("time", Float, nullable=False, index=True),
    Column("kind", String(64), nullable=False),
    Column("resource", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("target", String(512), nullable=False),
)

#: Up to which notice somebody has been told, by the name of who it is.
told = Table(
    "told",
    metadata,
    _serial(),
    _id(64),
    Column("notice", BigInteger, nullable=False),
)

#: ``id`` is its name.
rule_sets = Table(
    "rule_sets",
    metadata,
    _serial(),
    _id(128),
    Column("body", Text, nullable=False),
    Column("created", Float, nullable=False),
)

#: ``id`` is its name, ``rule_set`` that of its rule set. ``facts`` are members of MatchmakingConfiguration.
matchmaking_configurations = Table(
    "matchmaking_configurations",
    metadata,
    _serial(),
    _id(128),
    Column("rule_set", String(128), ForeignKey("rule_sets.id"), nullable=False, index=True),
    Column("created", Float, nullable=False),
    Column("facts", JSON, nullable=False),
)

#: ``kept`` is all that a matchmaker knows of a ticket, as `matchmaking.tickets.kept` writes it.
matchmaking_tickets = Table(
    "matchmaking_tickets",
    metadata,
    _serial(),
    _id(128),
    Column("configuration", String(128), nullable=False),
    Column("kept", JSON, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    _serial(),
    Column("arn", String(512), nullable=False),
    Column("key", String(128), nullable=False),
    Column("value", String(256), nullable=False),
    Unique("arn", "key", name="one_value_a_tag"),
)

#: Access keys; the secret is sealed.
access_keys = Table(
    "access_keys",
    metadata,
    _serial(),
    _id(32),
    Column("sealed", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("created", Float, nullable=False),
)
