"""copy: objects of the host are not copied, wherever in a structure they are met.

A copy of one would carry a quota of its own, or be a second of what there is to be one of.
"""

import copy
import importlib.util
from collections.abc import Callable
from types import ModuleType
from typing import Any

from sandbox.guards.known import COPIED_MODULES
from sandbox.guards.realm import Realm


def _own_instance(name: str) -> ModuleType:
    """The module once more, so that a function of it can be exchanged without anybody else noticing."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Memo(dict[int, object]):
    """What one deep copy has copied so far, and whose objects it may copy."""

    def __init__(self, realm: Realm) -> None:
        super().__init__()
        self.realm = realm


_copy: Any = _own_instance(copy.__name__)
_reconstruct: Callable[..., object] = _copy._reconstruct


def _reconstruct_own(found: object, memo: object, *parts: object, **options: object) -> object:
    if isinstance(memo, _Memo) and not _may_copy(memo.realm, found):
        return found
    return _reconstruct(found, memo, *parts, **options)


_copy._reconstruct = _reconstruct_own


def _may_copy(realm: Realm, found: object) -> bool:
    cls = type(found)
    return cls in realm.known or realm.owns_class(cls) or cls.__module__ in COPIED_MODULES


def copy_names(realm: Realm) -> dict[str, object]:
    """copy, for what the script and Python have made."""

    def shallow(found: object) -> object:
        return _copy.copy(found) if _may_copy(realm, found) else found

    return {"copy": shallow, "deepcopy": deep_copier(realm), "Error": copy.Error}


def deep_copier(realm: Realm) -> Callable[..., object]:
    """A `deepcopy` for one loaded script."""

    def deepcopy(found: object, memo: object = None) -> object:
        return _copy.deepcopy(found, memo if isinstance(memo, _Memo) else _Memo(realm))

    return deepcopy
