"""The beginning of a test: a script is loaded, and its game session begins."""

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path

from harena.testing.faults import ScriptRefused
from harena.testing.game import Game
from harena.testing.script import Script, World
from harena.testing.source import read_source
from sandbox.load import Refused
from session.callbacks import GameSessionFacts
from session.configuration import Configuration, configured
from session.values import GameSessionId

#: When game sessions of tests begin, by the script's clock: at the beginning of 2026, UTC.
UNIX_TIME = 1_767_225_600.0
#: The most players that a server gives a game session, whatever its script says.
MAX_PLAYERS = 200


def play(
    path: str | PathLike[str],
    *,
    seed: int = 0,
    configuration: Mapping[str, object] | None = None,
    unix_time: float = UNIX_TIME,
) -> Game:
    """Load a script, a file or a folder with a main.py, and begin a game session.

    ``seed`` is that of the script's chance (``random``, ``secrets``, ``uuid4``), ``unix_time`` what its clock shows at
    the beginning, in seconds; ``configuration`` goes before the script's own, key by key.

    Raises:
        ScriptRefused: the script cannot be loaded, for the reasons given.
        ValueError: a key or a value of ``configuration`` is wrong.
        OSError: there is no such script.
    """
    return _played(Path(path), fspath(path), World(seed, unix_time), configuration or {})


class Play:
    """``play`` for scripts that are named from one folder; ``games`` are those that it began."""

    def __init__(self, folder: Path) -> None:
        self.games: list[Game] = []
        self._folder = folder

    def __call__(
        self,
        path: str | PathLike[str],
        *,
        seed: int = 0,
        configuration: Mapping[str, object] | None = None,
        unix_time: float = UNIX_TIME,
    ) -> Game:
        """Load a script and begin a game session, as ``harena.testing.play``."""
        game = _played(self._folder / path, fspath(path), World(seed, unix_time), configuration or {})
        self.games.append(game)
        return game


def _played(path: Path, shown: str, world: World, configuration: Mapping[str, object]) -> Game:
    try:
        source = read_source(path)
        facts = GameSessionFacts(GameSessionId(f"{source.name}-test"), "test", source.name, 1, MAX_PLAYERS)
        script = Script(source, facts, world)
    except Refused as refused:
        raise ScriptRefused(shown, refused.faults) from None
    return Game(script, facts, _configuration({**script.configuration, **configuration}))


def _configuration(literal: Mapping[str, object]) -> Configuration:
    found, faults = configured(literal)
    if faults:
        raise ValueError("; ".join(faults))
    return found
