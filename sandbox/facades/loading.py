"""Loading a script: its files, compiled, checked, and run once, with nothing in reach but what is handed to them."""

import difflib
from collections.abc import Callable, Mapping
from types import CodeType

from sandbox.facades.catalogue import Facades, instead
from sandbox.facades.inputs import Inputs
from sandbox.facades.layout import Layout
from sandbox.faults import Fault
from sandbox.guards.realm import Realm, ScriptModule
from sandbox.guards.vocabulary import builtin_names
from sandbox.policy.compiling import Translated, translate
from sandbox.policy.faults import FaultList, Import
from session.values import value

Host = Mapping[str, Mapping[str, object]]


@value
class Loaded:
    """A script that has run its modules; when there are faults, nothing has run and the namespace is empty."""

    namespace: dict[str, object]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def load_script(
    sources: Mapping[str, str], main: str, inputs: Inputs, host: Host, write_line: Callable[[str], None]
) -> Loaded:
    """Compile every file and run the main one; the others run when they are first imported.

    What the script's own modules raise passes through; KeyError means that `main` is not among the sources.
    """
    sources[main]
    layout = Layout([file for file in sources if file.endswith(".py")], main)
    files = {file: translate(sources[file], file) for file in layout.files}
    realm = Realm()
    facades = Facades(inputs, realm, host)
    checks = _ImportChecks(layout, facades)
    faults = [fault for file in files for fault in _faults(file, sources[file], files[file], checks)]
    warnings = tuple(fault for translated in files.values() for fault in translated.compiled.warnings)
    if faults:
        return Loaded({}, tuple(faults), warnings)
    realm.builtins.update(builtin_names(realm, write_line))
    codes = {file: translated.compiled.code for file, translated in files.items()}
    loader = _Loader(layout, codes, realm, facades)
    return Loaded(vars(loader.run(main)), (), warnings)


def _faults(file: str, source: str, translated: Translated, checks: "_ImportChecks") -> tuple[Fault, ...]:
    found = FaultList(file, source)
    checks.add_hidden(file, found)
    for imported in translated.imports:
        if message := checks.objection(file, imported):
            found.add_at_byte(imported.line, imported.column, *message)
    both = (*translated.compiled.faults, *found)
    return tuple(sorted(both, key=lambda fault: (fault.line, fault.column)))


#: Modules that lead out of a script, which has nothing there.
_OUTWARD = frozenset(
    """aiohttp asyncio builtins concurrent ctypes fcntl ftplib glob http httpx io mmap multiprocessing os pathlib
    requests select selectors shutil signal smtplib socket socketserver sqlite3 ssl subprocess sys tempfile threading
    urllib websockets""".split()
)


class _ImportChecks:
    """Says before anything runs which imports would fail."""

    def __init__(self, layout: Layout, facades: Facades) -> None:
        self._layout = layout
        self._facades = facades
        self._outside = facades.available

    def add_hidden(self, file: str, faults: FaultList) -> None:
        """Note a file that could never be imported because a module of that name is there already."""
        name = self._layout.module_of(file)
        if name in self._outside and file != self._layout.main:
            faults.add(1, 1, f"the file {file} hides the module {name}", "give the file another name")

    def objection(self, file: str, imported: Import) -> tuple[str, str] | None:
        """What is wrong with an import statement of this file, and what to do; None when nothing is."""
        module = self._layout.absolute(file, imported.module, imported.level)
        if module is None:
            return "the relative import leaves the folder of the script", "write fewer dots"
        if module in self._outside:
            return self._missing_name(module, imported.names)
        if self._layout.exists(module):
            return self._missing_file(module, imported.names)
        return f"the module '{module}' is not available", self._way_out(module)

    def _missing_name(self, module: str, names: tuple[str, ...]) -> tuple[str, str] | None:
        given = self._facades.names(module)
        for name in names:
            if name not in given and f"{module}.{name}" not in self._outside:
                hint = instead(module, name) or _did_you_mean(name, given)
                return f"the module '{module}' has no '{name}' in a script", hint
        return None

    def _missing_file(self, module: str, names: tuple[str, ...]) -> tuple[str, str] | None:
        """A folder without an __init__.py has nothing but the files in it."""
        if self._layout.file_of(module) is None:
            for name in names:
                if not self._layout.exists(f"{module}.{name}" if module else name):
                    return f"there is no file '{name}.py' in the folder {module or 'of the script'}", ""
        return None

    def _available(self) -> str:
        return "available are " + ", ".join(sorted(self._outside | self._layout.modules))

    def _way_out(self, module: str) -> str:
        if (reached := module.partition(".")[0]) in _OUTWARD:
            return "a script has no files, network, processes or threads; session talks to players, print() to the log"
        if reached == "logging":
            return "print() writes to the log, and session.log has info, warning and error"
        if module in self._facades.names("harena"):
            return f"write: from harena import {module}"
        return _did_you_mean(module, self._outside | self._layout.modules) or self._available()


def _did_you_mean(name: str, among: Mapping[str, object] | frozenset[str] | set[str]) -> str:
    close = difflib.get_close_matches(name[:80], sorted(among), n=1, cutoff=0.7)
    return f"did you mean '{close[0]}'?" if close else ""


class _Loader:
    """Answers the import statements of a script while it runs."""

    def __init__(self, layout: Layout, codes: Mapping[str, CodeType | None], realm: Realm, facades: Facades) -> None:
        self._layout = layout
        self._codes = codes
        self._realm = realm
        self._facades = facades
        self._loading: list[str] = []
        realm.builtins.update({"@import": self._import, "@from": self._from})

    def run(self, file: str) -> ScriptModule:
        """Run a file in a namespace of its own."""
        return self._module(self._layout.module_of(file), file)

    def _module(self, name: str, file: str | None) -> ScriptModule:
        shown = f"script.{name}"  # never the name of a module of Python's
        if shown in self._realm.modules:
            return self._realm.modules[shown]
        module = self._realm.modules[shown] = ScriptModule(shown)
        namespace = vars(module)
        namespace["__builtins__"] = self._realm.builtins
        parent, _, own = name.rpartition(".")
        if parent:
            vars(self._module(parent, self._layout.file_of(parent)))[own] = module
        code = self._codes.get(file) if file else None
        if code is not None:
            self._execute(code, shown, namespace)
        return module

    def _execute(self, code: CodeType, shown: str, namespace: dict[str, object]) -> None:
        self._loading.append(shown)
        try:
            exec(code, namespace)  # noqa: S102  # the one place where a script's module runs
        except BaseException:
            del self._realm.modules[shown]
            raise
        finally:
            self._loading.pop()

    def _find(self, module: str) -> object:
        if module in self._facades.available:
            return self._facades.module(module)
        return self._module(module, self._layout.file_of(module))

    def _import(self, module: str, whole: bool) -> object:
        found = self._find(module)
        return found if whole else self._find(module.partition(".")[0])

    def _from(self, module: str, name: str, level: int, file: str) -> object:
        absolute = self._layout.absolute(file, module, level) or ""
        if absolute in self._facades.available:
            names = self._facades.names(absolute)
            return names[name] if name in names else self._facades.module(f"{absolute}.{name}")
        inner = f"{absolute}.{name}" if absolute else name
        if absolute:
            found = self._module(absolute, self._layout.file_of(absolute))
            if name in vars(found):
                return vars(found)[name]
        if self._layout.exists(inner):
            return self._module(inner, self._layout.file_of(inner))
        raise ImportError(self._reason(absolute, name))

    def _reason(self, module: str, name: str) -> str:
        if f"script.{module}" in self._loading:
            chain = " imports ".join(each.removeprefix("script.") for each in self._loading)
            return f"'{name}' is not there yet: the imports form a circle ({chain} imports {module})"
        return f"cannot import '{name}' from '{module}'"
