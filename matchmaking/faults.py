"""Faults of a rule set, and the reading of JSON objects that collects them instead of stopping at the first."""

import math
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar

E = TypeVar("E", bound=Enum)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a JSON path, and what to do about it."""

    path: str
    what: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}; {self.way_out}"


class BadRuleSet(Exception):
    """A rule set is not valid; ``faults`` has all that is wrong with it, at least one."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(slots=True)
class Faults:
    """What has been found so far. ``ignored`` are paths of properties that nobody asked for."""

    found: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def add(self, path: str, what: str, way_out: str) -> None:
        """Note a fault."""
        self.found.append(Fault(path, what, way_out))


class Reading:
    """A JSON object at a path. What is missing or of the wrong type is a fault, and None or the default is read."""

    def __init__(self, value: Any, path: str, faults: Faults) -> None:
        self.path, self.faults = path, faults
        self.value: dict[str, Any] = value if isinstance(value, dict) else {}
        self.asked: set[str] = set()
        self.is_object = isinstance(value, dict)
        if not self.is_object:
            faults.add(path, f"{shown(value)} stands where an object belongs", "write { ... }")

    def at(self, key: str) -> str:
        """Give the path of a property."""
        return f"{self.path}.{key}"

    def fault(self, key: str, what: str, way_out: str) -> None:
        """Note a fault of a property; what is no object has none."""
        if self.is_object:
            self.faults.add(self.at(key), what, way_out)

    def get(self, key: str) -> Any:
        """Read a property as it is; None if it is not there."""
        self.asked.add(key)
        return self.value.get(key)

    def text(self, key: str, *, required: bool = True, empty: bool = False) -> str:
        """Read a string; "" if there is none."""
        value = self.get(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (not value and not empty):
            self._missing_or_wrong(key, value, "a string that is not empty" if not empty else "a string")
            return ""
        return value

    def number(self, key: str, *, required: bool = False, least: float | None = None) -> float | None:
        """Read a number; a string that holds one will do."""
        value = self.get(key)
        if value is None and not required:
            return None
        number = as_number(value)
        if number is None:
            self._missing_or_wrong(key, value, "a number")
        elif least is not None and number < least:
            self.fault(key, f"it is {number:g}, less than {least:g}", f"write {least:g} or more")
        return number

    def whole(self, key: str, *, least: int, default: int | None = None) -> int:
        """Read a whole number; ``least`` where there is none."""
        number = self.number(key, required=default is None, least=least)
        if number is None:
            return least if default is None else default
        if number != int(number):
            self.fault(key, f"it is {number:g}, not a whole number", "leave out the fraction")
        return max(int(number), least)

    def choice(self, key: str, values: type[E], default: E | None = None) -> E | None:
        """Read one of an enum's values."""
        value = self.get(key)
        if value is None and default is not None:
            return default
        names = [each.value for each in values]
        if not isinstance(value, str) or value not in names:
            self._missing_or_wrong(key, value, "one of " + ", ".join(names), hint=meant(value, names))
            return default
        return values(value)

    def items(self, key: str, *, required: bool = False) -> list[tuple[Any, str]]:
        """Read an array: each item with its path."""
        value = self.get(key)
        if value is None and not required:
            return []
        if not isinstance(value, list) or (required and not value):
            self._missing_or_wrong(key, value, "an array with at least one item" if required else "an array")
            return []
        return [(item, f"{self.at(key)}[{number}]") for number, item in enumerate(value)]

    def done(self) -> None:
        """Note the properties that nobody asked for."""
        known = sorted(self.asked)
        for key in self.value:
            if key not in self.asked:
                hint = meant(key, known)
                self.faults.ignored.append(f"{self.at(key)}{f' ({hint})' if hint else ''}")

    def _missing_or_wrong(self, key: str, value: Any, wanted: str, hint: str = "") -> None:
        if value is None:
            self.fault(key, "it is missing", f"add {key}: {wanted}")
        else:
            self.fault(key, f"{shown(value)} is not {wanted}", hint or f"write {wanted}")


def shown(value: Any) -> str:
    """Show a JSON value, or its beginning."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def meant(word: Any, names: list[str]) -> str:
    """Ask whether a word that is near was meant; empty if none is."""
    near = get_close_matches(str(word), names, 1)
    return f"did you mean {near[0]}?" if near else ""


def as_number(value: Any) -> float | None:
    """Read a finite number, or a string that holds one; None if it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    return value if isinstance(value, int | float) else number
