"""Which names a script may use, as data: the transformer asks before a script runs, the guards while it runs."""

from RestrictedPython.transformer import INSPECT_ATTRIBUTES

#: Arithmetic and bit operations; each has a right-hand and an in-place twin.
_OPERATORS = "add sub mul matmul truediv floordiv mod pow lshift rshift and xor or".split()
_PLAIN = (
    "init post_init repr str bytes bool int float complex index round trunc floor ceil len contains iter next reversed "
    "getitem setitem delitem missing hash eq ne lt le gt ge call enter exit neg pos abs invert divmod rdivmod "
    "copy deepcopy"
).split()

#: The special methods that a class of a script may have. What is not here would change how attributes are found,
#: how objects are made, or what C code is told about them.
SPECIAL_METHODS = frozenset(
    f"__{name}__" for name in [*_PLAIN, *(side + name for name in _OPERATORS for side in ("", "r", "i"))]
)

#: Strings that every class and function carries; reading them leads nowhere.
READABLE = frozenset({"__name__", "__qualname__", "__doc__"})

#: Dunder attributes that are answered by a guard.
ANSWERED = frozenset({"__class__", "__members__"})

#: What walks from a harmless object into the interpreter: frames, code, the class tree, and the functions behind a
#: property (which would let a script go around the rule of who may write).
FORBIDDEN_ATTRIBUTES = INSPECT_ATTRIBUTES | {"mro", "with_traceback", "add_note", "fget", "fset", "fdel"}

#: `str.format` reads attributes that are named in its text, so its text has to be checked when it runs.
FORMATS = frozenset({"format", "format_map"})

#: Attributes that reach a script only through a guard, though their names are ordinary. `AttributeError.obj` holds
#: whatever object the interpreter was looking at (CVE-2024-47532).
GUARDED_ATTRIBUTES = FORMATS | {"obj"}

_FILES = "a script has no files; what it is to remember it keeps in module-level variables"
_STRINGS = "code cannot be made from text here; use a function, or a dict of functions"
_NAMESPACES = "keep what you need in a dict of your own"

#: Builtins that authors know and that a script does not get, with what to do instead.
WITHHELD_BUILTINS = {
    "open": _FILES,
    "exec": _STRINGS,
    "eval": _STRINGS + "; json.loads() reads data",
    "compile": _STRINGS,
    "globals": _NAMESPACES,
    "locals": _NAMESPACES,
    "vars": _NAMESPACES,
    "dir": "write out the names",
    "input": "nobody sits at this console; messages of players come to on_message(message)",
    "breakpoint": "there is no console; print() writes to the log of the game session",
    "help": "there is no console; print() writes to the log of the game session",
    "exit": "session.end() ends the game session",
    "quit": "session.end() ends the game session",
    "SystemExit": "session.end() ends the game session",
    "BaseException": "catch Exception",
    "BaseExceptionGroup": "catch Exception",
    "ExceptionGroup": "raise one exception",
    "KeyboardInterrupt": "catch Exception",
    "GeneratorExit": "use try/finally in the generator",
    "aiter": "callbacks are ordinary functions; use iter()",
    "anext": "callbacks are ordinary functions; use next()",
}

_INSTEAD = {
    "__slots__": "leave it out, or use @dataclass(slots=True)",
    "__getattr__": "use a dict, or a property for each name",
    "__getattribute__": "use a property for each name",
    "__setattr__": "use a property with a setter",
    "__del__": "use a method that you call, or a with statement",
    "__new__": "use __init__, or a function that makes the object",
    "__format__": "use __str__, or a method that takes the format",
    "__init_subclass__": "use a class decorator",
    "__class_getitem__": "use a classmethod",
    "__dict__": "keep what you need in a dict of your own",
    "__file__": "a script has no files",
    "__import__": "use an import statement at the top of the file",
    "__builtins__": "name the builtin itself",
    "__all__": "leave it out: `from x import *` is not available",
    "__traceback__": "the log of the game session has the traceback",
    "__annotations__": "annotations are not kept; write out the names",
}


def instead(name: str) -> str:
    """What to write in place of a refused name; "" when there is nothing to say."""
    if name in _INSTEAD:
        return _INSTEAD[name]
    if name in SPECIAL_METHODS:
        return "special methods belong in a class; elsewhere use the operator or builtin that calls it"
    return "" if name.endswith("__") else "use one underscore, or none"


def refused_attribute(name: str) -> str:
    """Why a script may not name this attribute, as a sentence; "" when it may."""
    if name in FORBIDDEN_ATTRIBUTES:
        return f"the attribute '{name}' is not available: it leads into the interpreter"
    if name.startswith("__") and name not in READABLE and name not in ANSWERED and name not in SPECIAL_METHODS:
        return f"the attribute '{name}' is not available: names with two leading underscores belong to Python"
    return ""


def refused_name(name: str) -> str:
    """Why a script may not use this as a variable, as a sentence; "" when it may."""
    if name.startswith("__"):
        return f"the name '{name}' is not available: names with two leading underscores belong to Python"
    return ""
