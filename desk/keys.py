"""Access keys: with them back ends sign their calls of the GameLift API. Only who is on this machine makes them."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from desk.guard import on_this_machine
from desk.key_view import KeyView, NewKeyView, NotHere
from desk.reading import body_untrusted, bounded_text_of, name_of
from desk.writing import answer, answer_list

MAX_KEY_NOTE_CHARACTERS = 200


class Keys(Protocol):
    """What the routes need of whoever keeps the keys."""

    async def create(self, note: str) -> NewKeyView:
        """Make a key. Raises `desk.house.Refused` where there are too many."""
        ...

    async def all(self) -> list[KeyView]:
        """The keys, oldest first."""
        ...

    async def revoke(self, identity: str) -> None:
        """Let a key count no more. Raises `UnknownKey`."""
        ...


class KeyRing(Protocol):
    """Gives the keys; it may have to open the database first."""

    async def keys(self) -> Keys:
        """The keys of this server."""
        ...


def key_routes(ring: KeyRing, max_body_bytes: int) -> list[BaseRoute]:
    """Make the routes; they lie below the API's own path."""

    def must_be_at_home(request: Request) -> None:
        if request.client is None or not on_this_machine(request.client.host):
            raise NotHere("access keys are made, listed and revoked on the server's own machine only")

    async def create(request: Request) -> Response:
        must_be_at_home(request)
        asked = await body_untrusted(request, max_body_bytes)
        note = bounded_text_of(asked, "note", MAX_KEY_NOTE_CHARACTERS, "")
        return answer(await (await ring.keys()).create(note))

    async def all_keys(request: Request) -> Response:
        must_be_at_home(request)
        return answer_list("keys", await (await ring.keys()).all())

    async def revoke(request: Request) -> Response:
        must_be_at_home(request)
        keys, identity = await ring.keys(), name_of(request, "key")
        found = next((one for one in await keys.all() if one.id == identity), KeyView(identity, "", 0.0))
        await keys.revoke(identity)
        return answer(found)

    return [
        Route("/keys", all_keys),
        Route("/keys", create, methods=["POST"]),
        Route("/keys/{key}/revoke", revoke, methods=["POST"]),
    ]
