"""Questions: what of a game session's facts and asks crosses the border to the sandbox, and how."""

from typing import cast

from sandbox.frames import BadFrame
from session import callbacks
from session.callbacks import Callback, GameSessionFacts, OnRestore, OnStartGameSession, PlayerFacts
from session.effects import Ask
from session.values import AskId

#: Each question has its place here as its number.
QUESTIONS: tuple[type[Callback], ...] = tuple(callbacks.NAMES)
_NUMBERS = {question: number for number, question in enumerate(QUESTIONS)}
_FIELDS: dict[type[Callback], tuple[str, ...]] = {question: question.__match_args__ for question in QUESTIONS}


def facts_as_plain(facts: GameSessionFacts | PlayerFacts) -> list[object]:
    """Encode what is known of a game session, or of a player, as a list of the fields in order."""
    return [getattr(facts, field) for field in facts.__match_args__]


def facts_from_plain(plain: object) -> GameSessionFacts:
    """Decode, in the sandbox, what the relay sent; the relay is trusted there."""
    return GameSessionFacts(*cast(tuple[object, ...], plain))  # type: ignore[arg-type]


def ask_as_plain(ask: Ask) -> list[object]:
    """Encode a question as a list: id, number, time, fields in order."""
    question = ask.callback
    fields: list[object] = [getattr(question, field) for field in _FIELDS[type(question)]]
    match question:
        case OnStartGameSession(facts):
            fields = [facts_as_plain(facts)]
        case OnRestore(facts, state, players, groups, accepting):
            fields = [facts_as_plain(facts), state, [facts_as_plain(player) for player in players], groups, accepting]
    return [ask.ask, _NUMBERS[type(question)], ask.now, *fields]


def ask_from_plain(plain: object) -> Ask:
    """Decode, in the sandbox, what the relay sent; the relay is trusted there."""
    if not isinstance(plain, tuple):
        raise BadFrame("not an ask")
    ask, number, now, *fields = plain
    question = QUESTIONS[number]
    if question is OnStartGameSession:
        fields = [facts_from_plain(fields[0])]
    elif question is OnRestore:
        facts, state, players, groups, accepting = fields
        here = tuple(PlayerFacts(*player) for player in players)
        fields = [facts_from_plain(facts), state, here, groups, accepting]
    return Ask(AskId(ask), question(*fields), now)
