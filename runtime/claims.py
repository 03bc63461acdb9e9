"""Claims: what a player session id means to ``harena dev``, where any login is let in."""

from collections.abc import Callable, Sequence

from session.values import value

#: The room of logins that name none.
DEFAULT_ROOM = "main"
#: No part of an id is longer, in characters.
MAX_PART_CHARACTERS = 128


@value
class Claim:
    """Which script, which game session of it, and as whom ("" for the next free name)."""

    script: str
    room: str
    player: str


class UnknownScript(Exception):
    """The id names a script that cannot run, or none, and nothing stands in for it; the text says what there is."""


def claimed(
    player_session_id: str, scripts: Sequence[str], default: str | None, last_fault: Callable[[str], str]
) -> Claim:
    """Read ``NAME``, ``NAME/ROOM`` or ``NAME/ROOM/PLAYER``; any other id goes to the default script.

    ``scripts`` are the names that there are; where there are none at all, everything is a plain relay (""). Nothing
    stands in for a script that is there and cannot run: its author may have meant to let nobody in.

    Raises:
        UnknownScript: nobody can say which script is meant.
    """
    name, room, player = (part[:MAX_PART_CHARACTERS] for part in _parts(player_session_id))
    if name not in scripts and (fault := last_fault(name)):
        raise UnknownScript(f"the script {name!r} cannot run: {fault}")
    if name in scripts or not scripts:
        return Claim(name if scripts else "", room or DEFAULT_ROOM, player)
    if default is None and len(scripts) == 1:
        default = scripts[0]
    if default not in scripts:
        raise UnknownScript(f"no script is called {name!r}; log in as NAME/ROOM with one of: {', '.join(scripts)}")
    return Claim(default or "", DEFAULT_ROOM, "")


def _parts(player_session_id: str) -> tuple[str, str, str]:
    name, _, rest = player_session_id.partition("/")
    room, _, player = rest.partition("/")
    return name, room, player
