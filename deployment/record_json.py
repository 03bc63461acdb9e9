"""A script's record as the text of a JSON file, and back, strictly."""

import json

from deployment.record import MAX_ACTIVATIONS, Record, Seen
from deployment.source import BadSource, PathKey, ScriptName, is_digest, script_of
from deployment.version import ScriptVersion

_FORMAT = 1


class BadRecord(ValueError):
    """The bytes are no script's record."""


def encoded(record: Record) -> bytes:
    """The record as JSON, readable by people too."""
    document = {
        "format": _FORMAT,
        "script": record.script,
        "last_number": record.last_number,
        "activations": list(record.activations),
        "withdrawn": record.withdrawn,
        "seen": None if record.seen is None else {"path": record.seen.path, "digest": record.seen.digest},
        "versions": [_version_document(version) for version in record.versions],
    }
    return json.dumps(document, indent=1).encode()


def decoded_untrusted(script: ScriptName, data: bytes) -> Record:
    """The record of that script; raises `BadRecord` unless it is whole and every field has its exact shape."""
    try:
        document = json.loads(data, object_pairs_hook=_once_each, parse_constant=_no_constant)
        record = _record(script, document)
    except BadRecord:
        raise
    except (ValueError, RecursionError) as error:
        raise BadRecord(str(error)) from error
    _must_agree(record)
    return record


def _version_document(version: ScriptVersion) -> dict[str, object]:
    return {
        "number": version.number,
        "digest": version.digest,
        "created": version.created,
        "origin": version.origin,
        "note": version.note,
    }


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadRecord("a key is there twice")
    return fields


def _no_constant(text: str) -> object:
    raise BadRecord(f"{text} is no number here")


def _record(script: ScriptName, document: object) -> Record:
    match document:
        case {
            "format": int(form),
            "script": str(name),
            "last_number": int(last),
            "activations": list(activations),
            "withdrawn": bool(withdrawn),
            "seen": seen,
            "versions": list(versions),
            **rest,
        } if form == _FORMAT and name == script and not rest and not _any_bool(form, last):
            told = tuple(_version(script, version) for version in versions)
            return Record(script, told, last, tuple(map(_number, activations)), withdrawn, _seen(script, seen))
    raise BadRecord(f"not a record of {script}, format {_FORMAT}")


def _version(script: ScriptName, document: object) -> ScriptVersion:
    match document:
        case {
            "number": int(number),
            "digest": str(digest),
            "created": float() | int() as created,
            "origin": str(origin),
            "note": str(note),
            **rest,
        } if not rest and not _any_bool(number, created):
            return ScriptVersion(script, number, digest, _seconds(created), origin, note)
    raise BadRecord("a version has not the fields of one")


def _seen(script: ScriptName, document: object) -> Seen | None:
    match document:
        case None:
            return None
        case {"path": str(path), "digest": str(digest), **rest} if not rest and is_digest(digest):
            if _holds(PathKey(path), script):
                return Seen(PathKey(path), digest)
    raise BadRecord("what was last seen is neither null nor a path of this script with a digest")


def _holds(path: PathKey, script: ScriptName) -> bool:
    try:
        return script_of(path) == script
    except BadSource:
        return False


def _number(document: object) -> int:
    if isinstance(document, int) and not isinstance(document, bool):
        return document
    raise BadRecord("an activation is not a version's number")


def _seconds(created: float) -> float:
    try:
        return float(created)
    except OverflowError as error:
        raise BadRecord("a version was created at no time") from error


def _any_bool(*numbers: float) -> bool:
    return any(isinstance(number, bool) for number in numbers)


def _must_agree(record: Record) -> None:
    numbers = [version.number for version in record.versions]
    if numbers != sorted(set(numbers)):
        raise BadRecord("the versions' numbers do not ascend")
    if record.last_number < max(numbers, default=0):
        raise BadRecord("a version has a higher number than the last one given")
    if len({version.digest for version in record.versions}) != len(numbers):
        raise BadRecord("two versions have the same content")
    if not set(record.activations) <= set(numbers) or len(record.activations) > MAX_ACTIVATIONS:
        raise BadRecord("a version is said to have been active that is not there")
