"""Reading requests: what clients of the API have written, checked before anything is done with it."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request

from desk.refusals import BadRequest, BodyTooLarge

#: Room for a game session's data and its matchmaker's, as JSON that escapes each of their characters.
MAX_BODY_BYTES = 8 * 1024 * 1024


async def bytes_untrusted(request: Request, max_bytes: int) -> bytes:
    """The request's body; raises `BodyTooLarge`."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > max_bytes:
            raise BodyTooLarge(f"a request's body has at most {max_bytes:,} bytes")
    return bytes(body)


async def body_untrusted(request: Request, max_bytes: int = MAX_BODY_BYTES) -> Mapping[str, object]:
    """The JSON object in the request's body, `{}` where it is empty; raises `BadRequest` or `BodyTooLarge`."""
    body = await bytes_untrusted(request, max_bytes)
    try:
        asked = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is not JSON") from error
    if not isinstance(asked, dict):
        raise BadRequest("the body is to be a JSON object")
    return asked


def name_of(request: Request, part: str) -> str:
    """What a part of the path names; raises Starlette's own 404 for what can be no name: PostgreSQL fails at a NUL."""
    name = request.path_params[part]
    if "\0" in name:
        raise HTTPException(404)
    return str(name)


def text_of(asked: Mapping[str, object], key: str, default: str | None = None) -> str:
    """A text of the body; raises `BadRequest`."""
    given = asked.get(key, default)
    if not isinstance(given, str):
        raise BadRequest(f'"{key}" is to be a text')
    return given


def bounded_text_of(asked: Mapping[str, object], key: str, max_characters: int, default: str | None = None) -> str:
    """A text of the body that can be written as UTF-8 and is not too long; raises `BadRequest`."""
    text = text_of(asked, key, default)
    if any("\ud800" <= letter <= "\udfff" or letter == "\0" for letter in text):
        raise BadRequest(f'"{key}" is to be text that can be written as UTF-8, without NUL')
    if len(text) > max_characters:
        raise BadRequest(f'"{key}" has at most {max_characters:,} characters, not {len(text):,}')
    return text


def path_of(text: str) -> Path:
    """An absolute path that this machine can have; raises `BadRequest`."""
    try:
        os.fsencode(text)
    except UnicodeEncodeError as error:
        raise BadRequest('"path" is to be one that this machine can have') from error
    path = Path(text)
    if not path.is_absolute() or "\0" in text:
        raise BadRequest('"path" is to be an absolute path: the server does not know where you are')
    return path


def since_of(request: Request) -> int | None:
    """The event's number that a stream is to go on from; raises `BadRequest`."""
    since = request.query_params.get("since")
    if since is None:
        return None
    if not (since.isascii() and since.isdigit() and len(since) <= 18):
        raise BadRequest('"since" is to be the number of an event')
    return int(since)


def flag_of(request: Request, name: str) -> bool:
    """A yes or no of the query, no where it is not there; raises `BadRequest`."""
    given = request.query_params.get(name, "false").lower()
    if given not in {"true", "false", "1", "0"}:
        raise BadRequest(f'"{name}" is to be true or false')
    return given in {"true", "1"}
