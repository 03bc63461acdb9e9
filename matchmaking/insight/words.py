"""An explanation in words."""

from matchmaking.insight.expanding import NextStep
from matchmaking.insight.explaining import Explanation, Missed, NearestMiss


def explanation_text(explanation: Explanation) -> str:
    """Write an explanation for whoever waits for the ticket; a line for each thing that there is to say."""
    return "\n".join(_lines(explanation))


def _lines(said: Explanation) -> list[str]:
    others = _counted(said.candidates, "other ticket")
    lines = [f"{said.ticket} has waited for {said.age:.0f} s, among {others}."]
    if said.never:
        return [*lines, f"It can never match: {said.never}."]
    if said.alone:
        lines.append(f"Alone it misses {', '.join(said.alone)} already, so that nobody may play with it as yet.")
    lines += _candidates(said)
    lines += _nearest(said.nearest) if said.nearest and said.matched_in != 0 else []
    lines += [_step(step) for step in said.next_steps]
    return [*lines, _matched(said)]


def _candidates(said: Explanation) -> list[str]:
    refusals = ", ".join(f"{refusal.rule} refuses {refusal.refused}" for refusal in said.refusals)
    lines = [f"Taken two by two, {said.suitable} may play with it{f'; {refusals}' if refusals else ''}."]
    tried = ", ".join(
        f"{tally.rule} failed {tally.failed} of {tally.passed + tally.failed}" for tally in said.tallies if tally.failed
    )
    return [*lines, f"The search tried line-ups with it: {tried}."] if tried else lines


def _nearest(nearest: NearestMiss) -> list[str]:
    whom = ", ".join(nearest.tickets[:10]) + (" and others" if nearest.tickets[10:] else "")
    if nearest.players_short:
        return [f"The smallest match lacks {_counted(nearest.players_short, 'player')}."]
    if not nearest.missed:
        return [f"It could play with {whom}, if they are not matched with others, who are before it in line."]
    return [f"Nearest miss, with {whom or 'nobody'}:", *(f"  {_missed(missed)}" for missed in nearest.missed)]


def _missed(missed: Missed) -> str:
    against = f", compared with {missed.against}" if missed.against else ""
    measured = f": measured {missed.measured}{against}" if missed.measured else ""
    return f"{missed.rule} is missed by {missed.by:.6g}{measured}"


def _step(step: NextStep) -> str:
    return f"In {step.in_seconds:.3g} s {step.target} goes from {step.value_now} to {step.value_next}."


def _matched(said: Explanation) -> str:
    if said.matched_in is None:
        return "With those who wait now there will be no match for it, however long it waits."
    if said.matched_in == 0:
        return "The next search matches it."
    return f"If nobody else comes, it is matched in {said.matched_in:.3g} s."


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
