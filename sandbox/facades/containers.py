"""collections, collections.abc, itertools, heapq, bisect."""

import bisect
import collections
import collections.abc
import heapq
import itertools
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.facades.module import named, public
from sandbox.guards.abstract import locked
from sandbox.guards.hints import Hint
from sandbox.guards.module import Module
from sandbox.guards.realm import Realm

HEAPQ = named(heapq, "heappush heappop heapify heapreplace heappushpop merge nlargest nsmallest")
BISECT = named(bisect, "bisect bisect_left bisect_right insort insort_left insort_right")
ITERTOOLS = public(itertools)

#: These bring methods along, so a class that names one inherits from it in earnest.
_MIXINS = "Sequence MutableSequence Mapping MutableMapping Set MutableSet Iterator Generator".split()
_ASKED = "Callable Collection Container Hashable Iterable Reversible Sized KeysView ValuesView ItemsView".split()


def abc_hints() -> dict[str, object]:
    """The names of collections.abc: they can be inherited from and asked for, never registered with."""
    mixins = {name: _mixin(name, getattr(collections.abc, name)) for name in _MIXINS}
    return {**mixins, **{name: Hint(name, getattr(collections.abc, name)) for name in _ASKED}}


def _mixin(name: str, real: type) -> Hint:
    return Hint(name, real, (locked(name, real),))


def collections_names(realm: Realm) -> dict[str, object]:
    """collections, with a namedtuple that takes exact strings only."""
    return {
        **named(collections, "deque defaultdict Counter OrderedDict ChainMap"),
        "namedtuple": named_tuple(realm),
        "abc": Module("collections.abc", abc_hints(), {}),
    }


def named_tuple(realm: Realm) -> Callable[..., type]:
    """`collections.namedtuple` without `module`; the class counts as the script's own."""

    def namedtuple(
        typename: str,
        field_names: str | Iterable[str],
        *,
        rename: bool = False,
        defaults: Iterable[object] | None = None,
    ) -> type:
        fields = list(field_names.replace(",", " ").split() if isinstance(field_names, str) else field_names)
        # The class is made by compiling its field names; a subclass of str could change its answer in between.
        if any(type(name) is not str for name in [typename, *fields]):
            raise TypeError("the names of a named tuple are strings")
        factory: Any = collections.namedtuple
        made: type = factory(typename, fields, rename=rename, defaults=defaults, module="script")
        realm.adopt(made)
        return made

    return namedtuple
