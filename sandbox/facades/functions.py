"""functools, operator, contextlib, abc."""

import abc
import contextlib
import functools
import operator
from collections.abc import Callable
from typing import Any

from sandbox.facades.module import named, public
from sandbox.guards.realm import Realm

#: Without what takes the name of an attribute, and what writes items without asking.
OPERATOR = public(operator, "attrgetter", "methodcaller", "setitem", "delitem")

CONTEXTLIB = named(contextlib, "contextmanager suppress nullcontext closing ExitStack")


def functools_names(realm: Realm) -> dict[str, object]:
    """functools: `wraps` copies name and docstring only, `total_ordering` takes classes of the script only."""

    def wraps(wrapped: Callable[..., object]) -> Callable[[Any], Any]:
        def named_alike(wrapper: Any) -> Any:
            if realm.owns_function(wrapper):
                wrapper.__name__ = str(getattr(wrapped, "__name__", wrapper.__name__))
                wrapper.__qualname__ = str(getattr(wrapped, "__qualname__", wrapper.__qualname__))
                wrapper.__doc__ = getattr(wrapped, "__doc__", None)
            return wrapper

        return named_alike

    def total_ordering(cls: type) -> type:
        if not realm.owns_class(cls):
            raise TypeError("total_ordering() is for classes of the script")
        return functools.total_ordering(cls)

    given = named(functools, "reduce partial lru_cache cache cmp_to_key cached_property")
    return {**given, "wraps": wraps, "total_ordering": total_ordering}


def abc_names(realm: Realm) -> dict[str, object]:
    """abc: a base of its own, so that nothing can be registered with Python's."""

    def abstractmethod(function: Any) -> Any:
        if not realm.owns_function(function) and not isinstance(function, property | classmethod | staticmethod):
            raise TypeError("abstractmethod() is for methods of the script")
        return abc.abstractmethod(function)

    return {"ABC": realm.abstract, "abstractmethod": abstractmethod}
