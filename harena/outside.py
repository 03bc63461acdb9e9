"""``session`` where there is no game session: in plain Python, into which a test may import a script's functions."""

from typing import TYPE_CHECKING, NoReturn, cast

if TYPE_CHECKING:
    from sandbox.script.session import Session

_WHAT_TO_DO = (
    "works only while a game session runs the script. To play it in a test, without a server: "
    "from harena.testing import play; game = play('path/of/the/script.py')"
)


class NoGameSession(RuntimeError):
    """A script's ``session`` was used in plain Python, where no game session runs."""

    def __init__(self, name: str) -> None:
        super().__init__(f"session.{name} {_WHAT_TO_DO}")


class _Outside:
    """Stands in for a script's session; everything that is asked of it raises NoGameSession."""

    __slots__ = ()

    def __getattr__(self, name: str) -> NoReturn:
        # Python's own protocols (copying, pytest's look at what a module holds) ask whether a name is there.
        raise AttributeError(name) if name.startswith("__") else NoGameSession(name)

    def __setattr__(self, name: str, _: object) -> NoReturn:
        raise NoGameSession(name)

    def __repr__(self) -> str:
        return "<session, outside of a game session>"


session = cast("Session", _Outside())
