"""Orders: the script that a fresh sandbox is to load, as it crosses the border."""

from collections.abc import Mapping
from dataclasses import field

from sandbox.limits import Limits
from sandbox.questions import facts_as_plain
from session.callbacks import GameSessionFacts
from session.values import value


@value
class Script:
    """A script to load, with everything that it is to take for the world.

    ``files`` are contents by path; ``seed`` starts its randomness; ``unix_start`` is the time of day, in seconds, at
    which the game session begins; ``secrets`` are names with their values. ``lint`` looks for mistakes besides, which
    takes as long as the loading.
    """

    files: Mapping[str, bytes]
    launch: str
    seed: int
    unix_start: float
    facts: GameSessionFacts
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    lint: bool = False


def script_as_plain(script: Script, limits: Limits) -> dict[str, object]:
    """Encode a script and its limits; ``sandbox.load.load_order`` decodes them."""
    fields: dict[str, object] = {name: getattr(script, name) for name in Script.__match_args__}
    fields["facts"] = facts_as_plain(script.facts)
    fields["limits"] = [getattr(limits, name) for name in Limits.__match_args__]
    return fields
