"""The log of `harena run`: one structured line for everything that happens."""

import logging
import time
from collections.abc import Sequence

import structlog

from deployment.checker import Fault
from desk.events import (
    CertificateCrowded,
    CertificateEnding,
    CertificateRejected,
    CertificateRenewed,
    Deployed,
    Event,
    Logged,
    NotAScript,
    Rejected,
    ReservationsLost,
    ServerReady,
    SettingsChanged,
    SettingsRejected,
    WorkerAdopted,
    WorkerLost,
    WorkerStarted,
    as_plain,
)
from sandbox.jail.layers import Layer

LOG = structlog.get_logger()

#: Of every other event the level is INFO.
LEVELS: dict[type[Event], int] = {
    Rejected: logging.WARNING,
    NotAScript: logging.WARNING,
    ReservationsLost: logging.WARNING,
    CertificateRejected: logging.ERROR,
    CertificateEnding: logging.ERROR,
    CertificateCrowded: logging.WARNING,
    SettingsRejected: logging.ERROR,
    WorkerAdopted: logging.WARNING,
    WorkerLost: logging.ERROR,
}
_NAMED = logging.getLevelNamesMapping()


def log_event(event: Event) -> None:
    """Write an event, its fields by their names; its name in snake case is the line's ``event``."""
    fields = as_plain(event)
    name = str(fields.pop("event"))
    fields.pop("level", None)
    if isinstance(event, ServerReady) and not event.fingerprint:  # Without TLS there is nothing to say of it.
        del fields["fingerprint"], fields["ca_file"]
    LOG.log(_level(event), _snake(name), **{**fields, **_readable(event)})


def _level(event: Event) -> int:
    if isinstance(event, Logged):
        return _NAMED.get(event.level.upper(), logging.INFO)
    if isinstance(event, WorkerStarted) and Layer.SECCOMP.title in event.missing_layers:
        return logging.WARNING
    return LEVELS.get(type(event), logging.INFO)


def _readable(event: Event) -> dict[str, object]:
    """Fields that hold more than one thing, as a person reads them."""
    match event:
        case Rejected(_, _, faults):
            return {"faults": _told(faults)}
        case Deployed(_, _, _, warnings):
            return {"warnings": _told(warnings)}
        case ServerReady():
            return {"active": ", ".join(f"{one.name} v{one.version}" for one in event.active)}
        case SettingsChanged(_, taken, need_restart):
            return {"taken": ", ".join(taken), "need_restart": ", ".join(need_restart)}
        case WorkerStarted(_, _, layers, missing_layers):
            return {"layers": ", ".join(layers), "missing_layers": ", ".join(missing_layers)}
        case CertificateRenewed() | CertificateEnding() | CertificateCrowded():
            return _readable_of_certificate(event)
        case SettingsRejected(_, config_faults):
            return {"faults": "\n".join(config_faults)}
        case _:
            return {}


def _readable_of_certificate(event: CertificateRenewed | CertificateEnding | CertificateCrowded) -> dict[str, object]:
    if isinstance(event, CertificateCrowded):
        return {"left_out": len(event.left_out)}  # There may be thousands, and the reason names the first.
    return {"names": ", ".join(event.names), "ends": _utc(event.ends)}


def _utc(unix_seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(unix_seconds))


def _told(faults: Sequence[Fault]) -> str:
    return "\n".join(f"{fault.file}:{fault.line}:{fault.column}: {fault.message}" for fault in faults)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
