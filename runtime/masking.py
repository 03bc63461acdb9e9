"""Masking: the secrets of a game session are replaced in all that its worker tells the desk.

That keeps a secret out of a log into which it would come by mistake: by a ``print``, or in the text of an exception. A
script that means to tell a secret can: it sends it to a player, or writes it backwards.
"""

import json
from collections.abc import Callable, Iterable, Iterator

from runtime.words import GameSessionOver, LogWritten, SandboxDied, ToDesk

MASK = "***"
#: A shorter secret is refused: to mask it would be to mask half of all texts.
MIN_SECRET_CHARACTERS = 4

#: A sandbox cuts no text to less: in one that is as long, the last word may be the beginning of a secret.
CUT_CHARACTERS = 500

Tell = Callable[[ToDesk], bool]


class Masked:
    """Tells the desk what a game session has to say, without its secrets."""

    def __init__(self, tell: Tell, secrets: Iterable[str]) -> None:
        self._tell = tell
        self._forms = frozenset(form for secret in secrets for form in _forms(secret))

    def __call__(self, word: ToDesk) -> bool:
        """Tell a word; False says that it was a log line, and dropped."""
        if not self._forms:
            return self._tell(word)
        match word:
            case LogWritten(game_session, level, text):
                word = LogWritten(game_session, level, self._masked(text))
            case SandboxDied(game_session, why):
                word = SandboxDied(game_session, self._masked(why))
            case GameSessionOver(game_session, reason):
                word = GameSessionOver(game_session, self._masked(reason))
        return self._tell(word)

    def _masked(self, text: str) -> str:
        """Give a text with a mask in each place of a secret; where secrets overlap, one mask covers them."""
        pieces: list[str] = []
        end = 0
        for start, stop in sorted(span for form in self._forms for span in _spans(form, text)):
            if start >= end:
                pieces += [text[end:start], MASK]
            end = max(end, stop)
        return "".join([*pieces, text[end:]])


def _forms(secret: str) -> set[str]:
    """A secret as it is, and as ``repr`` and JSON show it."""
    return {secret, repr(secret)[1:-1], repr(secret.encode())[2:-1], json.dumps(secret)[1:-1]}


def _spans(form: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a secret stands in a text, and where the text was cut in the middle of it."""
    may_be_cut = len(text) >= CUT_CHARACTERS
    at = text.find(form[:MIN_SECRET_CHARACTERS])
    while at >= 0:
        found = text[at : at + len(form)]
        if found != form and may_be_cut:
            found = found.partition("\n")[0]
        if found == form or (may_be_cut and form.startswith(found) and _ends_a_line(text, at + len(found))):
            yield at, at + len(found)
        at = text.find(form[:MIN_SECRET_CHARACTERS], at + 1)


def _ends_a_line(text: str, at: int) -> bool:
    return at == len(text) or text[at] == "\n"
