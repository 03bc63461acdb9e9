"""AWS Signature Version 4: whether a call was signed with the secret of the access key that it names. Pure."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from desk.gamelift.errors import GameLiftError
from desk.gamelift.limits import CLOCK_SKEW_SECONDS
from session.values import value

_ALGORITHM = "AWS4-HMAC-SHA256"
_FIELD = re.compile(r"\s*(Credential|SignedHeaders|Signature)=([^,\s]+)\s*")
_CREDENTIAL = re.compile(r"([A-Za-z0-9]{1,128})/(\d{8})/([a-z0-9-]{1,64})/gamelift/aws4_request")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_MOMENT = "%Y%m%dT%H%M%SZ"


@value
class SignedCall:
    """A call as it came: header names in lower case, several of one name in their order."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes


@value
class Claim:
    """Who says to have signed, for which day and region, over which headers, and with what result."""

    access_key: str
    day: str
    region: str
    signed_headers: tuple[str, ...]
    signature: str


def claim_untrusted(call: SignedCall) -> Claim:
    """What the Authorization header claims; raises `GameLiftError` (UnauthorizedException)."""
    authorization = _one(call, "authorization")
    algorithm, _, rest = authorization.partition(" ")
    fields = [_FIELD.fullmatch(field) for field in rest.split(",")]
    found = {match[1]: match[2] for match in fields if match}
    credential = _CREDENTIAL.fullmatch(found.get("Credential", ""))
    complete = len(found) == len(fields) == 3 and algorithm == _ALGORITHM
    if not (complete and credential and _SIGNATURE.fullmatch(found.get("Signature", ""))):
        raise unauthorized("the Authorization header is no signature of version 4 for gamelift")
    signed = tuple(found["SignedHeaders"].split(";"))
    return Claim(credential[1], credential[2], credential[3], signed, found["Signature"])


def verify_untrusted(call: SignedCall, claim: Claim, secret: str, now: float) -> None:
    """Raise `GameLiftError` (UnauthorizedException) unless the call was signed so, with this secret, around ``now``.

    ``now`` is in Unix seconds. The body is part of what is signed, and so is every x-amz header.
    """
    moment = _one(call, "x-amz-date")
    _in_time(moment, claim.day, now)
    must = {"host", *(name for name, _ in call.headers if name.startswith("x-amz-"))}
    if missing := must - set(claim.signed_headers):
        raise unauthorized(f"the signature leaves out the headers {', '.join(sorted(missing))}")
    body_hash = hashlib.sha256(call.body).hexdigest()
    if dict(call.headers).get("x-amz-content-sha256", body_hash) != body_hash:
        raise unauthorized("x-amz-content-sha256 is not that of the body")
    if not hmac.compare_digest(signature(call, claim, secret, moment), claim.signature):
        raise unauthorized("the signature does not match: is the secret the one that belongs to this access key?")


def signature(call: SignedCall, claim: Claim, secret: str, moment: str) -> str:
    """The signature, in hex, that a call has."""
    scope = f"{claim.day}/{claim.region}/gamelift/aws4_request"
    canonical = hashlib.sha256(_canonical(call, claim.signed_headers).encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in (claim.day, claim.region, "gamelift", "aws4_request"):
        key = _digest(key, part)
    return _digest(key, "\n".join([_ALGORITHM, moment, scope, canonical])).hex()


def unauthorized(message: str) -> GameLiftError:
    """The caller is not let in."""
    return GameLiftError("UnauthorizedException", message)


def _canonical(call: SignedCall, signed: Sequence[str]) -> str:
    values: Mapping[str, list[str]] = {name: [] for name in signed}
    for name, text in call.headers:
        if name in values:
            values[name].append(" ".join(text.split()))
    headers = "".join(f"{name}:{','.join(texts)}\n" for name, texts in values.items())
    body_hash = hashlib.sha256(call.body).hexdigest()
    return "\n".join([call.method, call.path, call.query, headers, ";".join(signed), body_hash])


def _in_time(moment: str, day: str, now: float) -> None:
    try:
        signed_at = datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise unauthorized("x-amz-date is to be a time like 20260131T120000Z") from None
    if not moment.startswith(day) or abs(signed_at - now) > CLOCK_SKEW_SECONDS:
        here = datetime.fromtimestamp(now, UTC).strftime(_MOMENT)
        raise unauthorized(f"the call was signed at {moment}, and here it is {here}: set the caller's clock")


def _one(call: SignedCall, name: str) -> str:
    found = [text for key, text in call.headers if key == name]
    if len(found) != 1:
        raise unauthorized(f"the call is not signed: it has no one header {name}")
    return found[0]


def _digest(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), hashlib.sha256)
