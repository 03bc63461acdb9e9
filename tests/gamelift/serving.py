"""A server as a process of its own, and boto3's client of it."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import boto3
import httpx
from botocore.config import Config

from desk.gamelift.limits import GameLiftLimits

#: A server starts within so many seconds on any machine.
PATIENCE_SECONDS = 60.0
#: The fleet that most tests are content with: so many game sessions at the same time.
PROCESSES = 20
READY = "event=server_ready"
#: The settings of how many calls a second are taken; tests make more than a back end does.
RATES = tuple(field.name for field in fields(GameLiftLimits) if field.name.endswith("_per_second"))

SCRIPT = """
from harena import session


def on_player_connect(connect):
    session.log.info(f"{connect.player.player_id} comes with {connect.player.player_data}")
    return connect.player.player_data != "unwelcome"


def on_message(message):
    message.sender and session.broadcast(message.op_code, message.payload)


def on_game_session_updated(game_session):
    session.broadcast(9, game_session.properties)


def on_process_terminate():
    session.broadcast(2, "farewell")
"""


class Served:
    """A server that runs: where its API answers, and where its data are."""

    def __init__(self, process: "subprocess.Popen[str]", ready: dict[str, int], folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.port = ready["port"]
        self.http_port = ready["http_port"]

    def client(self, key: str = "anybody", secret: str = "anything", **config: Any) -> Any:
        """A client of boto3's, which tries once and leaves checks to the server: a test sees the first answer."""
        config = {"max_pool_connections": 64, **config}
        return boto3.client(
            "gamelift",
            endpoint_url=f"http://127.0.0.1:{self.http_port}",
            region_name="eu-central-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False, **config),
        )

    def trusted_client(self, **config: Any) -> Any:
        """A client with an access key of its own, as a server for production wants one."""
        return self.client(*self.key(), **config)

    def key(self) -> tuple[str, str]:
        """Make an access key; give its id and its secret."""
        url = f"http://127.0.0.1:{self.http_port}/local/v1/keys"
        made = httpx.post(url, json={"note": ""}, trust_env=False, timeout=PATIENCE_SECONDS).json()
        return made["id"], made["secret"]


@contextmanager
def served(folder: Path, settings: str = "", *, verb: str = "dev") -> Iterator[Served]:
    """Run a server whose data lie in the folder, until the test has done; rates that it does not set are no matter."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("HARENA_")}
    environment |= {f"HARENA_GAMELIFT__{rate.upper()}": "1000000" for rate in RATES if rate not in settings}
    ready = folder / "ready"
    ready.unlink(missing_ok=True)
    (folder / "harena.toml").write_text(settings)
    options = ["--port", "0", "--http-port", "0", "--data", "data", "--ready-file", str(ready)]
    command = [sys.executable, "-c", "from runtime.cli import main; main()", verb, *options]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            _wait_until_ready(process)
            yield Served(process, json.loads(ready.read_text()), folder)
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE_SECONDS)


def _wait_until_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "stop     Ctrl+C" in line or READY in line:
            return
    raise AssertionError(f"the server has ended: {lines}")


def zipped(files: dict[str, str]) -> bytes:
    """A zip with these files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return data.getvalue()


def a_script(client: Any, source: str = SCRIPT) -> str:
    """Make a script; give its id."""
    made = client.create_script(Name="chat", Version="one", ZipFile=zipped({"main.py": source}))
    return str(made["Script"]["ScriptId"])


def a_fleet(client: Any, script_id: str, processes: int = PROCESSES, **more: Any) -> str:
    """Make a fleet; give its id."""
    process = {"LaunchPath": "/local/game/main.py", "ConcurrentExecutions": processes}
    made = client.create_fleet(
        Name="fleet", ScriptId=script_id, RuntimeConfiguration={"ServerProcesses": [process]}, **more
    )
    assert made["FleetAttributes"]["Status"] == "ACTIVE"
    return str(made["FleetAttributes"]["FleetId"])


def a_game_session(client: Any, fleet_id: str, **more: Any) -> str:
    """Make a game session; give its id."""
    made = client.create_game_session(FleetId=fleet_id, **{"MaximumPlayerSessionCount": 4, **more})
    assert made["GameSession"]["Status"] == "ACTIVE"
    return str(made["GameSession"]["GameSessionId"])
