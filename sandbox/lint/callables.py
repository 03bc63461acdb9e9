"""Callbacks as they are called: with how many arguments, and to return."""

from collections.abc import Iterator
from types import CodeType, FunctionType

from sandbox.lint.api import GROUP, PARAMETERS
from sandbox.lint.callees import Callee
from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding

# What CPython notes in a code object's flags.
_TAKES_ANY_NUMBER = 0x04
_YIELDS = 0x20


def wrong_parameters(facts: Facts) -> Iterator[Finding]:
    """A callback that cannot be called with what the server gives it."""
    for name, callee in facts.callbacks.items():
        function, wanted = callee.function(), PARAMETERS.get(name)
        if function is None or wanted is None or _takes(function, len(wanted) + callee.is_method):
            continue
        if (found := facts.definitions.get(name)) is not None:
            has = _counted(function, callee)
            message = f"{name} is called with {_arguments(len(wanted))}, and this takes {has}"
            yield Finding(found.file, found.node, message, _hint(name, function.__code__, callee))


def swapped_parameters(facts: Facts) -> Iterator[Finding]:
    """A callback of a group's that takes the group first, as GameLift's do."""
    for name, found in facts.definitions.items():
        arguments = [*found.node.args.posonlyargs, *found.node.args.args][facts.callbacks[name].is_method :]
        if PARAMETERS[name][-1:] == (GROUP,) and len(arguments) > 1 and arguments[0].arg.lower().startswith("group"):
            message = f"{name} is given the player first, and the group second"
            yield Finding(found.file, arguments[0], message, f"write def {written(found.node.name, name)}:")


def yields(facts: Facts) -> Iterator[Finding]:
    """A callback with `yield` in it: calling it runs nothing."""
    for name, callee in facts.callbacks.items():
        function = callee.function()
        if function is not None and function.__code__.co_flags & _YIELDS:
            if (found := facts.definitions.get(name)) is not None:
                message = f"{name} contains yield, so that calling it runs nothing"
                hint = "use return; for something later, session.after(seconds, f)"
                yield Finding(found.file, found.node, message, hint)


def not_callable(facts: Facts) -> Iterator[Finding]:
    """A callback's name that stands for something else."""
    file = facts.main
    for name, callee in facts.callbacks.items():
        if file is not None and callee.called is not None and not callable(callee.called):
            for node in file.tree.module.bindings.get(name, [])[-1:]:
                kind = type(callee.called).__name__
                message = f"{name} is the name of a callback, and this is a {kind}, which cannot be called"
                yield Finding(file, node, message, f"write def {written(name, name)}:, or give it another name")


def written(function: str, callback: str, first: str = "") -> str:
    """A function that can be a callback, with its parameters, as one writes it."""
    names = [parameter.name for parameter in PARAMETERS.get(callback, ())]
    return f"{function}({', '.join([first, *names] if first else names)})"


def _takes(function: FunctionType, given: int) -> bool:
    code = function.__code__
    defaults = function.__kwdefaults__ or {}
    named_only = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    enough = given >= code.co_argcount - len(function.__defaults__ or ())
    return enough and (given <= code.co_argcount or _open(code)) and all(name in defaults for name in named_only)


def _open(code: CodeType) -> bool:
    return bool(code.co_flags & _TAKES_ANY_NUMBER)


def _counted(function: FunctionType, callee: Callee) -> str:
    code = function.__code__
    if code.co_kwonlyargcount:
        return "arguments by name only"
    most = code.co_argcount - callee.is_method
    least = most - len(function.__defaults__ or ())
    if _open(code):
        return f"{least} or more"
    return str(most) if least == most else f"{least} to {most}"


def _hint(name: str, code: CodeType, callee: Callee) -> str:
    owner, _, method = code.co_qualname.rpartition(".")
    if owner and code.co_varnames[:1] == ("self",) and not callee.is_method:
        return f"{method} belongs to an object: make one first, as in {name} = {owner}().{method}"
    return f"write def {written(code.co_name, name, 'self' if callee.is_method else '')}:"


def _arguments(count: int) -> str:
    return {0: "no argument", 1: "1 argument"}.get(count, f"{count} arguments")
