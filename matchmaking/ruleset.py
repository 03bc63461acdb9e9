"""What a rule set says, as values. A rule set that exists has passed validation (see parsing.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from matchmaking.expressions import Expression

#: What a player's attribute may be: string, number, string_list, string_number_map.
AttributeValue = str | float | tuple[str, ...] | Mapping[str, float]
#: The greatest number that an attribute may be, above zero or below: sums of squares are to stay finite.
MAX_NUMBER = 1e100


def is_number(told: object) -> bool:
    """Tell whether something that was read is a number that can be reckoned with."""
    return isinstance(told, int | float) and not isinstance(told, bool) and abs(told) <= MAX_NUMBER


class AttributeType(Enum):
    """The type of a player's attribute, by its name in a rule set."""

    STRING = "string"
    NUMBER = "number"
    STRING_LIST = "string_list"
    STRING_NUMBER_MAP = "string_number_map"


@dataclass(frozen=True, slots=True)
class PlayerAttribute:
    """A declared attribute; without a default, a ticket that omits it is never matched."""

    name: str
    type: AttributeType
    default: AttributeValue | None = None


class Strategy(Enum):
    """How matches are formed."""

    EXHAUSTIVE = "exhaustiveSearch"
    BALANCED = "balanced"


class Batching(Enum):
    """How the pool is cut into batches; the first two are the exhaustive search's, the others the balanced one's."""

    RANDOM = "random"
    SORTED = "sorted"
    LARGEST_POPULATION = "largestPopulation"
    FASTEST_REGION = "fastestRegion"


class ExpansionAge(Enum):
    """Whose age drives the expansions of a potential match."""

    NEWEST = "newest"
    OLDEST = "oldest"


class BackfillPriority(Enum):
    """Whether backfill tickets come before the others, after them, or by their age like them."""

    NORMAL = "normal"
    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Algorithm:
    """How the search goes. ``balanced_attribute`` is empty unless the strategy is balanced."""

    strategy: Strategy = Strategy.EXHAUSTIVE
    batching: Batching = Batching.RANDOM
    balanced_attribute: str = ""
    sort_by_attributes: tuple[str, ...] = ()
    expansion_age: ExpansionAge = ExpansionAge.NEWEST
    backfill_priority: BackfillPriority = BackfillPriority.NORMAL


@dataclass(frozen=True, slots=True)
class TeamDefinition:
    """Teams of one kind: ``quantity`` of them, called name_1 to name_q if there are several."""

    name: str
    min_players: int
    max_players: int
    quantity: int = 1

    @property
    def team_names(self) -> tuple[str, ...]:
        """The names of the teams that this definition makes."""
        if self.quantity == 1:
            return (self.name,)
        return tuple(f"{self.name}_{number}" for number in range(1, self.quantity + 1))


class PartyAggregation(Enum):
    """What stands for each member of a party: numbers take the first three, lists the last two."""

    AVG = "avg"
    MIN = "min"
    MAX = "max"
    UNION = "union"
    INTERSECTION = "intersection"


class Operation(Enum):
    """How a comparison compares."""

    LESS = "<"
    AT_MOST = "<="
    EQUAL = "="
    UNEQUAL = "!="
    MORE = ">"
    AT_LEAST = ">="


class CollectionOperation(Enum):
    """What a collection rule counts."""

    INTERSECTION = "intersection"
    CONTAINS = "contains"
    REFERENCE_INTERSECTION_COUNT = "reference_intersection_count"


#: What a measurement is compared with: a literal, or an expression over the potential match.
Reference = float | str | Expression


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every measured value compares so with the reference; without one, with each other."""

    name: str
    measurements: tuple[Expression, ...]
    operation: Operation
    reference: Reference | None = None
    party: PartyAggregation = PartyAggregation.AVG


@dataclass(frozen=True, slots=True)
class Distance:
    """Every measured number lies so far from the reference, limits included."""

    name: str
    measurements: tuple[Expression, ...]
    reference: float | Expression
    min_distance: float | None = None
    max_distance: float | None = None
    party: PartyAggregation = PartyAggregation.AVG


@dataclass(frozen=True, slots=True)
class BatchDistance:
    """All tickets' values lie within max_distance of each other; without it (strings) they are equal."""

    name: str
    attribute: str
    max_distance: float | None = None
    party: PartyAggregation = PartyAggregation.AVG


@dataclass(frozen=True, slots=True)
class Collection:
    """What is counted in the measured collections lies in [min_count, max_count]."""

    name: str
    measurements: tuple[Expression, ...]
    operation: CollectionOperation
    reference: str | Expression | None = None
    min_count: float | None = None
    max_count: float | None = None
    party: PartyAggregation = PartyAggregation.UNION


class DistanceReference(Enum):
    """What a player's latency is compared with, among the latencies of all players there."""

    MIN = "min"
    AVG = "avg"


@dataclass(frozen=True, slots=True)
class Latency:
    """A location is left at which everybody's latency (milliseconds) is acceptable."""

    name: str
    max_latency: float | None = None
    max_distance: float | None = None
    distance_reference: DistanceReference | None = None
    party: PartyAggregation = PartyAggregation.AVG


class MapKey(Enum):
    """Which key of the anchor's map a sort takes."""

    MIN_VALUE = "minValue"
    MAX_VALUE = "maxValue"


@dataclass(frozen=True, slots=True)
class Sort:
    """Candidates are tried in this order: by their value, or by how far it is from the anchor's. Refuses nobody."""

    name: str
    attribute: str
    by_distance: bool
    descending: bool
    map_key: MapKey | None = None
    party: PartyAggregation = PartyAggregation.AVG


class Logic(Enum):
    """How a statement joins its arguments."""

    AND = "and"
    OR = "or"
    XOR = "xor"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Statement:
    """Logic over rules: an argument is an earlier rule's name or a statement."""

    logic: Logic
    arguments: "tuple[Statement | str, ...]"


@dataclass(frozen=True, slots=True)
class Compound:
    """Logic over earlier rules, which are then not demanded on their own."""

    name: str
    statement: Statement


Rule = Comparison | Distance | BatchDistance | Collection | Latency | Sort | Compound


@dataclass(frozen=True, slots=True)
class Step:
    """From this age on (seconds since the request), the target has this value."""

    wait_seconds: float
    value: float | str


@dataclass(frozen=True, slots=True)
class RuleTarget:
    """A property of a rule; ``field`` is the name in the rule's value, such as max_distance."""

    rule: str
    field: str


@dataclass(frozen=True, slots=True)
class TeamTarget:
    """min_players or max_players of team definitions, all their teams at once."""

    teams: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """How a value loosens with age: steps replace it, the latest that is due counts."""

    target_text: str
    target: RuleTarget | TeamTarget
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A valid rule set."""

    name: str
    teams: tuple[TeamDefinition, ...]
    attributes: tuple[PlayerAttribute, ...] = ()
    algorithm: Algorithm = Algorithm()
    rules: tuple[Rule, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    #: JSON paths of properties that mean nothing, perhaps for a slip of the pen; the linter tells of them.
    ignored: tuple[str, ...] = ()

    @property
    def max_players(self) -> int:
        """The most players of a match, before any expansion."""
        return sum(team.max_players * team.quantity for team in self.teams)

    @property
    def team_names(self) -> tuple[str, ...]:
        """The names of all teams of a match, in their order."""
        return tuple(name for team in self.teams for name in team.team_names)


#: The most players of a match that is searched exhaustively, and of any match.
MAX_SMALL_MATCH_PLAYERS = 40
MAX_MATCH_PLAYERS = 200


def is_large(rule_set: RuleSet) -> bool:
    """Tell whether matches are so large that only latency and batchDistance rules are for them."""
    return rule_set.max_players > MAX_SMALL_MATCH_PLAYERS
