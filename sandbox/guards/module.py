"""What a script gets when it imports: named things, frozen, with no module of Python behind them."""

from collections.abc import Mapping
from typing import NoReturn


class Module:
    """A facade: the listed names as attributes, and nothing else."""

    def __init__(self, name: str, names: Mapping[str, object], instead: Mapping[str, str]) -> None:
        self.__dict__.update(names)
        self.__dict__["_name"] = name
        self.__dict__["_instead"] = instead

    def __getattr__(self, name: str) -> NoReturn:
        hint = self.__dict__["_instead"].get(name, "")
        raise AttributeError(f"{self} has no '{name}' in a script" + (f"; {hint}" if hint else ""))

    def __setattr__(self, name: str, _: object) -> NoReturn:
        raise TypeError(f"{self} cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError(f"{self} cannot be changed")

    def __repr__(self) -> str:
        return f"module '{self.__dict__['_name']}'"
