"""Bodies: what requests carry is kept in memory until they are answered, and all of it together is bounded."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: A request that has sent no more than so much is never refused for what the others have.
SMALL_BODY_BYTES = 64 * 1024
#: The bodies of all requests that are being read or answered.
MAX_BODIES_BYTES = 256 * 1024 * 1024


class TooMuchAtOnce(Exception):
    """So many large requests are being answered that there is no memory for another."""


class BoundedBodies:
    """ASGI middleware; where there is too much, whoever reads a large body is raised `TooMuchAtOnce`."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODIES_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the request answered, and count its body until then."""
        held = 0

        async def counted() -> Message:
            nonlocal held
            message = await receive()
            more = len(message.get("body", b""))
            held += more
            self._held += more
            if held > SMALL_BODY_BYTES and self._held > self._max_bytes:
                raise TooMuchAtOnce("the server is answering too many large requests at the same time")
            return message

        try:
            await self._app(scope, counted, send)
        finally:
            self._held -= held
