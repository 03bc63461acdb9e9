"""Which file of a script is which module."""

from collections.abc import Sequence


class Layout:
    """The files of a script as modules; those beside the main file are named without its folder."""

    def __init__(self, files: Sequence[str], main: str) -> None:
        self.main = main
        self._folder = main.rpartition("/")[0]
        self._modules = {self._name(file): file for file in files}
        self._modules[self._name(main)] = main
        #: The main file first: that is where an author looks first.
        self.files = (main, *sorted(file for file in files if file != main))

    def _name(self, file: str) -> str:
        inside = file.removeprefix(f"{self._folder}/") if self._folder else file
        return inside.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def modules(self) -> frozenset[str]:
        """The names of all modules that are files, the main one left out."""
        return frozenset(self._modules) - {self._name(self.main)}

    def module_of(self, file: str) -> str:
        """The dotted name of a file."""
        return self._name(file)

    def file_of(self, module: str) -> str | None:
        """The file of a module; None for a folder without an __init__.py."""
        return self._modules.get(module)

    def exists(self, module: str) -> bool:
        """Whether there is such a file or folder; the folder of the script itself is ""."""
        return not module or any(name == module or name.startswith(f"{module}.") for name in self._modules)

    def absolute(self, file: str, module: str, level: int) -> str | None:
        """The name of a module as seen from everywhere; None when the dots lead out of the script."""
        if not level:
            return module
        package = self._name(file).split(".")
        if not file.endswith("__init__.py"):
            package.pop()
        up = level - 1
        if up > len(package):
            return None
        kept = package[: len(package) - up]
        return ".".join([*kept, module] if module else kept)
