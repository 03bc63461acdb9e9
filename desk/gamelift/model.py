"""GameLift's service model as botocore has it: which operations there are, and the shapes of what they take and give.

No shape is written down by us. Reading the model takes a third of a second, most of it botocore's own import, so it is
done once somebody calls.
"""

import re
from collections.abc import Mapping
from dataclasses import field, replace
from functools import cache
from typing import Any

from session.values import value

SERVICE = "gamelift"
#: Characters beyond 16 bits, as the model's patterns write them (in pairs, for Java), and as Python does.
_BEYOND_16_BITS = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")


@value
class Shape:
    """What a value is to be; ``low`` and ``high`` bound a number, or the length of a text, a blob, a list or a map.

    ``kind`` is Smithy's: structure, list, map, string, blob, integer, long, float, double, boolean or timestamp.
    """

    kind: str
    low: float | None = None
    high: float | None = None
    pattern: "re.Pattern[str] | None" = None
    words: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    members: "Mapping[str, Shape]" = field(default_factory=dict)
    #: Of a list's elements, or of a map's values.
    element: "Shape | None" = None
    #: Of a map's keys.
    key: "Shape | None" = None


@value
class Operation:
    """One operation: what it takes, what it gives, and the codes of the exceptions that it lists."""

    name: str
    asked: Shape
    answer: Shape
    errors: frozenset[str]


@cache
def operation_names() -> tuple[str, ...]:
    """The names of all operations, in alphabetical order."""
    return tuple(sorted(_service().operation_names))


def operation(name: str) -> Operation | None:
    """The operation of that name, None if there is none."""
    return _operation(name) if name in operation_names() else None


@cache
def _operation(name: str) -> Operation:
    found = _service().operation_model(name)
    errors = frozenset(str(shape.name) for shape in found.error_shapes)
    return Operation(name, _shape(found.input_shape), _shape(found.output_shape), errors)


@cache
def _service() -> Any:
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(SERVICE, "service-2"), SERVICE)


def _shape(found: Any) -> Shape:
    """Give a shape of botocore's as ours; no input or output at all is a structure without members."""
    if found is None:
        return Shape("structure")
    said = found.metadata
    pattern = re.compile(said["pattern"].replace(*_BEYOND_16_BITS)) if "pattern" in said else None
    shape = Shape(found.type_name, said.get("min"), said.get("max"), pattern, tuple(said.get("enum", ())))
    match found.type_name:
        case "structure":
            members = {name: _shape(member) for name, member in found.members.items()}
            return replace(shape, members=members, required=tuple(found.required_members))
        case "list":
            return replace(shape, element=_shape(found.member))
        case "map":
            return replace(shape, key=_shape(found.key), element=_shape(found.value))
    return shape
