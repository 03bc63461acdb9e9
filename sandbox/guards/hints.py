"""Type hints that hint and do nothing else.

A script's annotations are never evaluated, so its `typing` needs no machinery; the real one evaluates strings as code.
"""

from collections.abc import Callable


class Hint:
    """Stands for a name of `typing` or `collections.abc`: may be subscripted, joined with |, inherited from, asked."""

    __slots__ = ("_bases", "_made", "_name", "_real")

    def __init__(
        self,
        name: str,
        real: type | None = None,
        bases: tuple[object, ...] = (),
        made: Callable[..., object] | None = None,
    ) -> None:
        self._name = name
        self._real = real
        self._bases = bases
        self._made = made

    def __repr__(self) -> str:
        return self._name

    def __getitem__(self, _: object) -> "Hint":
        return self

    def __or__(self, _: object) -> "Hint":
        return self

    __ror__ = __or__

    def __call__(self, *arguments: object, **options: object) -> object:
        """Make what the name makes when called. Raises TypeError when it is a hint only."""
        if self._made is None:
            raise TypeError(f"{self._name} is a type hint; it cannot be called")
        return self._made(*arguments, **options)

    def __instancecheck__(self, found: object) -> bool:
        return isinstance(found, self._asked())

    def __subclasscheck__(self, found: type) -> bool:
        return issubclass(found, self._asked())

    def _asked(self) -> type:
        if self._real is None:
            raise TypeError(f"{self._name} is a type hint; isinstance() cannot ask for it")
        return self._real


def bases_of(hint: Hint) -> tuple[object, ...]:
    """The real classes that a class inherits from when it names this hint among its bases; often none.

    This is no attribute of the hint, which is in the hands of a script.
    """
    return hint._bases
