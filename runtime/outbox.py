"""The outbox: what a worker has to say while it has no desk, for the next one."""

from runtime.words import GameSessionOver, LogWritten, SandboxDied, ToDesk

#: Lines of logs that wait for the next desk, in characters; further ones are dropped.
OUTBOX_CHARACTERS = 1024 * 1024


class Outbox:
    """Takes words in place of a ``Port``, and keeps those alone that the next desk could not see by itself.

    Players, seats and the zygote are told as they are by then. No desk has asked for an answer. So these are lines of
    logs, which are bounded, and how game sessions ended: at most as many as there were, as none begins meanwhile.
    """

    def __init__(self) -> None:
        self.words: list[ToDesk] = []
        self._left = OUTBOX_CHARACTERS

    def send(self, word: ToDesk) -> bool:
        """Take a word; False says that it was a log line, and dropped."""
        match word:
            case LogWritten(_, _, text) | SandboxDied(_, text):
                if len(text) > self._left:
                    return False
                self._left -= len(text)
                self.words.append(word)
            case GameSessionOver():
                self.words.append(word)
        return True
