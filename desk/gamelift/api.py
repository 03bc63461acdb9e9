"""The GameLift API over HTTP: reads a call, lets it in or not, has it done, and writes the answer."""

from collections.abc import Mapping
from typing import cast
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from deployment.store import StoreError
from desk.bodies import TooMuchAtOnce
from desk.event_stream import EventStreams
from desk.gamelift.checking import checked_untrusted
from desk.gamelift.errors import GameLiftError, OfficeTrouble, invalid
from desk.gamelift.front import Front
from desk.gamelift.logs import LOG_ROUTE, log_answered
from desk.gamelift.model import Operation, operation
from desk.gamelift.notice_routes import notice_routes
from desk.gamelift.plain_routes import plain_routes
from desk.gamelift.sigv4 import SignedCall, unauthorized
from desk.gamelift.throttle import Throttle
from desk.gamelift.unsupported import why_not
from desk.gamelift.wire import CBOR, JSON, Wire, read_untrusted, written, written_error
from desk.guard import on_this_machine
from desk.keys import key_routes
from desk.reading import bytes_untrusted
from desk.refusals import BodyTooLarge
from desk.tickets import ticket_routes

TARGET = "x-amz-target"
PREFIX = "GameLift."


class GameLiftApi:
    """The routes of the API; ``signed`` says that every call is to be signed with an access key."""

    def __init__(self, front: Front, max_body_bytes: int, *, signed: bool) -> None:
        self._front = front
        self._max_body_bytes = max_body_bytes
        self._signed = signed
        self._throttle = Throttle(front.limits)

    def local_routes(self, streams: EventStreams) -> list[BaseRoute]:
        """What the command asks for: keys, fleets, queues, placements, tickets; and notices, some of the streams."""
        front, max_bytes = self._front, self._max_body_bytes
        asked = [*key_routes(front, max_bytes), *plain_routes(front, max_bytes), *ticket_routes(front)]
        return [*asked, *notice_routes(front, streams)]

    def routes(self) -> list[BaseRoute]:
        """The two protocols, and the logs that GetGameSessionLogUrl leads to."""
        return [
            Route("/", self.json, methods=["POST"]),
            Route("/service/GameLift/operation/{operation}", self.cbor, methods=["POST"]),
            Route(LOG_ROUTE, self.log),
        ]

    async def json(self, request: Request) -> Response:
        """Answer AWS JSON 1.1, which names the operation in a header."""
        return await self._answered(request, JSON, request.headers.get(TARGET, "").removeprefix(PREFIX))

    async def cbor(self, request: Request) -> Response:
        """Answer RPC v2 CBOR, which names it in the path."""
        return await self._answered(request, CBOR, request.path_params["operation"])

    async def log(self, request: Request) -> Response:
        """Give a log to who has a signed address of it."""
        try:
            return await log_answered((await self._front.open()).office, request)
        except OfficeTrouble as error:
            return PlainTextResponse(f"{error}\n", 500)

    async def _answered(self, request: Request, wire: Wire, name: str) -> Response:
        try:
            status, body = 200, await self._done(request, wire, name)
        except GameLiftError as error:
            status, body = error.status, written_error(wire, error)
        except (OfficeTrouble, StoreError) as error:
            ours = GameLiftError("InternalServiceException", str(error))
            status, body = ours.status, written_error(wire, ours)
        return Response(body, status, headers={**wire.headers, "x-amzn-RequestId": str(uuid4())})

    async def _done(self, request: Request, wire: Wire, name: str) -> bytes:
        try:
            body = await bytes_untrusted(request, self._max_body_bytes)
        except BodyTooLarge as error:
            raise invalid(str(error)) from None
        except TooMuchAtOnce as error:
            raise GameLiftError("ThrottlingException", str(error)) from None
        await self._let_in(request, body)
        asked_for = _operation(name)
        self._throttle.take(name)
        office = await self._front.open()
        if name not in office.operations:
            raise invalid(f"{name} is not supported. {why_not(name)}")
        asked = checked_untrusted(asked_for.asked, read_untrusted(wire, body), wire.blob)
        answer = await office.called(name, cast(Mapping[str, object], asked), str(request.base_url).rstrip("/"))
        return written(wire, asked_for.answer, answer)

    async def _let_in(self, request: Request, body: bytes) -> None:
        """Raise `GameLiftError` (UnauthorizedException) for who may not call."""
        if self._signed:
            await (await self._front.open()).keys.verify_untrusted(_signed(request, body))
        elif request.client is None or not on_this_machine(request.client.host):
            raise unauthorized("`harena dev` answers on its own machine only: `harena run` takes calls from elsewhere")


def _operation(name: str) -> Operation:
    found = operation(name)
    if found is None:
        known = f"GameLift has no operation {ascii(name)[:80]}" if name else f"the header {TARGET} names no operation"
        raise GameLiftError("UnknownOperationException", known)
    return found


def _signed(request: Request, body: bytes) -> SignedCall:
    scope = request.scope
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0]
    headers = [(name.decode("latin-1").lower(), text.decode("latin-1")) for name, text in scope["headers"]]
    return SignedCall(request.method, path, scope["query_string"].decode("latin-1"), headers, body)
