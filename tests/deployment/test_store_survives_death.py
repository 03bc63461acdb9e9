"""Whatever the store has acknowledged is there after the process was killed, or the power failed, at any moment."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deployment.source import ScriptName
from deployment.store import Store, UnknownScript
from deployment.version import ScriptVersion

CHAT = ScriptName("chat")
OTHER = ScriptName("other")
STATES = [None, 1, 2, 3, 2, None, 3]


@pytest.mark.parametrize("mode", ["before", "after", "torn", "unsynced_names", "unsynced_bytes"])
def test_every_death_leaves_every_acknowledged_version_whole(tmp_path: Path, mode: str) -> None:
    program = Path(__file__).with_name("storing_child.py")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    said = subprocess.run(
        [sys.executable, program, tmp_path, mode],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=environment,
    )
    deaths = [json.loads(line) for line in said.stdout.splitlines()]
    assert len(deaths) > 55
    assert [death["died"] for death in deaths] == [True] * (len(deaths) - 1) + [False]
    assert len(deaths[-1]["acknowledged"]) == 13
    for death in deaths:
        all_acknowledged_is_there(Path(death["directory"]), death["acknowledged"])


def all_acknowledged_is_there(directory: Path, acknowledged: list[list[Any]]) -> None:
    with Store(directory) as store:
        versions = {number: content for kind, number, *content in acknowledged if kind == "version"}
        going = {number for kind, *numbers in acknowledged if kind == "pruning" for number in numbers}
        gone = {number for kind, *numbers in acknowledged if kind == "pruned" for number in numbers}
        there = {version.number for version in stored(store)}
        assert not gone & there
        # Both, or neither: a prune is one step.
        assert going & there in (going, set())
        for number, (content,) in versions.items():
            if number in going and number not in there:
                continue
            version = store.version(CHAT, number)
            assert version.note == content
            assert store.source(version).files[1].content == content.encode()
        activations = sum(kind == "active" for kind, *_ in acknowledged)
        active = store.active(CHAT)
        # The pointer stands where it was last acknowledged to be, or one step further: the one that was under way.
        assert (active and active.number) in STATES[activations : activations + 2]
        for version in (*stored(store), *stored(store, OTHER)):
            assert store.source(version).digest == version.digest
        assert ["other", 1] not in acknowledged or stored(store, OTHER)
        assert list((directory / "tmp").iterdir()) == []


def stored(store: Store, name: ScriptName = CHAT) -> tuple[ScriptVersion, ...]:
    try:
        return store.versions(name)
    except UnknownScript:
        return ()
