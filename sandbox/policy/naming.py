"""The names of a script: which are refused, and where each was bound."""

import ast
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from sandbox.policy.faults import FaultList
from sandbox.policy.names import SPECIAL_METHODS, WITHHELD_BUILTINS, instead, refused_name

#: Nodes that hold nothing that could be refused; most of a tree is these.
_LEAVES = frozenset(
    {
        *(ast.Load, ast.Store, ast.Del, ast.Constant, ast.Pass, ast.Break, ast.Continue),
        *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult),
        *(ast.LShift, ast.RShift, ast.BitOr, ast.BitXor, ast.BitAnd, ast.Invert, ast.UAdd, ast.USub),
        *(ast.And, ast.Or, ast.Not, ast.Is, ast.IsNot, ast.In, ast.NotIn),
        *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    }
)


class NameTransformer(RestrictingNodeTransformer):
    """Refuses the names that belong to Python, and gathers what is refused."""

    def __init__(self, faults: FaultList, hints: FaultList) -> None:
        super().__init__()
        self._faults = faults
        self._hints = hints
        self._in_class = False
        self._in_comprehension = 0
        self._bound: set[str] = set()
        self._withheld: list[ast.Name] = []
        self._supers: set[int] = set()

    def refuse_withheld(self) -> None:
        """Refuse the builtins that the script uses without having defined them; all its names are known now."""
        for name in self._withheld:
            if name.id not in self._bound:
                self.refuse(name, f"'{name.id}' is not available", WITHHELD_BUILTINS[name.id])

    def visit(self, node: ast.AST) -> Any:
        """Visit a node by the method for its kind; a kind without one is refused."""
        if type(node) in _LEAVES:
            return node
        found = super().visit(node)
        return node if found is None else found  # what is refused stays in place, so that the rest can be looked at

    # Telling

    def refuse(self, node: ast.AST, message: str, hint: str = "") -> None:
        """Note why this node is refused."""
        self._faults.add_at_byte(getattr(node, "lineno", 0), getattr(node, "col_offset", 0), message, hint)

    def error(self, node: ast.AST, info: str) -> None:
        """The base class's way to say the same."""
        self.refuse(node, info)

    def warn(self, node: ast.AST, info: str) -> None:
        """The base class warns of what it refuses as well; once is enough."""

    # Names

    def check_name(self, node: ast.AST, name: str | None, allow_magic_methods: bool = False) -> None:
        """Refuse names that belong to Python; a name with one leading underscore is the script's own."""
        if name is None or (self._in_class and name in SPECIAL_METHODS):
            return
        self._bound.add(name)
        if name == "super":
            self.refuse(node, "'super' cannot be given another meaning", "choose another name")
        elif refusal := refused_name(name):
            self.refuse(node, refusal, instead(name))

    def check_function_argument_names(self, node: object) -> None:
        """Nothing is left to do: `visit_arg` sees each of them."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A variable."""
        if not isinstance(node.ctx, ast.Load):
            self.check_name(node, node.id)
        elif node.id == "super" and id(node) not in self._supers:
            self.refuse(node, "'super' can only be called on the spot", "write super().name(...)")
        elif node.id in WITHHELD_BUILTINS:
            self._withheld.append(node)
        elif node.id.startswith("__") and node.id != "__name__" and not self._special_here(node.id):
            self.refuse(node, refused_name(node.id), instead(node.id))
        return node

    def _special_here(self, name: str) -> bool:
        return self._in_class and name in SPECIAL_METHODS

    def visit_Global(self, node: ast.Global) -> ast.AST:
        """Names of the module, used in a function."""
        for name in node.names:
            self.check_name(node, name)
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST:
        """Names of the function around, used in a function."""
        for name in node.names:
            self.check_name(node, name)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        """`(name := value)`; the name is checked as any."""
        return self.node_contents_visit(node)
