"""Flow: whether the statements of a block can come to their end, and what can never be reached."""

import ast
from collections.abc import Iterator, Sequence

_Block = Sequence[ast.stmt]
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def can_end(block: _Block) -> bool:
    """Whether what follows a block can be reached from its end."""
    return all(_goes_on(statement) for statement in block)


def _goes_on(statement: ast.stmt) -> bool:
    match statement:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return False
        case ast.If(test=test, body=body, orelse=orelse):
            return (not is_false(test) and can_end(body)) or (not is_true(test) and can_end(orelse))
        case ast.While() | ast.For():
            return _loop_goes_on(statement)
        case ast.With():
            return can_end(statement.body) or any(_swallows(item.context_expr) for item in statement.items)
        case ast.Match(cases=cases):
            return not any(_takes_all(case) for case in cases) or any(can_end(case.body) for case in cases)
        case ast.Try():
            return _try_goes_on(statement)
    return True


def _loop_goes_on(loop: ast.While | ast.For) -> bool:
    if any(isinstance(node, ast.Break) for node in of_loop(loop)):
        return True
    return not (isinstance(loop, ast.While) and is_true(loop.test)) and can_end(loop.orelse)


def _try_goes_on(statement: ast.Try) -> bool:
    if not can_end(statement.finalbody):
        return False
    tried = can_end(statement.body) and can_end(statement.orelse)
    return tried or any(can_end(clause.body) for clause in statement.handlers)


def _swallows(context: ast.expr) -> bool:
    """`with suppress(...)`: an exception in the block leads to its end."""
    match context:
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress")):
            return True
    return False


def _may_swallow(statement: ast.stmt) -> bool:
    """Whether a context in a statement may keep an exception to itself, so that the statement comes to its end."""
    return any(isinstance(node, ast.With) for node in ast.walk(statement))


def _takes_all(case: ast.match_case) -> bool:
    return case.guard is None and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None


def is_true(test: ast.expr) -> bool:
    """Whether a condition holds always, by its text."""
    return isinstance(test, ast.Constant) and bool(test.value)


def is_false(test: ast.expr) -> bool:
    """Whether a condition holds never, by its text."""
    return isinstance(test, ast.Constant) and not test.value


def of_loop(loop: ast.While | ast.For) -> Iterator[ast.AST]:
    """Every node of a loop's body that belongs to this loop and to none in it; the `else` of one in it does."""
    stack: list[ast.AST] = list(loop.body)
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.While | ast.For):
            stack.extend(node.orelse)
        elif not isinstance(node, _SCOPES):
            stack.extend(ast.iter_child_nodes(node))


def of_function(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Every node that runs when the function itself does: those of functions and classes in it are left out."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _SCOPES):
            stack.extend(ast.iter_child_nodes(node))


def blocks(tree: ast.AST) -> Iterator[_Block]:
    """Every block of a file."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            if isinstance(block, list):
                yield block


def unreachable(tree: ast.AST) -> Iterator[_Block]:
    """The rest of each block behind a statement that nothing gets past."""
    for block in blocks(tree):
        for at, statement in enumerate(block[:-1]):
            if not _goes_on(statement) and not _may_swallow(statement):
                yield block[at + 1 :]
                break
