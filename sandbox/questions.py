"""Questions: what of a game session's facts and asks crosses the border to the sandbox, and how."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, cast

from session import callbacks
from session.callbacks import Callback, GameSessionFacts, OnRestore, OnStartGameSession, PlayerFacts
from session.effects import Ask

#: Each question has its place here as its number.
QUESTIONS: tuple[type[Callback], ...] = tuple(callbacks.NAMES)
_NUMBERS = {question: number for number, question in enumerate(QUESTIONS)}


def facts_as_plain(facts: GameSessionFacts | PlayerFacts) -> list[object]:
    """Encode what is known of a game session, or of a player, as a list of the fields in order."""
    return [getattr(facts, field) for field in facts.__match_args__]


def facts_from_plain(plain: object) -> GameSessionFacts:
    """Decode, in the sandbox, what the relay sent; the relay is trusted there."""
    return GameSessionFacts(*cast(tuple[object, ...], plain))  # type: ignore[arg-type]


def ask_as_plain(ask: Ask) -> list[object]:
    """Encode a question as a list: id, number, time, fields in order."""
    question = ask.callback
    return [ask.ask, _NUMBERS[type(question)], ask.now, *_FIELDS[type(question)](question)]


def _fields_of(question: type[Callback]) -> Callable[[Callback], Iterable[object]]:
    """Give what reads a question's fields in order; made once, since it is called for every message."""
    names = question.__match_args__
    if len(names) > 1:
        return attrgetter(*names)
    return lambda asked: [getattr(asked, name) for name in names]


def _start_fields(asked: OnStartGameSession) -> list[object]:
    return [facts_as_plain(asked.game_session)]


def _restore_fields(asked: OnRestore) -> list[object]:
    players = [facts_as_plain(player) for player in asked.players]
    return [facts_as_plain(asked.game_session), asked.state, players, asked.groups, asked.accepting]


_FIELDS: dict[type[Callback], Callable[..., Iterable[object]]] = {
    **{question: _fields_of(question) for question in QUESTIONS},
    OnStartGameSession: _start_fields,
    OnRestore: _restore_fields,
}


def ask_from_plain(plain: Any) -> Ask:
    """Decode, in the sandbox, what the relay sent; the relay is trusted there."""
    ask, number, now, *fields = plain
    question = QUESTIONS[number]
    if question is OnStartGameSession:
        fields = [facts_from_plain(fields[0])]
    elif question is OnRestore:
        facts, state, players, groups, accepting = fields
        here = tuple(PlayerFacts(*player) for player in players)
        fields = [facts_from_plain(facts), state, here, groups, accepting]
    return Ask(ask, question(*fields), now)
