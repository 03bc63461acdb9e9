"""Methods of the objects that a script is given: called with what they take, and called at all."""

import ast
import inspect
from collections.abc import Iterator

from sandbox.lint.api import SHOWN, is_method, members, signature
from sandbox.lint.facts import Access, Facts
from sandbox.lint.findings import Finding
from sandbox.script.messages import Connect, Message


def wrong_arguments(facts: Facts) -> Iterator[Finding]:
    """A method of ours that is called with arguments that it does not take, which raises TypeError in every run."""
    for access in facts.reads:
        call = access.call
        if call is None or not is_method(access.cls, access.name) or _has_stars(call):
            continue
        takes = signature(access.cls, access.name)
        try:
            takes.bind(*call.args, **{str(keyword.arg): keyword.value for keyword in call.keywords})
        except TypeError as error:
            message = f"{access.name} cannot be called like this: {error}"
            yield Finding(access.file, access.node, message, f"it is {access.shown}{_quoted(takes)}")


def not_a_method(facts: Facts) -> Iterator[Finding]:
    """A member of ours that is called and is no method."""
    for access in facts.reads:
        is_one = access.name not in members(access.cls) or is_method(access.cls, access.name)
        if access.call is not None and not is_one:
            message = f"'{access.name}' of {SHOWN[access.cls]} is no method, so it cannot be called"
            yield Finding(access.file, access.node, message, f"write {access.shown} without brackets")


def not_called(facts: Facts) -> Iterator[Finding]:
    """A method of ours that stands where only what it returns makes sense."""
    for access in facts.reads:
        if is_method(access.cls, access.name) and _is_used_as_a_result(access):
            arguments = "" if _needs_nothing(access) else "..."
            message = f"'{access.name}' of {SHOWN[access.cls]} is a method, and here it is not called"
            yield Finding(access.file, access.node, message, f"write {access.shown}({arguments})")


def _quoted(takes: inspect.Signature) -> str:
    return str(takes).replace("b''", 'b""').replace("''", '""')


def _needs_nothing(access: Access) -> bool:
    parameters = signature(access.cls, access.name).parameters.values()
    return all(each.default is not inspect.Parameter.empty for each in parameters)


def _has_stars(call: ast.Call) -> bool:
    return any(isinstance(given, ast.Starred) for given in call.args) or any(not each.arg for each in call.keywords)


def _is_used_as_a_result(access: Access) -> bool:
    match access.file.tree.parent(access.node):
        case ast.Compare(ops=ops):
            return all(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in ops)
        case ast.Subscript(value=inner) | ast.For(iter=inner) | ast.comprehension(iter=inner):
            return inner is access.node
        case ast.BinOp() | ast.Expr():
            return True
        case ast.Assign():  # A method of the session may well be given a shorter name; one of a message is soon over.
            return access.cls in (Message, Connect)
    return False
