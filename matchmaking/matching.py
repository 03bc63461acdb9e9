"""The one function that the keeper of tickets calls: which of these tickets may play together, now?"""

import random
from collections.abc import Sequence

from matchmaking.choices import DEFAULT_CHOICES, Choices
from matchmaking.pool import Matches, Ticket
from matchmaking.ruleset import RuleSet


def form_matches(
    rule_set: RuleSet,
    tickets: Sequence[Ticket],
    now: float,
    rng: random.Random,
    choices: Choices = DEFAULT_CHOICES,
) -> Matches:
    """Form as many matches as the tickets allow; ``now`` and the tickets' ``since`` are seconds of one clock.

    No ticket is in two matches, and a ticket that can never match hinders nobody. The same tickets, time and seed give
    the same matches.
    """
    raise NotImplementedError
