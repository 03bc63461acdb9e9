"""From the text of a script to code that keeps the policy, or to the reasons why not."""

import ast
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType

from sandbox.policy.faults import Compiled, FaultList, Import
from sandbox.policy.transformer import ScriptTransformer
from session.values import value

#: A larger file costs the parser seconds and hundreds of megabytes.
MAX_SOURCE_BYTES = 256 * 1024

#: What the parser and the compiler of CPython are known to raise on a str, however mad it is.
SYNTAX_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, SystemError)

#: The transformer takes four Python frames a level; the parser and the compiler keep the limit that they had, since
#: theirs are frames of C.
TRANSFORMER_RECURSION_LIMIT = 4000

_NESTED = "the source is nested too deeply"


@value
class Translated:
    """One file of a script, compiled, with the imports that somebody who knows the modules has yet to check."""

    compiled: Compiled
    imports: tuple[Import, ...]


def compile_script(source: str, file: str) -> Compiled:
    """Compile one file under the policy; whatever the text is, the answer is a Compiled and never an exception."""
    return translate(source, file).compiled


def translate(source: str, file: str) -> Translated:
    """Compile one file under the policy and list its imports; never raises."""
    faults, hints = FaultList(file, source), FaultList(file, source)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        code, imports = _translated(source, file, faults, hints)
    for line, message in dict.fromkeys((warning.lineno, str(warning.message)) for warning in said):
        hints.add(line or 0, 0, message)
    return Translated(Compiled(None if faults else code, faults.sorted(), hints.sorted()), imports)


def parse(source: str, file: str, faults: FaultList) -> ast.Module | None:
    """The syntax tree, or None and a fault."""
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        faults.add(1, 1, f"the file is larger than {MAX_SOURCE_BYTES // 1024} kB", "split it into several files")
        return None
    try:
        return ast.parse(source, file)
    except SYNTAX_ERRORS as error:
        _add(error, faults)
        return None


def _translated(
    source: str, file: str, faults: FaultList, hints: FaultList
) -> tuple[CodeType | None, tuple[Import, ...]]:
    tree = parse(source, file, faults)
    if tree is None:
        return None, ()
    transformer = ScriptTransformer(file, faults, hints)
    try:
        with _room_to_recurse():
            tree = transformer.transformed(tree)
    except RecursionError:
        faults.add(0, 0, _NESTED, "split the expression or the function")
    code = None if faults else _code(tree, file, faults)
    return code, transformer.imports


@contextmanager
def _room_to_recurse() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, TRANSFORMER_RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def _code(tree: ast.Module, file: str, faults: FaultList) -> CodeType | None:
    try:
        # Without dont_inherit this module's own __future__ flags would reach the script.
        return compile(tree, file, "exec", dont_inherit=True)
    except SYNTAX_ERRORS as error:
        _add(error, faults)
        return None


def _add(error: BaseException, faults: FaultList) -> None:
    match error:
        case SyntaxError(lineno=int(line)):
            faults.add(line, error.offset or 0, error.msg or "the source is not Python")
        case SyntaxError():
            faults.add(0, 0, error.msg or "the source is not Python")
        case ValueError():
            faults.add(0, 0, f"the source is not Python: {error}")
        case _:
            faults.add(0, 0, _NESTED, "split the expression or the function")
