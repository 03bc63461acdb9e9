"""Numbers that the server refuses: op codes and groups are whole numbers from 1."""

import ast
from collections.abc import Iterator

from sandbox.lint.constants import Constant, constant
from sandbox.lint.facts import Facts
from sandbox.lint.findings import Finding
from sandbox.script.messages import Message
from sandbox.script.session import Session

_OP_CODE, _GROUP = "an op code", "a group"
_ENDS = 2**31

#: Where the numbers stand: the method, the name of its parameter, the parameter's place (None: by name only).
_PLACES: tuple[tuple[str, str, int | None, str], ...] = (
    ("send", "op_code", 1, _OP_CODE),
    ("broadcast", "op_code", 0, _OP_CODE),
    ("broadcast", "group", None, _GROUP),
    ("join_group", "group", 1, _GROUP),
    ("leave_group", "group", 1, _GROUP),
    ("group_members", "group", 0, _GROUP),
    ("new_text_game_message", "op_code", 0, _OP_CODE),
    ("new_binary_game_message", "op_code", 0, _OP_CODE),
    ("send_group_message", "target_group", 1, _GROUP),
    ("send_reliable_group_message", "target_group", 1, _GROUP),
    ("broadcast_group_membership", "group", 0, _GROUP),
    ("broadcast_group_membership", "to_group", 1, _GROUP),
    ("broadcast_group_membership_update", "group_id_to_broadcast", 0, _GROUP),
    ("broadcast_group_membership_update", "target_group_id", 1, _GROUP),
)

#: What stands for everybody's group, where a method takes that.
_EVERYBODY: dict[str, tuple[int | None, ...]] = {
    "broadcast": (None,),
    "send_group_message": (None, -1),
    "send_reliable_group_message": (None, -1),
    "broadcast_group_membership": (None, -1),
    "broadcast_group_membership_update": (None, -1),
}


def no_number(facts: Facts) -> Iterator[Finding]:
    """A constant that is no legal op code, or no legal group, and so raises in every run."""
    for access in facts.reads:
        for method, parameter, place, what in _PLACES:
            if access.cls is Session and access.name == method and access.call is not None:
                given = _argument(access.call, parameter, place)
                found = constant(given, access.scope, access.file) if given else None
                if given is not None and found is not None and _is_wrong(found, method, parameter):
                    message = f"{what} is a whole number from 1 to 2147483647: {found.shown} is none"
                    yield Finding(access.file, given, message, _hint(found, what, method))


def never_equal(facts: Facts) -> Iterator[Finding]:
    """An op code that is compared with what no op code is, so that the answer is always the same."""
    for access in facts.reads:
        if access.cls is Message and access.name == "op_code":
            for other in _compared(access.file.tree.parent(access.node), access.node):
                found = constant(other, access.scope, access.file)
                if found is not None and (found.enum or isinstance(found.plain, str | bytes)):
                    message = f"op codes are whole numbers: {found.shown} is none, so the two are never equal"
                    yield Finding(access.file, other, message, _hint(found, _OP_CODE, ""))


def _compared(around: ast.AST | None, op_code: ast.expr) -> Iterator[ast.expr]:
    """What an op code is compared with, one by one."""
    match around:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            yield right if left is op_code else left
        case ast.Match(subject=subject, cases=cases) if subject is op_code:
            for pattern in (inner for case in cases for inner in ast.walk(case.pattern)):
                if isinstance(pattern, ast.MatchValue):
                    yield pattern.value


def _argument(call: ast.Call, parameter: str, place: int | None) -> ast.expr | None:
    if any(isinstance(given, ast.Starred) for given in call.args):
        return None
    if place is not None and place < len(call.args):
        return call.args[place]
    return next((keyword.value for keyword in call.keywords if keyword.arg == parameter), None)


def _is_wrong(found: Constant, method: str, parameter: str) -> bool:
    if parameter != "op_code" and found.plain in _EVERYBODY.get(method, ()) and not found.enum:
        return False
    return type(found.plain) is not int or not 1 <= found.plain < _ENDS


def _hint(found: Constant, what: str, method: str) -> str:
    is_text = isinstance(found.plain, str | bytes)
    if found.enum:
        return f"write class {found.enum}(IntEnum):, with IntEnum from the module enum"
    if what == _GROUP and is_text:
        return "number your groups, as in RED = 1"
    if what == _GROUP and method == "broadcast":
        return "leave the group out to reach everybody"
    if what == _GROUP:
        return "groups of your own start at 1" + (", and -1 is everybody" if method in _EVERYBODY else "")
    if is_text and method:
        return "the op code comes before the payload, as in session.broadcast(1, 'hello')"
    return "number your messages, as in HELLO = 1" if is_text else "op codes of your own start at 1"
