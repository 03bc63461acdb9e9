"""Scopes: which names belong where, and every node of a file in the order in which Python gets to it.

The walk keeps a stack of its own, so that no source is too deep for it.
"""

import ast
from collections.abc import Iterator
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_NOT_LOOKED_AT = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)


class Scope:
    """The module, a class, a function or a comprehension: the names bound in it and the nodes that it runs itself."""

    __slots__ = ("bindings", "globals", "nodes", "nonlocals", "owner", "parent")

    def __init__(self, owner: ast.AST, parent: "Scope | None") -> None:
        self.owner = owner
        self.parent = parent
        self.nodes: list[ast.AST] = []
        #: What binds each name: a Name, an argument, a definition, an alias, ...
        self.bindings: dict[str, list[ast.AST]] = {}
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()

    @property
    def module(self) -> "Scope":
        """The module's scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def is_function(self) -> bool:
        """Whether this runs when it is called, and not before."""
        return isinstance(self.owner, _FUNCTIONS)

    @property
    def is_comprehension(self) -> bool:
        """Whether this is a comprehension, whose names are its own."""
        return isinstance(self.owner, _COMPREHENSIONS)

    def found(self, name: str) -> "Scope | None":
        """The scope whose name this is when it is read here; None where no scope of the file has it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.globals:
                return scope.module if name in scope.module.bindings else None
            if name in scope.bindings and (scope is self or not isinstance(scope.owner, ast.ClassDef)):
                return scope
            scope = scope.parent
        return None

    def bind(self, name: str, node: ast.AST) -> None:
        """Note a binding where it belongs: `global` and `nonlocal` send it elsewhere."""
        scope = self
        if name in self.globals:
            scope = self.module
        elif name in self.nonlocals and self.parent is not None:
            scope = self.parent.found(name) or self.parent
        scope.bindings.setdefault(name, []).append(node)


class Tree:
    """A file's scopes, the module's first, and what stands around each node."""

    __slots__ = ("_parents", "scopes")

    def __init__(self, module: ast.Module) -> None:
        self._parents: dict[ast.AST, ast.AST] = {}
        self.scopes: list[Scope] = [Scope(module, None)]
        self._walk(module)

    @property
    def module(self) -> Scope:
        """The module's scope."""
        return self.scopes[0]

    def nodes(self) -> Iterator[tuple[ast.AST, Scope]]:
        """Every node with the scope that runs it."""
        for scope in self.scopes:
            for node in scope.nodes:
                yield node, scope

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What stands around a node, from the inside out."""
        parent = self._parents.get(node)
        while parent is not None:
            yield parent
            parent = self._parents.get(parent)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What stands right around a node."""
        return self._parents.get(node)

    def _walk(self, module: ast.Module) -> None:
        stack: list[tuple[ast.AST, Scope]] = [(module, self.module)]
        while stack:
            node, scope = stack.pop()
            scope.nodes.append(node)
            _bind(node, scope)
            inside = list(self._inside(node, scope))
            for child, _ in inside:
                self._parents.setdefault(child, node)
            stack.extend(reversed(inside))

    def _inside(self, node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        """The children of a node in the order of their evaluation, each with its scope. Annotations never run."""
        if isinstance(node, _FUNCTIONS):
            yield from self._of_function(node, scope)
        elif isinstance(node, ast.ClassDef):
            inner = self._scope(node, scope)
            yield from ((child, scope) for child in (*node.decorator_list, *node.bases, *node.keywords))
            yield from ((child, inner) for child in node.body)
        elif isinstance(node, _COMPREHENSIONS):
            yield from self._of_comprehension(node, scope)
        else:
            yield from ((child, scope) for child in _evaluated(node))

    def _of_function(self, node: Function, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        inner, given = self._scope(node, scope), node.args
        outside = [*given.defaults, *(default for default in given.kw_defaults if default)]
        if not isinstance(node, ast.Lambda):
            outside = [*node.decorator_list, *outside]
        yield from ((child, scope) for child in outside)
        stars = [star for star in (given.vararg, given.kwarg) if star]
        yield from ((child, inner) for child in (*given.posonlyargs, *given.args, *given.kwonlyargs, *stars))
        yield from ((child, inner) for child in ([node.body] if isinstance(node, ast.Lambda) else node.body))

    def _of_comprehension(self, node: Comprehension, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        """The first iterable is evaluated outside."""
        inner = self._scope(node, scope)
        for at, generator in enumerate(node.generators):
            yield generator.iter, inner if at else scope
            self._parents[generator.iter] = self._parents[generator.target] = generator
            self._parents[generator] = node
            yield generator.target, inner
            yield from ((test, inner) for test in generator.ifs)
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        yield from ((result, inner) for result in results)

    def _scope(self, owner: ast.AST, parent: Scope) -> Scope:
        scope = Scope(owner, parent)
        self.scopes.append(scope)
        return scope


def _evaluated(node: ast.AST) -> Iterator[ast.AST]:
    """The children of a node in the order of their evaluation: what is assigned comes before what it is assigned to."""
    match node:
        case ast.Assign(targets=targets, value=given):
            yield from (given, *targets)
        case ast.AnnAssign(target=target, value=given):
            yield from (given, target) if given else (target,)
        case ast.NamedExpr(target=target, value=given):
            yield from (given, target)
        case ast.arg():
            pass
        case ast.For(target=target, iter=given, body=body, orelse=orelse):
            yield from (given, target, *body, *orelse)
        case _:
            yield from (child for child in ast.iter_child_nodes(node) if not isinstance(child, _NOT_LOOKED_AT))


def _bind(node: ast.AST, scope: Scope) -> None:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            scope.bind(name, node)
        case ast.NamedExpr(target=ast.Name(id=name)) if scope.is_comprehension:
            _outside_comprehensions(scope).bind(name, node.target)
        case ast.arg(arg=name):
            scope.bind(name, node)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            scope.bind(name, node)
        case ast.alias(name=name, asname=asname):
            scope.bind(asname or name.partition(".")[0], node)
        case ast.Global(names=names):
            scope.globals.update(names)
        case ast.Nonlocal(names=names):
            scope.nonlocals.update(names)
        case _:
            _bind_by_clause(node, scope)


def _bind_by_clause(node: ast.AST, scope: Scope) -> None:
    match node:
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            scope.bind(name, node)
        case ast.MatchMapping(rest=str(name)):
            scope.bind(name, node)
        case _:
            pass


def _outside_comprehensions(scope: Scope) -> Scope:
    while scope.is_comprehension and scope.parent is not None:
        scope = scope.parent
    return scope
