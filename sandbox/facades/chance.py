"""random, secrets, uuid: seeded, so that a recorded game session can be played again."""

import base64
import hmac
import random
import uuid

from sandbox.facades.inputs import Inputs, KeyedRandom, stream
from sandbox.facades.module import named
from sandbox.guards.realm import Realm

_METHODS = (
    "random uniform triangular randint randrange choice choices sample shuffle getrandbits randbytes betavariate "
    "expovariate gammavariate gauss lognormvariate normalvariate vonmisesvariate paretovariate weibullvariate "
    "binomialvariate seed getstate setstate"
)
RANDOM_INSTEAD = {"SystemRandom": "use secrets", "os": "a script has no operating system"}


def random_names(inputs: Inputs, realm: Realm) -> dict[str, object]:
    """random: one generator for the game session, and a class whose seed comes from it when none is given."""
    seeds = KeyedRandom(stream(inputs, "random"))

    class Random(random.Random):
        """`random.Random`."""

        def __init__(self, x: int | float | str | bytes | bytearray | None = None) -> None:
            super().__init__(seeds.getrandbits(128) if x is None else x)

        def seed(  # type: ignore[override]  # as random.Random has it; typeshed gives its parent's
            self, a: int | float | str | bytes | bytearray | None = None, version: int = 2
        ) -> None:
            """Begin a series of numbers; without a seed, one that is new and yet the same in a replay."""
            super().seed(seeds.getrandbits(128) if a is None else a, version)

    realm.known.add(Random)
    return {**named(Random(), _METHODS), "Random": Random}


def secrets_names(inputs: Inputs) -> dict[str, object]:
    """secrets: what was drawn before does not tell what comes next."""
    source = KeyedRandom(stream(inputs, "secrets"))

    def token_bytes(nbytes: int | None = None) -> bytes:
        return source.randbytes(32 if nbytes is None else nbytes)

    def token_hex(nbytes: int | None = None) -> str:
        return token_bytes(nbytes).hex()

    def token_urlsafe(nbytes: int | None = None) -> str:
        return base64.urlsafe_b64encode(token_bytes(nbytes)).rstrip(b"=").decode("ascii")

    def randbelow(exclusive_upper_bound: int) -> int:
        return source.randrange(exclusive_upper_bound)

    return {
        "token_bytes": token_bytes,
        "token_hex": token_hex,
        "token_urlsafe": token_urlsafe,
        "randbelow": randbelow,
        "randbits": source.getrandbits,
        "choice": source.choice,
        "compare_digest": hmac.compare_digest,
    }


def uuid_names(inputs: Inputs) -> dict[str, object]:
    """uuid, without the kinds that tell the machine."""
    source = KeyedRandom(stream(inputs, "uuid"))

    def uuid4() -> uuid.UUID:
        return uuid.UUID(int=source.getrandbits(128), version=4)

    return {"uuid4": uuid4, **named(uuid, "UUID uuid3 uuid5 NAMESPACE_DNS NAMESPACE_URL NAMESPACE_OID NAMESPACE_X500")}
