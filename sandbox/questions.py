"""Questions: what of a game session's asks crosses the border to the sandbox, and how."""

from sandbox.frames import BadFrame
from session import callbacks
from session.callbacks import Callback, GameSessionFacts, OnRestore, OnStartGameSession, PlayerFacts
from session.effects import Ask
from session.values import AskId

#: Each question has its place here as its number.
QUESTIONS: tuple[type[Callback], ...] = tuple(callbacks.NAMES)
_NUMBERS = {question: number for number, question in enumerate(QUESTIONS)}
_FIELDS: dict[type[Callback], tuple[str, ...]] = {question: question.__match_args__ for question in QUESTIONS}


def ask_as_plain(ask: Ask) -> list[object]:
    """Encode a question as a list: id, number, time, fields in order."""
    question = ask.callback
    fields: list[object] = [getattr(question, field) for field in _FIELDS[type(question)]]
    match question:
        case OnStartGameSession(facts):
            fields = [_fields(facts)]
        case OnRestore(facts, state, players, groups, accepting):
            fields = [_fields(facts), state, [_fields(player) for player in players], groups, accepting]
    return [ask.ask, _NUMBERS[type(question)], ask.now, *fields]


def ask_from_plain(plain: object) -> Ask:
    """Decode, in the sandbox, what the relay sent; the relay is trusted there."""
    if not isinstance(plain, tuple):
        raise BadFrame("not an ask")
    ask, number, now, *fields = plain
    question = QUESTIONS[number]
    if question is OnStartGameSession:
        fields = [GameSessionFacts(*fields[0])]
    elif question is OnRestore:
        facts, state, players, groups, accepting = fields
        here = tuple(PlayerFacts(*player) for player in players)
        fields = [GameSessionFacts(*facts), state, here, groups, accepting]
    return Ask(AskId(ask), question(*fields), now)


def _fields(facts: GameSessionFacts | PlayerFacts) -> list[object]:
    return [getattr(facts, field) for field in facts.__match_args__]
