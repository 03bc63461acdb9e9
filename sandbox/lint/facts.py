"""Facts of a script that lints look things up in; found once."""

import ast
from collections.abc import Iterator, Mapping

from sandbox.lint.callees import Callee, Definition, callees, definition
from sandbox.lint.scopes import Scope
from sandbox.lint.source_files import File, names_read, parsed
from sandbox.lint.types_of import Types, arguments_of
from session.values import value


@value
class Access:
    """An attribute that is read from, or written to, an object of ours, whose class is `cls`."""

    file: File
    node: ast.Attribute
    cls: type
    scope: Scope

    @property
    def name(self) -> str:
        """The name of the attribute."""
        return self.node.attr

    @property
    def call(self) -> ast.Call | None:
        """The call of what was read; None where it is not called on the spot."""
        parent = self.file.tree.parent(self.node)
        return parent if isinstance(parent, ast.Call) and parent.func is self.node else None

    @property
    def shown(self) -> str:
        """The expression as it could be written."""
        return ast.unparse(self.node)[:80]


@value
class Facts:
    """A script. Without a namespace it has no callbacks yet; `read` are the names that some file reads."""

    files: Mapping[str, File]
    launch: str
    callbacks: Mapping[str, Callee]
    definitions: Mapping[str, Definition]
    types: Mapping[str, Types]
    configuration: Mapping[str, object]
    read: frozenset[str]
    reads: tuple[Access, ...]
    writes: tuple[Access, ...]

    @property
    def main(self) -> File | None:
        """The launch file, where callbacks are looked for."""
        return self.files.get(self.launch)


def gathered(
    sources: Mapping[str, str], launch: str, configuration: Mapping[str, object], namespace: Mapping[str, object]
) -> Facts:
    """Find out what there is to know of a script."""
    files = parsed(sources, launch)
    callbacks = callees(namespace)
    found = {name: definition(callee, files) for name, callee in callbacks.items()}
    definitions = {name: where for name, where in found.items() if where is not None}
    given = arguments_of(callbacks, definitions)
    types = {path: Types(file, given) for path, file in files.items()}
    return Facts(
        files=files,
        launch=launch,
        callbacks=callbacks,
        definitions=definitions,
        types=types,
        configuration=configuration,
        read=names_read(files, sources),
        reads=tuple(_accesses(files, types, ast.Load)),
        writes=tuple(_accesses(files, types, ast.Store)),
    )


def _accesses(
    files: Mapping[str, File], types: Mapping[str, Types], context: type[ast.expr_context]
) -> Iterator[Access]:
    """Names with underscores are left to the policy."""
    for path, file in files.items():
        for node, scope in file.tree.nodes():
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, context) and not node.attr.startswith("_"):
                if (cls := types[path].of(node.value, scope)) is not None:
                    yield Access(file, node, cls, scope)
