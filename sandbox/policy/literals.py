"""Reading a literal off a script without running it."""

import ast
import warnings
from collections.abc import Mapping
from typing import TypeAlias

from sandbox.faults import Fault
from sandbox.policy.compiling import SYNTAX_ERRORS, parse
from sandbox.policy.faults import FaultList

#: What `read_literal` gives: the keys are strings at the top; below, whatever a Python literal can say.
Literal: TypeAlias = dict[str, object]

_HINT = "write it as a dict literal: strings, numbers, True, False, None, lists and dicts, nothing computed"


def read_literal(source: str, name: str, file: str = "main.py") -> Literal | Fault | None:
    """The dict that the module assigns to `name`; None if it assigns none, a Fault if it is not a literal.

    Nothing of the script runs. The last assignment at module level counts.
    """
    faults = FaultList(file, source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parse(source, file, faults)
        if tree is None:
            return next(iter(faults))
        node = _assigned(tree, name)
        return None if node is None else _evaluated(node, name, faults)


def at_keys(source: str, name: str, file: str, faults: Mapping[str, str]) -> tuple[Fault, ...]:
    """Faults of keys, each where its key stands in the dict that the module assigns to `name`."""
    found = FaultList(file, source)
    tree = parse(source, file, found)
    match _assigned(tree, name) if tree else None:
        case ast.Dict(keys=keys):
            for key in keys:
                if isinstance(key, ast.Constant) and key.value in faults:
                    found.add_at_byte(key.lineno, key.col_offset, faults[str(key.value)])
    return found.sorted()


def _assigned(tree: ast.Module, name: str) -> ast.expr | None:
    found = None
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=targets, value=value) if any(_is(target, name) for target in targets):
                found = value
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _is(target, name):
                found = value
            case _:
                pass
    return found


def _is(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _evaluated(node: ast.expr, name: str, faults: FaultList) -> Literal | Fault:
    try:
        found = ast.literal_eval(node)
    except (*SYNTAX_ERRORS, TypeError):
        return _fault(node, f"'{name}' is not a literal", faults)
    if not isinstance(found, dict):
        return _fault(node, f"'{name}' is a {type(found).__name__}, not a dict", faults)
    if not all(isinstance(key, str) for key in found):
        return _fault(node, f"a key of '{name}' is not a string", faults)
    return found


def _fault(node: ast.expr, message: str, faults: FaultList) -> Fault:
    faults.add_at_byte(node.lineno, node.col_offset, message, _HINT)
    return next(iter(faults))
