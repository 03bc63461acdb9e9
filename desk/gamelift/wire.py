"""The two protocols of the GameLift API: AWS JSON 1.1, which boto3 and `aws` speak, and RPC v2 CBOR."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping

from desk.gamelift import cbor
from desk.gamelift.errors import GameLiftError, invalid
from desk.gamelift.model import Shape
from session.values import value


@value
class Wire:
    """How values become bytes and back. ``read`` raises ValueError, and so does ``blob`` for what stands for bytes."""

    headers: Mapping[str, str]
    read: Callable[[bytes], object]
    blob: Callable[[object], bytes]
    write: Callable[[object], bytes]
    #: What stands for bytes, and for a moment in Unix seconds.
    blob_out: Callable[[bytes], object]
    moment_out: Callable[[float], object]


def read_untrusted(wire: Wire, body: bytes) -> dict[str, object]:
    """The object in a request's body, where an empty body is an empty object; raises `GameLiftError`."""
    try:
        found = wire.read(body) if body else {}
    except (ValueError, RecursionError):
        raise invalid("the body is not what its Content-Type says") from None
    if not isinstance(found, dict):
        raise invalid("the body is to be an object")
    return found


def written(wire: Wire, shape: Shape, answer: Mapping[str, object]) -> bytes:
    """An answer's bytes."""
    return wire.write(_plain(wire, shape, answer))


def written_error(wire: Wire, error: GameLiftError) -> bytes:
    """An exception's bytes; the SDKs make their typed exceptions of them."""
    return wire.write({"__type": error.code, "Message": str(error), "message": str(error)})


def _plain(wire: Wire, shape: Shape, given: object) -> object:
    """Give a value as its shape has it; a member that is None is left out, and one that is not known is our mistake."""
    match shape.kind, given:
        case "structure", dict():
            unknown = given.keys() - shape.members.keys()
            assert not unknown, f"an answer has no {unknown}"
            return {name: _plain(wire, shape.members[name], one) for name, one in given.items() if one is not None}
        case "list", list():
            assert shape.element is not None
            return [_plain(wire, shape.element, one) for one in given]
        case "map", dict():
            assert shape.element is not None
            return {key: _plain(wire, shape.element, one) for key, one in given.items()}
        case "timestamp", int() | float():
            return wire.moment_out(given)
        case "blob", bytes():
            return wire.blob_out(given)
        case ("string", str()) | ("boolean", bool()) | ("integer" | "long", int()) | ("float" | "double", float()):
            return given
    raise AssertionError(f"{given!r} is no {shape.kind}")


def _base64(given: object) -> bytes:
    if not isinstance(given, str):
        raise ValueError("base64")
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("base64") from None


def _bytes(given: object) -> bytes:
    if not isinstance(given, bytes):
        raise ValueError("a byte string")
    return given


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is not JSON")


JSON = Wire(
    {"Content-Type": "application/x-amz-json-1.1"},
    lambda body: json.loads(body, parse_constant=_no_number),
    _base64,
    lambda plain: json.dumps(plain, allow_nan=False).encode(),
    lambda data: base64.b64encode(data).decode(),
    lambda seconds: seconds,
)
CBOR = Wire(
    {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"},
    cbor.decoded_untrusted,
    _bytes,
    cbor.encoded,
    lambda data: data,
    cbor.Timestamp,
)
