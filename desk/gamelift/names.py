"""Names: the ARNs of resources, and the ids in them."""

from session.values import value

#: There is one account here; what reads ARNs wants a number of twelve digits.
ACCOUNT = "000000000000"


@value
class Names:
    """Makes ARNs of one region."""

    region: str

    def arn(self, kind: str, identity: str) -> str:
        """The ARN of a script, a fleet, an alias or a queue."""
        return f"arn:aws:gamelift:{self.region}:{ACCOUNT}:{kind}/{identity}"

    def game_session(self, fleet_id: str, tail: str) -> str:
        """The ARN of a game session, which GameLift calls its id; it has no account."""
        return f"arn:aws:gamelift:{self.region}::gamesession/{fleet_id}/{tail}"

    def resource(self, path: str) -> str:
        """The ARN that ends so: ``fleet/fleet-1``."""
        kind, _, identity = path.partition("/")
        fleet_id, _, tail = identity.partition("/")
        return self.game_session(fleet_id, tail) if kind == "gamesession" else self.arn(kind, identity)


def id_of(given: str) -> str:
    """The id that is meant by an id or an ARN."""
    return given.rpartition("/")[2]


def game_session_of(given: str) -> tuple[str, str]:
    """The fleet's id and the tail of a game session's ARN, in which a location may stand between them; else empty."""
    _, _, path = given.partition(":gamesession/")
    fleet_id, _, rest = path.partition("/")
    return fleet_id, rest.rpartition("/")[2]
