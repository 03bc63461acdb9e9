"""Attributes and items: native where the name alone tells that no harm can come of it, guarded otherwise."""

import ast

from sandbox.policy.names import (
    ANSWERED,
    FORMATS,
    GUARDED_ATTRIBUTES,
    READABLE,
    SPECIAL_METHODS,
    instead,
    refused_attribute,
)
from sandbox.policy.naming import NameTransformer
from sandbox.policy.pieces import chosen, guard_call, reads_no_attribute, type_is_in

#: Holds an object between the look at its type and its use.
_KEPT = "@kept"


class AccessTransformer(NameTransformer):
    """Rewrites what is read from objects and written to them."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Native where the name is harmless whatever the object is, a guard's answer otherwise."""
        if refusal := refused_attribute(node.attr):
            self.refuse(node, refusal, instead(node.attr))
        if isinstance(node.value, ast.Call) and isinstance(node.ctx, ast.Load):
            self._supers.add(id(node.value.func))
        node = self.node_contents_visit(node)
        if isinstance(node.ctx, ast.Load):
            return self._loaded(node)
        if node.attr.startswith("__"):
            self.refuse(node, f"the attribute '{node.attr}' cannot be set", instead(node.attr))
        node.value = self._writable(node.value, "@plain", "@store", ast.Constant(node.attr))
        return node

    def _loaded(self, node: ast.Attribute) -> ast.AST:
        if node.attr == "__class__":
            return guard_call("@class", node.value)
        if node.attr in FORMATS:
            return node if reads_no_attribute(node.value) else self._answered("@format", node)
        if node.attr == "obj":
            return guard_call("@obj", node.value)
        if node.attr in ANSWERED or node.attr in SPECIAL_METHODS:
            return self._answered("@private", node)
        if node.attr.startswith("_") and node.attr not in READABLE:
            return self._private(node)
        return node

    def _answered(self, guard: str, node: ast.Attribute) -> ast.expr:
        return guard_call(guard, node.value, ast.Constant(node.attr))

    def _private(self, node: ast.Attribute) -> ast.expr:
        """`o._x`, native if the type of `o` is one of the script's plain classes."""
        found = self._twice(node.value)
        if found is None:
            return self._answered("@private", node)
        first, again = found
        node.value = again
        return chosen(type_is_in(first, "@plain"), node, guard_call("@private", again, ast.Constant(node.attr)))

    def _writable(self, value: ast.expr, types: str, guard: str, *rest: ast.expr) -> ast.expr:
        """The object itself; a call is only needed where its type is not one of those that may always be written."""
        found = self._twice(value)
        if found is None:
            return guard_call(guard, value, *rest)
        first, again = found
        return chosen(type_is_in(first, types), again, guard_call(guard, again, *rest))

    def _twice(self, value: ast.expr) -> tuple[ast.expr, ast.expr] | None:
        """An expression that is evaluated once and used twice; None where nothing can be bound for that."""
        if isinstance(value, ast.Name):
            return value, value
        if self._in_class or self._in_comprehension:
            return None
        first = ast.NamedExpr(target=ast.Name(_KEPT, ast.Store()), value=value)
        return ast.copy_location(first, value), ast.copy_location(ast.Name(_KEPT, ast.Load()), value)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """`o[k]` is native; where it is written, `o` is looked at first."""
        node = self.node_contents_visit(node)
        if not isinstance(node.ctx, ast.Load):
            node.value = self._writable(node.value, "@items", "@item")
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Native in-place operation on a guarded object: `@store(o, 'x').x += v` evaluates `o` once."""
        if isinstance(node.target, ast.Attribute) and node.target.attr in GUARDED_ATTRIBUTES:
            # It would load the attribute natively and hand it to the operand's own method.
            hint = f"write x.{node.target.attr} = ... in full"
            self.refuse(node, f"'{node.target.attr}' cannot be changed in place", hint)
        return self.node_contents_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Unpacking is native: iterating an object shows nothing that a loop over it would not."""
        return self.node_contents_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Annotations are never evaluated; only that they are there counts, in a class body."""
        if self._in_class:
            return self._field(node)
        node.annotation = ast.copy_location(ast.Constant(None), node)
        if node.value is not None:
            assign = ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)
            return self.node_contents_visit(assign)
        if isinstance(node.target, ast.Name):
            return self.node_contents_visit(node)
        return ast.copy_location(ast.Pass(), node)

    def _field(self, node: ast.AnnAssign) -> ast.AST:
        kind = _annotation_name(node.annotation)
        self._check_field(node)
        if kind == "ClassVar":
            if node.value is None:
                return ast.copy_location(ast.Pass(), node)
            assign = ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)
            return self.node_contents_visit(assign)
        kept = ast.Name(f"@{kind}", ast.Load()) if kind in ("InitVar", "KW_ONLY") else ast.Constant(None)
        node.annotation = ast.copy_location(kept, node)
        node.target = self.visit(node.target)
        node.value = node.value and self.visit(node.value)
        return node

    def _check_field(self, node: ast.AnnAssign) -> None:
        if isinstance(node.target, ast.Name) and (refusal := refused_attribute(node.target.id)):
            self.refuse(node, refusal, instead(node.target.id))


def _annotation_name(annotation: ast.expr) -> str:
    match annotation:
        case ast.Subscript(value=inner):
            return _annotation_name(inner)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""
