"""Access keys as the command sees them, and why it may not."""

from session.values import value


class UnknownKey(LookupError):
    """There is no access key of that id; the message says so."""


class NotHere(PermissionError):
    """This is asked of a server on its own machine only; the message says so."""


@value
class KeyView:
    """An access key without its secret; `created` is in Unix seconds."""

    id: str
    note: str
    created: float


@value
class NewKeyView:
    """An access key with its secret, which is shown this once."""

    id: str
    secret: str
