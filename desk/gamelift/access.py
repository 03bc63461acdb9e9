"""Access: who may call. In `harena dev` whoever is on this machine, in `harena run` who holds an access key."""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from desk.gamelift.sealing import Sealing
from desk.gamelift.sigv4 import SignedCall, claim_untrusted, unauthorized, verify_untrusted
from desk.gamelift.state.database import Database
from desk.gamelift.state.tables import access_keys
from desk.house import Refused
from desk.key_view import KeyView, NewKeyView, UnknownKey

#: More keys than that are somebody's mistake.
MAX_KEYS = 1_000
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ID_LETTERS = 14
_SECRET_BYTES = 30


class AccessKeys:
    """The access keys of this server: their secrets are sealed in the database. ``clock`` gives Unix seconds."""

    def __init__(self, database: Database, sealing: Sealing, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._sealing = sealing
        self._clock = clock
        #: The secrets of keys that have been used; None for those that are revoked, whatever a question finds still.
        self._used: dict[str, str | None] = {}

    async def create(self, note: str) -> NewKeyView:
        """Make a key. Its secret is shown this once. Raises Refused where there are too many."""
        identity = "HARENA" + "".join(secrets.choice(_LETTERS) for _ in range(_ID_LETTERS))
        secret, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock()
        row = {"id": identity, "sealed": self._sealing.sealed(secret, identity), "note": note, "created": now}

        def act(connection: Connection) -> None:
            if connection.execute(select(func.count()).select_from(access_keys)).scalar_one() >= MAX_KEYS:
                raise Refused(f"there are {MAX_KEYS:,} access keys: revoke those that nobody uses")
            connection.execute(insert(access_keys).values(row))

        await self._database.write(act)
        return NewKeyView(identity, secret)

    async def all(self) -> list[KeyView]:
        """The keys, oldest first, without their secrets."""

        def act(connection: Connection) -> Sequence[Any]:
            return connection.execute(select(access_keys).order_by(access_keys.c.serial)).all()

        return [KeyView(row.id, row.note, row.created) for row in await self._database.read(act)]

    async def revoke(self, identity: str) -> None:
        """Let a key count no more, from this moment on. Raises UnknownKey."""

        def act(connection: Connection) -> int:
            return connection.execute(delete(access_keys).where(access_keys.c.id == identity)).rowcount

        if not await self._database.write(act):
            raise UnknownKey(f"there is no access key {identity!r}")
        self._used[identity] = None

    async def verify_untrusted(self, call: SignedCall) -> None:
        """Raise `GameLiftError` (UnauthorizedException) unless the call is signed with one of the keys, just now."""
        claim = claim_untrusted(call)
        secret = self._used.get(claim.access_key) or await self._secret(claim.access_key)
        if secret is None:
            raise unauthorized("there is no such access key here: `harena keys list` shows those that there are")
        verify_untrusted(call, claim, secret, self._clock())

    async def _secret(self, identity: str) -> str | None:
        """The secret of a key that has not been used since the start; None where there is none, or no more."""

        def act(connection: Connection) -> str | None:
            query = select(access_keys.c.sealed).where(access_keys.c.id == identity)
            return connection.execute(query).scalar_one_or_none()

        sealed = await self._database.read(act)
        return self._used.setdefault(identity, self._sealing.opened(sealed, identity)) if sealed else None
