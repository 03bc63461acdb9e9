"""How the rules of a rule set hang together: what names what, and what is demanded on its own."""

from collections.abc import Iterator, Sequence

from matchmaking.expressions import Expression
from matchmaking.ruleset import Collection, Comparison, Compound, Distance, Rule, Sort, Statement


def demanded_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Give the rules that a match must satisfy: all but sorts, and those that a compound names."""
    named = {name for rule in rules if isinstance(rule, Compound) for name in rule_names(rule.statement)}
    return [rule for rule in rules if not isinstance(rule, Sort) and rule.name not in named]


def rule_names(statement: Statement) -> Iterator[str]:
    """Give the names of the rules in a statement."""
    for each in statement.arguments:
        if isinstance(each, str):
            yield each
        else:
            yield from rule_names(each)


def expressions_of(rule: Rule) -> tuple[Expression, ...]:
    """Give the expressions of a rule, its reference among them."""
    if not isinstance(rule, Comparison | Distance | Collection):
        return ()
    reference = rule.reference
    return rule.measurements if isinstance(reference, float | int | str | None) else (*rule.measurements, reference)
