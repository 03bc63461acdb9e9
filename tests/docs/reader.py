"""A reader who does what a page says: types its commands, saves its files, and compares what comes of it.

What a block means is said behind its language:

    console                       commands behind ``$ ``, each followed by all that it prints
    console terminal=ann          a command that goes on in a terminal of its own, and the first lines that it prints
    text terminal=ann             further lines that it prints; ``...`` stands for any lines
    console fails                 commands that say no
    python file=games/tag.py      a file to save
    diff file=games/tag.py        an edit: lines with - give way to lines with +

Times, ids and ports differ from run to run, and so do not count when lines are compared.
"""

import os
import queue
import re
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from tests.docs.pages import ROOT, Block, blocks

#: The longest that a line may be waited for; a machine under load is slow.
PATIENCE_SECONDS = 60.0

#: Where the pages' players connect; the real port is put in its place.
SHOWN_ADDRESS = "127.0.0.1:1900"

#: What differs from run to run, in the order in which it is taken out.
VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\d"), "DATE"),
    (re.compile(r"\d\d:\d\d:\d\d(\.\d+)?"), "TIME"),
    (re.compile(r"\b(port|file|scripts_dir|http_port)=\S+"), r"\1=HERE"),
    (re.compile(r"\bfleet-[0-9a-f-]{8,}"), "fleet-ID"),
    (re.compile(r"\bgsess-[0-9a-f]{16}\b"), "gsess-ID"),
    (re.compile(r"\bpsess-[\w-]{32}(?!\S)"), "psess-KEY"),
    (re.compile(r"\bprocess \d+"), "process PID"),
    (re.compile(r"(127\.0\.0\.1:|port )\d+"), r"\1PORT"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "DIGEST"),
    (re.compile(r"-[0-9a-f]{8}\b"), "-ID"),
    (re.compile(r"-[0-9a-f]{3,4}:"), "-ID:"),
    (re.compile(r"(/[\w.-]+)+/(?=\w+$)"), "FOLDER/"),
    (re.compile(r" \d+ s\b"), " SOME s"),
    (re.compile(r"used \d+ of"), "used SOME of"),
    (re.compile(r"\s+"), " "),
)


def comparable(line: str) -> str:
    """A line without what differs from run to run."""
    for pattern, instead in VARYING:
        line = pattern.sub(instead, line)
    return line.strip()


class Terminal:
    """One command that runs, and the lines that it has printed."""

    def __init__(self, command: str, folder: Path, environment: dict[str, str]) -> None:
        self.command = command
        self.printed: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._process = subprocess.Popen(
            shlex.split(command),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def next_line(self) -> str | None:
        """Wait for the next line; None once the command has ended."""
        try:
            line = self._lines.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            raise AssertionError(f"`{self.command}` has printed nothing more than {self.printed}") from None
        self.printed += [] if line is None else [line]
        return line

    def rest(self) -> tuple[list[str], int]:
        """Wait for the command's end; give the lines up to it, and its exit code."""
        lines = []
        while (line := self.next_line()) is not None:
            lines.append(line)
        return lines, self._process.wait(PATIENCE_SECONDS)

    def close(self) -> None:
        """End the command as Ctrl+C would, or, where that does not help, by force."""
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._listener.join(PATIENCE_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)


class Reader:
    """Sits in a folder with Harena's virtual environment at hand, and does what blocks say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        #: Ids that the server has given, by those that the page shows in their place.
        self._ids: dict[str, str] = {}
        #: Where players connect, and where the API answers, once a server has said so.
        self.address = self.http_address = ""
        binaries = Path(sys.executable).parent
        (folder / ".venv").symlink_to(binaries.parent)
        self._environment = {
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "PYTHONUNBUFFERED": "1",
            "HARENA_PORT": "0",
            "HARENA_HTTP_PORT": "0",
        }
        self._terminals: dict[str, Terminal] = {}

    def close(self) -> None:
        """Close all terminals, players before their server."""
        for terminal in reversed(self._terminals.values()):
            terminal.close()

    def follow(self, page: Path) -> None:
        """Do all that a page says, in order."""
        for block in blocks(page):
            self.do(block)

    def do(self, block: Block) -> None:
        """Do what one block says. One without marks is only to be looked at, unless it is a console."""
        match block.language:
            case "console" if "terminal" in block.marks:
                self._start(block)
            case "console":
                self._type(block)
            case "diff":
                self._edit(block)
            case _ if "terminal" in block.marks:
                self._expect(block, block.text.splitlines())
            case _ if "file" in block.marks:
                self._save(block.marks["file"], block.text)

    def _start(self, block: Block) -> None:
        name = block.marks["terminal"]
        command, *printed = block.text.splitlines()
        if name in self._terminals:
            self._terminals.pop(name).close()
        self._terminals[name] = Terminal(self._command(block, command), self.folder, self._environment)
        self._expect(block, printed)

    def _type(self, block: Block) -> None:
        for command, printed in _commands(block):
            terminal = Terminal(self._command(block, command), self.folder, self._environment)
            lines, exit_code = terminal.rest()
            terminal.close()
            said = "\n".join(lines)
            self._ids |= _ids(printed, lines)
            assert _compared(lines) == _compared(printed), f"{block.where}: `{command}` printed\n{said}"
            assert (exit_code != 0) == ("fails" in block.marks), f"{block.where}: `{command}` ended with {exit_code}"

    def _expect(self, block: Block, printed: list[str]) -> None:
        terminal = self._terminals[block.marks["terminal"]]
        skipping = False
        for expected in printed:
            if expected.strip() == "...":
                skipping = True
                continue
            seen = self._next(terminal)
            while skipping and comparable(seen) != comparable(expected):
                seen = self._next(terminal)
            assert comparable(seen) == comparable(expected), f"{block.where}: `{terminal.command}` printed\n{seen}"
            skipping = False

    def _next(self, terminal: Terminal) -> str:
        line = terminal.next_line()
        assert line is not None, f"`{terminal.command}` has ended after {terminal.printed}"
        if match := re.search(r"players +wss?://([\d.:]+)", line):
            self.address = match[1]
        if match := re.search(r"API +http://([\d.]+:(\d+))", line):
            self._environment["HARENA_HTTP_PORT"] = match[2]
            self.http_address = match[1]
        if match := re.search(r" event=server_ready .* http_port=(\d+)", line):
            self._environment["HARENA_HTTP_PORT"] = match[1]
        return line

    def _edit(self, block: Block) -> None:
        path = self.folder / block.marks["file"]
        lines = block.text.splitlines(keepends=True)
        old, new = ("".join(line[1:] for line in lines if line[0] in signs) for signs in ("- ", "+ "))
        text = path.read_text()
        assert text.count(old) == 1, f"{block.where}: {block.marks['file']} has no such lines"
        self._save(block.marks["file"], text.replace(old, new))

    def _save(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(SHOWN_ADDRESS, self.address) if self.address else text)

    def _command(self, block: Block, line: str) -> str:
        assert line.startswith("$ "), f"{block.where}: {line!r} is no command"
        command = line.removeprefix("$ ")
        for shown, real in self._ids.items():
            command = command.replace(shown, real)
        # What the Makefile's target does, without setting up anew what runs these tests.
        command = "harena dev sample_scripts" if command == "make play" else command
        if command.startswith("harena dev sample_scripts"):
            self._lay_out_samples()
        return command

    def _lay_out_samples(self) -> None:
        samples = self.folder / "sample_scripts"
        samples.mkdir()
        for sample in (ROOT / "sample_scripts").glob("*.py"):
            shutil.copy(sample, samples)


def _ids(shown: list[str], printed: list[str]) -> dict[str, str]:
    """The ids that stand alone on their line."""
    alone = re.compile(r"[\w-]+-[0-9a-f]{8}([0-9a-f]{4})?")
    pairs = zip(shown, printed, strict=False)
    return {one: other for one, other in pairs if alone.fullmatch(one) and alone.fullmatch(other)}


def _compared(lines: list[str]) -> list[str]:
    return [comparable(line) for line in lines if line.strip()]


def _commands(block: Block) -> list[tuple[str, list[str]]]:
    """The commands of a block, each with what it prints."""
    found: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append((line, []))
        else:
            found[-1][1].append(line)
    return found
