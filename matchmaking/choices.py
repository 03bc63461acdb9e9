"""Where FlexMatch's documentation is silent: each a choice with a default (docs/explanation/matching.md)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choices:
    """How the search decides where the documentation does not, and how much it may try."""

    #: A latency equal to maxLatency is acceptable.
    latency_inclusive: bool = True
    #: A small match needs one location that is acceptable to everybody; otherwise each ticket needs one of its own.
    common_location: bool = True
    #: stddev divides by n, not by n - 1.
    population_stddev: bool = True
    #: The average of an empty team fails the rule; otherwise it is left out, and with nothing to measure a rule passes.
    empty_team_fails: bool = False
    #: Slots of a match that are left free (AdditionalPlayerCount).
    additional_players: int = 0
    #: How many tickets share a batch with batchingPreference "sorted"; what is left of all batches is tried together.
    sorted_batch_tickets: int = 200
    #: How many line-ups one search may try in all, shared among the tickets.
    tries_per_search: int = 200_000
    #: The least and the most line-ups that are tried for one ticket.
    min_tries_per_ticket: int = 50
    max_tries_per_ticket: int = 2_000


DEFAULT_CHOICES = Choices()
