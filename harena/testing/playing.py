"""The beginning of a test: a script is loaded, and its game session begins."""

from collections.abc import Mapping
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import TypedDict

from harena.testing.faults import ScriptRefused
from harena.testing.game import Game
from harena.testing.script import Script, World
from harena.testing.source import read_source
from sandbox.load import Refused
from session.callbacks import GameSessionFacts
from session.configuration import MAX_PLAYERS, Configuration, configured
from session.values import GameSessionId

#: When game sessions of tests begin, by the script's clock: at the beginning of 2026, UTC.
UNIX_TIME = 1_767_225_600.0


class GameSessionKeys(TypedDict, total=False):
    """What a test may say of its game session, as ``harena session create`` does; the rest is as ever."""

    name: str
    max_players: int
    properties: Mapping[str, str]
    data: str
    matchmaker_data: str


def play(
    path: str | PathLike[str],
    *,
    seed: int = 0,
    configuration: Mapping[str, object] | None = None,
    unix_time: float = UNIX_TIME,
    game_session: GameSessionKeys | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Game:
    """Load a script, a file or a folder with a main.py, and begin a game session.

    ``seed`` is that of the script's chance (``random``, ``secrets``, ``uuid4``), ``unix_time`` what its clock shows at
    the beginning, in seconds; ``configuration`` goes before the script's own, key by key. ``game_session`` is what the
    script sees as ``session.game_session``, and ``secrets`` are those that ``session.secret`` gives, by name.

    Raises:
        ScriptRefused: the script cannot be loaded, for the reasons given.
        ValueError: a key or a value of ``configuration``, or a key of ``game_session``, is wrong.
        OSError: there is no such script.
    """
    world = World(seed, unix_time, _facts(game_session or {}), secrets or {})
    return _played(Path(path), fspath(path), world, configuration or {})


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
        game_session: GameSessionKeys | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> Game:
        """Load a script and begin a game session, as ``harena.testing.play``."""
        world = World(seed, unix_time, _facts(game_session or {}), secrets or {})
        game = _played(self._folder / path, fspath(path), world, configuration or {})
        self.games.append(game)
        return game


def _facts(given: GameSessionKeys) -> GameSessionFacts:
    """What is known of a game session, but for its script."""
    known = GameSessionKeys.__annotations__
    if unknown := given.keys() - known:
        raise ValueError(f"{', '.join(sorted(unknown))} cannot be said of a game session: {', '.join(known)} can")
    return GameSessionFacts(
        GameSessionId("test"),
        given.get("name", "test"),
        "",
        1,
        given.get("max_players", MAX_PLAYERS),
        tuple(given.get("properties", {}).items()),
        given.get("data", ""),
        given.get("matchmaker_data", ""),
    )


def _played(path: Path, shown: str, world: World, configuration: Mapping[str, object]) -> Game:
    try:
        source = read_source(path)
        facts = replace(world.facts, id=GameSessionId(f"{source.name}-test"), script=source.name)
        script = Script(source, replace(world, facts=facts))
    except Refused as refused:
        raise ScriptRefused(shown, refused.faults) from None
    return Game(script, facts, _configuration({**script.configuration, **configuration}))


def _configuration(literal: Mapping[str, object]) -> Configuration:
    found, faults = configured(literal)
    if faults:
        raise ValueError("; ".join(faults))
    return found
