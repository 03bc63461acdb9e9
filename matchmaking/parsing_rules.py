"""The rules of a rule set, from JSON."""

from collections.abc import Callable, Mapping
from typing import Any

from matchmaking.expressions import BadExpression, Expression, looks_like_expression, parse_expression
from matchmaking.faults import Faults, Reading, as_number, meant, shown
from matchmaking.kinds import Kind, Schema, kind_of
from matchmaking.ruleset import (
    AttributeType,
    BatchDistance,
    Collection,
    CollectionOperation,
    Comparison,
    Compound,
    Distance,
    DistanceReference,
    Latency,
    MapKey,
    Operation,
    PartyAggregation,
    Reference,
    Rule,
    Sort,
)
from matchmaking.statements import parse_statement
from matchmaking.structure import rule_names

_NUMBERS = (PartyAggregation.AVG, PartyAggregation.MIN, PartyAggregation.MAX)
_LISTS = (PartyAggregation.UNION, PartyAggregation.INTERSECTION)


class RuleReader:
    """Reads rules one after the other; a compound may name those before it."""

    def __init__(self, schema: Schema, faults: Faults) -> None:
        self.schema, self.faults = schema, faults
        self.rules: dict[str, Rule | None] = {}

    def read(self, value: Any, path: str) -> None:
        """Read one rule; a faulty one is remembered by its name alone."""
        reading = Reading(value, path, self.faults)
        name, kind = reading.text("name"), reading.get("type")
        reading.text("description", required=False, empty=True)
        if name in self.rules:
            reading.fault("name", f"there is a rule {name!r} already", "give each rule a name of its own")
        known_before = len(self.faults.found)
        rule = None
        if isinstance(kind, str) and kind in RULE_TYPES:
            rule = RULE_TYPES[kind](self, reading, name)
            reading.done()
        elif reading.is_object:
            hint = meant(kind, list(RULE_TYPES)) or "write one of " + ", ".join(RULE_TYPES)
            reading.fault("type", "it is missing" if kind is None else f"there is no rule type {shown(kind)}", hint)
        self.rules[name] = rule if len(self.faults.found) == known_before else None

    def comparison(self, reading: Reading, name: str) -> Rule:
        """Read a comparison."""
        measurements = self._measurements(reading)
        operation = reading.choice("operation", Operation) or Operation.EQUAL
        reference = self._reference(reading, measurements)
        if reference is None and operation not in (Operation.EQUAL, Operation.UNEQUAL):
            reading.fault(
                "referenceValue", f"{operation.value} needs something to compare with", "add it, or use = or !="
            )
        self._comparable(reading, measurements, reference)
        return Comparison(name, measurements, operation, reference, self._party(reading, _NUMBERS))

    def distance(self, reading: Reading, name: str) -> Rule:
        """Read a distance."""
        measurements = self._measurements(reading, "number")
        reference = self._reference(reading, measurements, required=True)
        if isinstance(reference, str):
            reading.fault("referenceValue", f"{reference!r} is no number", "write a number or an expression")
        elif reference is not None and not isinstance(reference, float | int):
            self._is_of(reading, "referenceValue", reference, "number")
        least, most = self._range(reading, "minDistance", "maxDistance")
        fitting = 0.0 if reference is None or isinstance(reference, str) else reference
        return Distance(name, measurements, fitting, least, most, self._party(reading, _NUMBERS))

    def batch_distance(self, reading: Reading, name: str) -> Rule:
        """Read a batchDistance."""
        attribute = self._attribute(reading, "batchAttribute", (AttributeType.NUMBER, AttributeType.STRING))
        most = reading.number("maxDistance", least=0)
        kind = self.schema.attributes.get(attribute)
        if kind is AttributeType.NUMBER and most is None:
            reading.fault(
                "maxDistance", "it is missing, and the attribute is a number", "add the largest distance allowed"
            )
        if kind is AttributeType.STRING and most is not None:
            reading.fault(
                "maxDistance", "the attribute is a string, which has no distance", "leave it out: all are equal"
            )
        return BatchDistance(name, attribute, most, self._party(reading, _NUMBERS))

    def collection(self, reading: Reading, name: str) -> Rule:
        """Read a collection rule."""
        measurements = self._measurements(reading, "string")
        operation = self._collection_operation(reading)
        reference = self._reference(reading, measurements)
        if isinstance(reference, float | int):
            reference = str(reading.get("referenceValue"))
        if operation is not CollectionOperation.INTERSECTION and reference is None:
            reading.fault("referenceValue", f"{operation.value} needs it", "add a string or an expression")
        if reference is not None and not isinstance(reference, str):
            self._is_of(reading, "referenceValue", reference, "string")
        least, most = self._range(reading, "minCount", "maxCount")
        return Collection(name, measurements, operation, reference, least, most, self._party(reading, _LISTS))

    def latency(self, reading: Reading, name: str) -> Rule:
        """Read a latency rule."""
        most, distance = reading.number("maxLatency", least=0), reading.number("maxDistance", least=0)
        has_reference = reading.get("distanceReference") is not None
        by = reading.choice("distanceReference", DistanceReference) if has_reference else None
        if distance is not None and not has_reference:
            reading.fault("distanceReference", "it is missing, and maxDistance needs it", "add min or avg")
        if has_reference and distance is None:
            reading.fault("maxDistance", "it is missing, and distanceReference needs it", "add it, in milliseconds")
        if most is None and distance is None:
            reading.fault(
                "maxLatency", "the rule limits nothing", "add maxLatency, or maxDistance with distanceReference"
            )
        return Latency(name, most, distance, by, self._party(reading, _NUMBERS))

    def sort(self, reading: Reading, name: str) -> Rule:
        """Read a distanceSort or absoluteSort."""
        attribute = self._attribute(reading, "sortAttribute", (AttributeType.NUMBER, AttributeType.STRING_NUMBER_MAP))
        direction = reading.text("sortDirection")
        if direction and direction not in ("ascending", "descending"):
            reading.fault("sortDirection", f"{direction!r} is no direction", "write ascending or descending")
        key = reading.choice("mapKey", MapKey) if reading.get("mapKey") is not None else None
        if self.schema.attributes.get(attribute) is AttributeType.STRING_NUMBER_MAP and key is None:
            reading.fault("mapKey", "it is missing, and the attribute is a map", "add minValue or maxValue")
        by_distance = reading.get("type") == "distanceSort"
        party = self._party(reading, _NUMBERS)
        return Sort(name, attribute, by_distance, direction == "descending", key, party)

    def compound(self, reading: Reading, name: str) -> Rule | None:
        """Read a compound: the rules that it names stand before it."""
        text = reading.text("statement")
        if not text:
            return None
        try:
            statement = parse_statement(text)
        except BadExpression as error:
            reading.fault("statement", f"{text!r} is no statement", str(error))
            return None
        for named in rule_names(statement):
            self._named(reading, named)
        return Compound(name, statement)

    def _named(self, reading: Reading, named: str) -> None:
        if named not in self.rules:
            hint = meant(named, list(self.rules)) or "name rules that stand before this one"
            reading.fault("statement", f"no rule {named!r} stands before this one", hint)
        elif isinstance(self.rules[named], BatchDistance | Sort):
            reading.fault("statement", f"{named!r} cannot be part of a compound", "name no batchDistance and no sort")

    def _measurements(self, reading: Reading, scalar: str = "") -> tuple[Expression, ...]:
        if isinstance(reading.get("measurements"), str):
            texts = [(reading.get("measurements"), reading.at("measurements"))]
        else:
            texts = reading.items("measurements", required=True)
        found = [(self._expression(text, path), path) for text, path in texts]
        for expression, path in found:
            if expression is not None and scalar:
                self._check_scalar(path, kind_of(expression, self.schema), scalar)
        return tuple(expression for expression, _ in found if expression is not None)

    def _expression(self, text: Any, path: str) -> Expression | None:
        """Read an expression whose names and functions fit."""
        if not isinstance(text, str):
            self.faults.add(path, f"{shown(text)} is not a string", "write a property expression in quotes")
            return None
        try:
            expression = parse_expression(text)
            kind_of(expression, self.schema)
        except BadExpression as error:
            self.faults.add(path, f"{shown(text)} is no property expression", str(error))
            return None
        return expression

    def _reference(
        self, reading: Reading, measurements: tuple[Expression, ...], *, required: bool = False
    ) -> Reference | None:
        value = reading.get("referenceValue")
        if value is None:
            if required:
                reading.fault("referenceValue", "it is missing", "add a number or an expression to measure from")
            return None
        if isinstance(value, str) and looks_like_expression(value):
            return self._expression(value, reading.at("referenceValue"))
        if isinstance(value, str):
            numeric = any(kind_of(each, self.schema).scalar == "number" for each in measurements)
            number = as_number(value)
            return number if numeric and number is not None else value
        if as_number(value) is None:
            reading.fault("referenceValue", f"{shown(value)} is no value", "write a number, a string or an expression")
        return as_number(value)

    def _comparable(self, reading: Reading, measurements: tuple[Expression, ...], reference: Reference | None) -> None:
        """Players and maps cannot be compared, nor numbers with strings."""
        scalars = {kind_of(each, self.schema).scalar for each in measurements}
        for scalar in scalars & {"player", "map"}:
            reading.fault("measurements", f"{scalar}s cannot be compared", "measure count(...) or an attribute")
        if reference is None or scalars & {"player", "map"}:
            return
        kinds: Mapping[type, str] = {str: "string", int: "number", float: "number"}
        against = kinds.get(type(reference)) or kind_of(reference, self.schema).scalar  # type: ignore[arg-type]  # no literal
        if scalars and scalars != {against}:
            what = f"a {against} is compared with a {', a '.join(sorted(scalars))}"
            reading.fault("referenceValue", what, "compare values of the same type")

    def _is_of(self, reading: Reading, key: str, expression: Expression, scalar: str) -> None:
        self._check_scalar(reading.at(key), kind_of(expression, self.schema), scalar)

    def _check_scalar(self, path: str, kind: Kind, scalar: str) -> None:
        if kind.scalar != scalar:
            self.faults.add(path, f"it gives {kind}, and the rule takes {scalar}s", f"measure {scalar}s")

    def _range(self, reading: Reading, low: str, high: str) -> tuple[float | None, float | None]:
        least, most = reading.number(low, least=0), reading.number(high, least=0)
        if least is None and most is None and not {low, high} & set(reading.value):
            reading.fault(high, "the rule limits nothing", f"add {high}, {low} or both")
        if least is not None and most is not None and least > most:
            reading.fault(low, f"{least:g} is more than {high}, {most:g}", "change one of them")
        return least, most

    def _attribute(self, reading: Reading, key: str, kinds: tuple[AttributeType, ...]) -> str:
        name = reading.text(key)
        if not name:
            return ""
        declared = self.schema.attributes.get(name)
        if declared is None:
            hint = meant(name, list(self.schema.attributes)) or "declare it there"
            reading.fault(key, f"attribute {name!r} is not in playerAttributes", hint)
        elif declared not in kinds:
            wanted = " or ".join(kind.value for kind in kinds)
            reading.fault(key, f"attribute {name!r} is a {declared.value}", f"name a {wanted}")
        return name

    def _party(self, reading: Reading, allowed: tuple[PartyAggregation, ...]) -> PartyAggregation:
        value = reading.get("partyAggregation")
        names = [each.value for each in allowed]
        if value is None or value in names:
            return PartyAggregation(value or names[0])
        reading.fault("partyAggregation", f"{shown(value)} does not fit this rule", "write one of " + ", ".join(names))
        return allowed[0]

    def _collection_operation(self, reading: Reading) -> CollectionOperation:
        if reading.get("operation") == "not_contains":
            reading.fault("operation", "FlexMatch has no not_contains", "write contains, and maxCount 0")
            return CollectionOperation.CONTAINS
        return reading.choice("operation", CollectionOperation) or CollectionOperation.INTERSECTION


#: The rule types, each with the reader of its properties.
RULE_TYPES: dict[str, Callable[[RuleReader, Reading, str], Rule | None]] = {
    "comparison": RuleReader.comparison,
    "distance": RuleReader.distance,
    "batchDistance": RuleReader.batch_distance,
    "collection": RuleReader.collection,
    "latency": RuleReader.latency,
    "distanceSort": RuleReader.sort,
    "absoluteSort": RuleReader.sort,
    "compound": RuleReader.compound,
}
