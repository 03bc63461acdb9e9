"""The guard at the door: web pages that a browser shows are not let in, whatever name they found us by.

What is for operators alone is for this machine alone: whoever comes from another, or through a proxy, is not let in.
"""

from ipaddress import ip_address

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: What this machine calls itself. A page that had its own name point here (DNS rebinding) cannot use these.
OWN_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
#: Hosts that stand for every address of this machine.
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})

#: The local API has no password; what lies below is the operators'.
LOCAL = "/local/"
#: By these a proxy says that it speaks for somebody else.
_FORWARDED = (b"forwarded", b"via", b"x-forwarded-for", b"x-real-ip")

_HINT = "use http://127.0.0.1:{port}, or start the server with --host and the name that you use"
_LOCAL_HINT = "ask there, or through an SSH tunnel; back ends of games use the GameLift API"


def on_this_machine(address: str) -> bool:
    """Whether a peer's address is this machine's own, which nobody else can have."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def guarded(app: ASGIApp, host: str, port: int, *, local_anywhere: bool = False) -> ASGIApp:
    """Put the guard before an application that listens at this host, as it was configured, and this port.

    ``local_anywhere`` lets other machines use the local API as well.
    """
    return Guard(app, host.lower(), port, local_anywhere=local_anywhere)


class Guard:
    """ASGI middleware that refuses requests whose `Host` is not ours, and those that a foreign web page makes.

    It refuses those of other machines to the local API, too. Where the server listens at every address, any address
    will do as a `Host`: rebinding needs a name. A request without `Origin` comes from no page, or only asks to look.
    """

    def __init__(self, app: ASGIApp, host: str, port: int, *, local_anywhere: bool) -> None:
        self._app = app
        self._local_anywhere = local_anywhere
        self._any_address = host in EVERY_ADDRESS
        self._port = port
        self._ours = frozenset(self._with_port(known) for known in OWN_HOSTS | {_bracketed(host)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass, or answer it with 403."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            # We speak no WebSocket here, and what nobody has thought about does not pass.
            await send({"type": "websocket.close", "code": 1008})
        elif refusal := self._refusal(scope):
            content = {"error": refusal, "hint": _HINT.format(port=self._port)}
            await JSONResponse(content, 403)(scope, receive, send)
        elif scope["path"].startswith(LOCAL) and not (self._local_anywhere or _at_home(scope)):
            content = {"error": "the local API answers on the server's own machine only", "hint": _LOCAL_HINT}
            await JSONResponse(content, 403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> str:
        hosts = _values(scope, b"host")
        if len(hosts) != 1 or not self._known(hosts[0]):
            return f"this server does not answer to the Host {_said(hosts)}"
        at_home = {f"http://{name}" for name in (*self._ours, *hosts)}
        foreign = [origin for origin in _values(scope, b"origin") if origin not in at_home]
        if foreign:
            return f"web pages of the Origin {_said(foreign)} may not use this server"
        return ""

    def _known(self, host: str) -> bool:
        return host in self._ours or (self._any_address and self._is_address(host))

    def _is_address(self, host: str) -> bool:
        bare = host if self._port == 80 else host.removesuffix(f":{self._port}")
        try:
            address = ip_address(bare.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return host == self._with_port(_bracketed(str(address)))

    def _with_port(self, host: str) -> str:
        # Clients leave the port out where it is HTTP's own.
        return host if self._port == 80 else f"{host}:{self._port}"


def _at_home(scope: Scope) -> bool:
    """Whether somebody on this machine asks, for himself."""
    client = scope.get("client")
    forwarded = any(_values(scope, name) for name in _FORWARDED)
    return client is not None and on_this_machine(client[0]) and not forwarded


def _values(scope: Scope, name: bytes) -> list[str]:
    # Latin-1 reads any byte; what is not ASCII matches none of our names.
    return [value.decode("latin-1").lower() for key, value in scope["headers"] if key == name]


def _said(values: list[str]) -> str:
    return ascii(", ".join(values))[:200] if values else "that is missing"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
