"""Which modules there are, and how each is made for one loaded script."""

from collections.abc import Callable, Mapping

from sandbox.facades import arithmetic, chance, clock, containers, copying, functions, octets, records, text, typed
from sandbox.facades.inputs import Inputs
from sandbox.guards.module import Module
from sandbox.guards.realm import Realm

Names = Mapping[str, object]
Maker = Callable[[Inputs, Realm], Names]


def _fixed(names: Names) -> Maker:
    return lambda inputs, realm: names


def _of_realm(make: Callable[[Realm], Names]) -> Maker:
    return lambda inputs, realm: make(realm)


_MAKERS: dict[str, Maker] = {
    "abc": _of_realm(functions.abc_names),
    "base64": _fixed(octets.BASE64),
    "bisect": _fixed(containers.BISECT),
    "collections": _of_realm(containers.collections_names),
    "collections.abc": _fixed(containers.abc_hints()),
    "contextlib": _fixed(functions.CONTEXTLIB),
    "copy": _of_realm(copying.copy_names),
    "dataclasses": _of_realm(records.dataclasses_names),
    "datetime": clock.datetime_names,
    "decimal": _fixed(arithmetic.DECIMAL),
    "enum": _fixed(records.ENUM),
    "fractions": _fixed(arithmetic.FRACTIONS),
    "functools": _of_realm(functions.functools_names),
    "hashlib": _fixed(octets.HASHLIB),
    "heapq": _fixed(containers.HEAPQ),
    "hmac": _fixed(octets.HMAC),
    "itertools": _fixed(containers.ITERTOOLS),
    "json": _fixed(text.JSON),
    "math": _fixed(arithmetic.MATH),
    "operator": _fixed(functions.OPERATOR),
    "random": chance.random_names,
    "re": _fixed(text.RE),
    "secrets": lambda inputs, realm: chance.secrets_names(inputs),
    "statistics": _fixed(arithmetic.STATISTICS),
    "string": _fixed(text.STRING),
    "struct": _fixed(octets.STRUCT),
    "textwrap": _fixed(text.TEXTWRAP),
    "time": lambda inputs, realm: clock.time_names(inputs),
    "typing": _of_realm(typed.typing_names),
    "uuid": lambda inputs, realm: chance.uuid_names(inputs),
    "zlib": _fixed(octets.ZLIB),
}

#: Every module that a script can import besides its own files and the host's.
FACADE_NAMES = frozenset(_MAKERS)

_INSTEAD: dict[str, Mapping[str, str]] = {
    "time": clock.TIME_INSTEAD,
    "random": chance.RANDOM_INSTEAD,
    "json": {
        "dump": "a script has no files; dumps() gives the text",
        "load": "a script has no files; loads() reads a text",
        "JSONEncoder": "give dumps() a default function",
    },
    "typing": {"get_type_hints": "annotations are not kept"},
    "dataclasses": {"make_dataclass": "write the class out"},
    "functools": {"singledispatch": "use match", "update_wrapper": "use wraps"},
    "operator": {"attrgetter": "use a lambda", "methodcaller": "use a lambda"},
    "string": {"Formatter": "use f-strings or str.format"},
    "uuid": {"uuid1": "use uuid4"},
    "collections": dict.fromkeys(("UserDict", "UserList", "UserString"), "inherit from dict, list or str"),
}


def instead(module: str, name: str) -> str:
    """What to use in place of a name that a facade does not have; "" when there is nothing to say."""
    return _INSTEAD.get(module, {}).get(name, "")


class Facades:
    """The facades of one loaded script, each made when it is first asked for."""

    def __init__(self, inputs: Inputs, realm: Realm, host: Mapping[str, Names]) -> None:
        self._inputs = inputs
        self._realm = realm
        self._host = host
        self._names: dict[str, Names] = {}
        self._modules: dict[str, Module] = {}
        #: The modules that are no files of the script.
        self.available = FACADE_NAMES | host.keys()

    def names(self, module: str) -> Names:
        """What can be imported from a module. Raises KeyError when there is none of that name."""
        if module not in self._names:
            host = self._host.get(module)
            self._names[module] = host if host is not None else _MAKERS[module](self._inputs, self._realm)
        return self._names[module]

    def module(self, module: str) -> Module:
        """The module itself, always the same. Raises KeyError when there is none of that name."""
        if module not in self._modules:
            self._modules[module] = Module(module, self.names(module), _INSTEAD.get(module, {}))
        return self._modules[module]
