"""The real `aws` command: a game from the zip to the log, as somebody types it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from harena import Client
from tests.gamelift.serving import SCRIPT, Served, zipped

PATIENCE_SECONDS = 60
AWS = Path(sys.executable).with_name("aws")


class Aws:
    """Runs `aws gamelift`, with nothing but its environment."""

    def __init__(self, server: Served, folder: Path) -> None:
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "AWS_ENDPOINT_URL_GAMELIFT": f"http://127.0.0.1:{server.http_port}",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
        }

    def ended(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run it to its end."""
        command = [str(AWS), "gamelift", *arguments, "--output", "json"]
        return subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )

    def __call__(self, *arguments: str) -> Any:
        """Give what it prints."""
        ended = self.ended(*arguments)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)


@pytest.mark.anyio
async def test_a_game_is_driven_by_the_aws_command(server: Served, tmp_path: Path) -> None:
    aws = Aws(server, tmp_path)
    (tmp_path / "chat.zip").write_bytes(zipped({"main.py": SCRIPT}))
    zip_file = ("--zip-file", f"fileb://{tmp_path}/chat.zip")
    script = aws("create-script", "--name", "chat", "--script-version", "one", *zip_file)["Script"]
    assert (script["Name"], script["Version"]) == ("chat", "one")
    processes = "ServerProcesses=[{LaunchPath=/local/game/main.py,ConcurrentExecutions=2}]"
    made = aws("create-fleet", "--name", "f", "--script-id", script["ScriptId"], "--runtime-configuration", processes)
    fleet = made["FleetAttributes"]["FleetId"]
    more = ("--maximum-player-session-count", "2", "--game-properties", "Key=mode,Value=duel")
    game = aws("create-game-session", "--fleet-id", fleet, *more)["GameSession"]["GameSessionId"]
    seat = aws("create-player-session", "--game-session-id", game, "--player-id", "ann")["PlayerSession"]
    async with Client.connect(f"ws://{seat['IpAddress']}:{seat['Port']}", seat["PlayerSessionId"]) as ann:
        await ann.send(1, "hello")
        assert (await ann.receive(1)).text == "hello"
        duels = "gameSessionProperties.mode='duel' AND playerSessionCount=1"
        (found,) = aws("search-game-sessions", "--fleet-id", fleet, "--filter-expression", duels)["GameSessions"]
        assert found["GameSessionId"] == game
    client = server.client()
    left: list[dict[str, Any]] = []
    while not left:  # Her worker notices a moment later.
        asked = {"GameSessionId": game, "PlayerSessionStatusFilter": "COMPLETED"}
        left = client.describe_player_sessions(**asked)["PlayerSessions"]
    assert [one["PlayerId"] for one in left] == ["ann"]
    async with httpx.AsyncClient() as reader:
        log = aws("get-game-session-log-url", "--game-session-id", game)["PreSignedUrl"]
        assert "ann comes" in (await reader.get(log)).text
    refused = aws.ended("delete-script", "--script-id", "script-none")
    assert refused.returncode != 0
    assert "(NotFoundException) when calling the DeleteScript operation: there is no script" in refused.stderr
    client.delete_fleet(FleetId=fleet)
    client.delete_script(ScriptId=script["ScriptId"])
