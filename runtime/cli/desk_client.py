"""How the command talks to a server: the local API, from the other side."""

import http.client
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar
from urllib.parse import quote

from desk.view_json import BadView, view_untrusted, views_untrusted
from runtime.cli.refusal import ExitCode, Refusal

V = TypeVar("V")

#: A deployment waits for its check, and perhaps for others before it.
ANSWER_SECONDS = 90.0
MAX_ANSWER_BYTES = 64 * 1024 * 1024
#: A stream that is silent for longer, heartbeats included, comes from nobody any more.
SILENCE_SECONDS = 45.0
MAX_LINE_BYTES = 1024 * 1024


class DeskClient:
    """Asks one server. Every method raises `Refusal`: 3 where no Harena server answers, 1 where the answer is no."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def view(self, wanted: type[V], *path: str) -> V:
        """Get one view."""
        answer = self._ask("GET", path, None)
        return self._understood(lambda: view_untrusted(wanted, answer))

    def views(self, wanted: type[V], key: str, *path: str, query: str = "") -> tuple[V, ...]:
        """Get the list of views under `key`."""
        answer = self._ask("GET", path, None, query)
        return self._understood(lambda: views_untrusted(wanted, answer.get(key)))

    def post(self, wanted: type[V], body: Mapping[str, object], *path: str) -> V:
        """Ask for something to be done; get the view that tells how it went."""
        answer = self._ask("POST", path, json.dumps(body))
        return self._understood(lambda: view_untrusted(wanted, answer))

    def understood(self, wanted: type[V], given: object) -> V:
        """Read a view in what a stream has said."""
        return self._understood(lambda: view_untrusted(wanted, given))

    def lines(self, *path: str, query: str = "") -> Iterator[Mapping[str, object]]:
        """Follow a stream of JSON lines until the server ends it, or is gone; its heartbeats are left out."""
        url = _url(path) + query
        connection = http.client.HTTPConnection(self._host, self._port, timeout=SILENCE_SECONDS)
        try:
            connection.request("GET", url)
            response = connection.getresponse()
            if response.status != http.client.OK:
                self._must_be_ok(response.status, response.read(MAX_ANSWER_BYTES))
            while line := response.readline(MAX_LINE_BYTES):
                decoded = self._decoded_untrusted(line)
                if decoded.get("event") != "Heartbeat":
                    yield decoded
        except (OSError, http.client.HTTPException):
            raise self._unreached(f"the server at {self._place} cannot be followed (any more)") from None
        finally:
            connection.close()

    def _ask(self, method: str, path: tuple[str, ...], body: str | None, query: str = "") -> Mapping[str, object]:
        status, data = self._exchange(method, _url(path) + query, body)
        return self._must_be_ok(status, data)

    def _must_be_ok(self, status: int, data: bytes) -> Mapping[str, object]:
        answer = self._decoded_untrusted(data)
        if status != http.client.OK:
            raise Refusal(_text(answer, "error") or f"the server answered {status}", _text(answer, "hint"))
        return answer

    def _exchange(self, method: str, url: str, body: str | None) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        connection = http.client.HTTPConnection(self._host, self._port, timeout=ANSWER_SECONDS)
        try:
            connection.request(method, url, body, headers)
            response = connection.getresponse()
            return response.status, response.read(MAX_ANSWER_BYTES)
        except TimeoutError:
            raise self._unreached(f"the server at {self._place} has not answered in {ANSWER_SECONDS:g} s") from None
        except OSError:
            raise self._unreached(f"no server answers at {self._place}") from None
        except http.client.HTTPException:
            raise self._stranger() from None
        finally:
            connection.close()

    def _decoded_untrusted(self, data: bytes) -> Mapping[str, object]:
        try:
            answer = json.loads(data)
        except (ValueError, RecursionError):
            raise self._stranger() from None
        if not isinstance(answer, dict):
            raise self._stranger()
        return answer

    def _understood(self, read: Callable[[], V]) -> V:
        try:
            return read()
        except BadView:
            raise self._stranger() from None

    def _stranger(self) -> Refusal:
        return self._unreached(f"what answers at {self._place} is no Harena server, or one of another version")

    def _unreached(self, sentence: str) -> Refusal:
        hint = "start one with `harena dev`, or name its port with --http-port"
        return Refusal(sentence, hint, ExitCode.NOT_REACHED)


def _url(path: tuple[str, ...]) -> str:
    return "/local/v1/" + "/".join(quote(part, safe="") for part in path)


def _text(answer: Mapping[str, object], key: str) -> str:
    given = answer.get(key)
    return given if isinstance(given, str) else ""
