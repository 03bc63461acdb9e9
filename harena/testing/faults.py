"""Why a script cannot be played: all faults, each with its line and the way out, as ``harena validate`` says them."""

from collections.abc import Sequence

from sandbox.faults import Fault


class ScriptRefused(Exception):
    """A script cannot be loaded; the text holds all ``faults``, and a server would refuse it just so."""

    def __init__(self, path: str, faults: Sequence[Fault]) -> None:
        folder = path.rpartition("/")[0] if path.endswith(".py") else path.rstrip("/")
        self.faults = tuple(faults)
        shown = [fault_text(fault, folder) for fault in self.faults]
        super().__init__("\n".join([f"{path} cannot be loaded", *shown]))


def fault_text(fault: Fault, folder: str) -> str:
    """Write where it is and what, the source line with a caret, and the help, as far as each is known."""
    file = f"{folder}/{fault.file}" if folder else fault.file
    place = [file, *(str(number) for number in (fault.line, fault.column)[: 2 if fault.line else 0] if number)]
    lines = [f"{':'.join(place)}: {fault.message}"]
    margin = " " * len(str(fault.line))
    if fault.line and fault.source_line:
        lines.append(f"  {fault.line} | {fault.source_line}")
        lines += [f"  {margin} | {' ' * (fault.column - 1)}^"] if fault.column else []
    if fault.hint:
        lines.append(f"  {margin if fault.line else ''} = help: {fault.hint}")
    return "\n".join(lines)
