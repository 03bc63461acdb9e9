"""The files of a script, parsed, and every name that some of them reads."""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping

from sandbox.lint.scopes import Tree
from sandbox.policy.compiling import SYNTAX_ERRORS
from session.values import value

#: So much source is looked at, the launch file first: a tree takes a hundred times the memory of its source.
MAX_LINTED_CHARACTERS = 128 * 1024

_WORD = re.compile(r"\w+")


@value
class File:
    """One file of a script, parsed; ``path`` is its name in the script."""

    path: str
    module: ast.Module
    tree: Tree


def parsed(sources: Mapping[str, str], launch: str) -> dict[str, File]:
    """The files of a script that are Python and not too large, the launch file first."""
    files: dict[str, File] = {}
    room = MAX_LINTED_CHARACTERS
    for path in sorted(sources, key=lambda path: (path != launch, path)):
        room -= len(sources[path])
        if path.endswith(".py") and room >= 0 and (module := _parsed(sources[path], path)) is not None:
            files[path] = File(path, module, Tree(module))
    return files


def names_read(files: Mapping[str, File], sources: Mapping[str, str]) -> frozenset[str]:
    """Every name that is read in some way; what is not parsed may read any word in it."""
    rest = (match[0] for path, source in sources.items() if path not in files for match in _WORD.finditer(source))
    return frozenset({*_read(files.values()), *rest})


def _read(files: Iterable[File]) -> Iterator[str]:
    for file in files:
        for node, _ in file.tree.nodes():
            match node:
                case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()):
                    yield name
                case ast.alias(name=name) | ast.Constant(value=str(name)):
                    yield name


def _parsed(source: str, path: str) -> ast.Module | None:
    """The tree of a file; None for one that is not Python, which is said elsewhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source, path)
        except SYNTAX_ERRORS:
            return None
