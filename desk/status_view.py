"""A server at a glance, as the command sees it."""

from desk.certificate_view import CertificateView
from session.values import value


@value
class WorkerView:
    """One relay worker process and what it carries; `zygote_pid` is 0 while it has no zygote."""

    pid: int
    port: int
    zygote_pid: int
    game_sessions: int
    players: int
    sandboxes: int


@value
class LayerView:
    """One of the kernel's layers around sandboxes, and whether it holds here."""

    name: str
    holds: bool


@value
class StatusView:
    """The server at a glance. `version` is Harena's own, `scripts_dir` is empty where no folder is watched.

    There are no `layers` while no worker runs, and no `certificate` without TLS.
    """

    version: str
    pid: int
    uptime_seconds: float
    host: str
    port: int
    http_port: int
    scripts_dir: str
    data_dir: str
    scripts: int
    game_sessions: int
    players: int
    workers: tuple[WorkerView, ...] = ()
    layers: tuple[LayerView, ...] = ()
    certificate: CertificateView | None = None
