"""What each piece of syntax becomes.

The base class refuses every node that nobody has looked at. Its own guards cost a call for each attribute, subscript
and loop; here a name is checked once, when the source is read, and only what depends on the object becomes a call: to
functions whose names no identifier can spell ("@store"), so that no script can shadow them.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.policy.access import AccessTransformer
from sandbox.policy.faults import FaultList, Import
from sandbox.policy.names import SPECIAL_METHODS, instead, refused_name
from sandbox.policy.patterns import pattern_faults

_NO_ASYNC = "callbacks are ordinary functions; session.after(seconds, f) does something later"

_HINTS = {
    "AsyncFunctionDef": _NO_ASYNC,
    "AsyncFor": _NO_ASYNC,
    "AsyncWith": _NO_ASYNC,
    "Await": _NO_ASYNC,
    "TypeAlias": "write `Name = ...`; annotations are not kept",
    "TemplateStr": "use an f-string",
}
_CALLED = {
    "AsyncFunctionDef": "async def",
    "AsyncFor": "async for",
    "AsyncWith": "async with",
    "Await": "await",
    "TypeAlias": "the type statement",
    "TemplateStr": "a t-string",
}


class ScriptTransformer(AccessTransformer):
    """Rewrites one file under the policy; what is refused goes into the list of faults."""

    def __init__(self, file: str, faults: FaultList, hints: FaultList) -> None:
        super().__init__(faults, hints)
        self._file = file
        self._imports: list[Import] = []

    @property
    def imports(self) -> tuple[Import, ...]:
        """The import statements, in the order of the source."""
        return tuple(self._imports)

    def transformed(self, tree: ast.Module) -> ast.Module:
        """The tree, rewritten. Raises RecursionError when it is too deep."""
        tree = self.node_contents_visit(tree)
        self.refuse_withheld()
        return ast.fix_missing_locations(tree)

    def not_allowed(self, node: ast.AST) -> None:
        """Refuse a kind of node altogether."""
        kind = type(node).__name__
        self.refuse(node, f"{_CALLED.get(kind, kind)} is not available in a script", _HINTS.get(kind, ""))

    # Loops and clauses, native

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        """`[x for ...]`."""
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        """`{x for ...}`."""
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        """`(x for ...)`."""
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        """`{k: v for ...}`."""
        return self._comprehension(node)

    def _comprehension(self, node: ast.AST) -> ast.AST:
        self._in_comprehension += 1
        node = self.node_contents_visit(node)
        self._in_comprehension -= 1
        return node

    def guard_iter(self, node: ast.For | ast.comprehension) -> ast.AST:
        """Iteration is native."""
        if isinstance(node, ast.comprehension) and node.is_async:
            self.refuse(node.target, "async for is not available in a script", _NO_ASYNC)
        return self.node_contents_visit(node)

    def visit_With(self, node: ast.With) -> ast.AST:
        """`with` is native: the special methods that it calls are those a class may have."""
        return self.node_contents_visit(node)

    def visit_TryStar(self, node: ast.AST) -> None:
        """`except*` confuses the types of CPython itself (CVE-2025-22153)."""
        assert isinstance(node, ast.TryStar)
        self.refuse(node.handlers[0], "except* is not available in a script", "catch with plain `except`")

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """A bare `except:` means `except Exception:`."""
        self.check_name(node, node.name)
        if node.type is None:
            # `except:` must be the last clause; with a type, the compiler would no longer say so, but nothing breaks.
            node = self.node_contents_visit(node)
            node.type = ast.copy_location(ast.Name("@Exception", ast.Load()), node)
            return node
        return self.node_contents_visit(node)

    # Calls

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Calls are native, stars included."""
        return self.node_contents_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        """A keyword argument."""
        if node.arg is not None and (refusal := refused_name(node.arg)):
            self.refuse(node, refusal, instead(node.arg))
        return self.node_contents_visit(node)

    # Functions and classes

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function or method; its annotations are dropped unread."""
        if self._in_class or node.name not in SPECIAL_METHODS:
            self.check_name(node, node.name)
        else:
            self.refuse(node, f"the function '{node.name}' stands outside a class", instead(node.name))
        self._refuse_type_parameters(node)
        node.returns = None
        node.decorator_list = [self.visit(decorator) for decorator in node.decorator_list]
        self._visit_defaults(node.args)
        with self._scope(in_class=False):
            self._visit_parameters(node.args)
            body = ast.Module(body=node.body, type_ignores=[])
            node.body = self.node_contents_visit(body).body
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """An expression as a function."""
        self._visit_defaults(node.args)
        with self._scope(in_class=False):
            self._visit_parameters(node.args)
            node.body = self.visit(node.body)
        return node

    def _visit_defaults(self, arguments: ast.arguments) -> None:
        """Default values belong to the scope around the function."""
        arguments.defaults = [self.visit(default) for default in arguments.defaults]
        arguments.kw_defaults = [default and self.visit(default) for default in arguments.kw_defaults]

    def _visit_parameters(self, arguments: ast.arguments) -> None:
        for parameter in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            self.visit(parameter)
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                self.visit(rest)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """A parameter, of whatever kind."""
        self.check_name(node, node.arg)
        node.annotation = None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A class; `__build_class__` looks at its bases when it is made."""
        self.check_name(node, node.name)
        self._refuse_type_parameters(node)
        for keyword in node.keywords:
            if keyword.arg != "total":
                self.refuse(keyword, f"the class keyword '{keyword.arg or '**'}' is not available", "leave it out")
        node.keywords = []
        with self._scope(in_class=True):
            return self.node_contents_visit(node)

    def _refuse_type_parameters(self, node: ast.FunctionDef | ast.ClassDef) -> None:
        for parameter in getattr(node, "type_params", ()):
            self.refuse(parameter, "type parameters are not available in a script", "leave them out")
        if hasattr(node, "type_params"):
            node.type_params = []

    @contextmanager
    def _scope(self, *, in_class: bool) -> Iterator[None]:
        before, self._in_class = self._in_class, in_class
        yield
        self._in_class = before

    # Imports

    def visit_Import(self, node: ast.Import) -> ast.AST | list[ast.AST]:
        """`import a.b as c` becomes an assignment from the loader's answer."""
        self._refuse_lazy(node)
        return [self._import(node, alias) for alias in node.names]

    def _import(self, node: ast.Import, alias: ast.alias) -> ast.AST:
        self._imports.append(Import(alias.name, (), 0, node.lineno, node.col_offset))
        bound = alias.asname or alias.name.partition(".")[0]
        self.check_name(node, bound)
        whole = ast.Constant(alias.asname is not None)
        return self._bind(node, bound, "@import", [ast.Constant(alias.name), whole])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.AST]:
        """`from a import b` likewise; `from __future__` asks for what is given anyway."""
        self._refuse_lazy(node)
        if node.module == "__future__" and not node.level:
            return ast.copy_location(ast.Pass(), node)
        if any(alias.name == "*" for alias in node.names):
            self.refuse(node, "`from x import *` is not available", "name what you need: from x import a, b")
            return node
        names = tuple(alias.name for alias in node.names)
        self._imports.append(Import(node.module or "", names, node.level, node.lineno, node.col_offset))
        return [self._import_from(node, alias) for alias in node.names]

    def _import_from(self, node: ast.ImportFrom, alias: ast.alias) -> ast.AST:
        if refusal := refused_name(alias.name):
            self.refuse(node, refusal)
        bound = alias.asname or alias.name
        self.check_name(node, bound)
        where = [ast.Constant(node.module or ""), ast.Constant(alias.name), ast.Constant(node.level)]
        return self._bind(node, bound, "@from", [*where, ast.Constant(self._file)])

    def _bind(self, node: ast.stmt, name: str, guard: str, arguments: list[ast.expr]) -> ast.AST:
        call = ast.Call(func=ast.Name(guard, ast.Load()), args=arguments, keywords=[])
        return ast.copy_location(ast.Assign(targets=[ast.Name(name, ast.Store())], value=call), node)

    def _refuse_lazy(self, node: ast.Import | ast.ImportFrom) -> None:
        if getattr(node, "is_lazy", 0):
            self.refuse(node, "lazy imports are not available in a script", "import at the top of the file")

    # Patterns: CPython reads attributes natively there, so their names have to be harmless without a guard.

    def visit_Match(self, node: ast.Match) -> ast.AST:
        """A match statement."""
        return self.node_contents_visit(node)

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        """One case: the pattern is checked and stays as it is, guard and body are visited."""
        for found in pattern_faults(node.pattern):
            self.refuse(found.node, found.message, found.hint)
        for pattern in ast.walk(node.pattern):
            self._visit_capture(pattern)
        node.guard = node.guard and self.visit(node.guard)
        body = ast.Module(body=node.body, type_ignores=[])
        node.body = self.node_contents_visit(body).body
        return node

    def _visit_capture(self, pattern: ast.AST) -> None:
        match pattern:
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                self.check_name(pattern, name)
            case _:
                return
        if name.isupper() and isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
            hint = "compare with `case x if x == NAME:`, or with a dotted name such as Op.NAME"
            self._warn(pattern, f"`case {name}` takes any value and names it {name}; it does not compare", hint)

    def _warn(self, node: ast.AST, message: str, hint: str) -> None:
        self._hints.add_at_byte(getattr(node, "lineno", 0), getattr(node, "col_offset", 0), message, hint)

    # New in later Pythons

    def visit_TemplateStr(self, node: ast.AST) -> None:
        """The base class allows t-strings; their values have not been looked at here."""
        self.not_allowed(node)

    def visit_Interpolation(self, node: ast.AST) -> None:
        """Part of a t-string."""
        self.not_allowed(node)
