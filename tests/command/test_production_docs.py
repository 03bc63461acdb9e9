"""What the documentation gives to operators: the page of settings, the unit for systemd, the container."""

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from runtime.config import Site, Start
from runtime.keys import KEYS, Key
from runtime.link import LAST_RESORT_SECONDS
from runtime.settings import load
from tests.docs.pages import DOCS, REFERENCE, Row, blocks, rows

SETTINGS = REFERENCE / "settings.md"
UNIT = DOCS / "how-to" / "harena.service"
CONTAINER = DOCS / "how-to" / "Containerfile"
PRODUCTION = DOCS / "how-to" / "run-in-production.md"

#: What keeps a service away from the rest of the machine.
HARDENED = {
    "NoNewPrivileges": "yes",
    "DynamicUser": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "CapabilityBoundingSet": "",
    "StateDirectory": "harena",
    "Type": "notify",
    # Workers outlive the first process, whoever kills that; it ends them itself.
    "KillMode": "process",
    "OOMPolicy": "continue",
    "Restart": "on-failure",
}


def test_every_setting_is_on_the_page_and_no_other() -> None:
    assert [row.name for row in rows(SETTINGS)] == list(KEYS)


@pytest.mark.parametrize("row", rows(SETTINGS), ids=lambda row: row.name)
def test_a_row_is_what_the_setting_is(row: Row) -> None:
    key = KEYS[row.name]
    assert row.cells[1:4] == (key.wanted(), default(key), "live" if key.rule.live else "restart")


def default(key: Key) -> str:
    match key.default:
        case None:
            return "none"
        case bool():
            return f"`{str(key.default).lower()}`"
        case int() | float():
            return f"`{key.default:g}`" if key.default < 100_000 else f"`{key.default}`"
        case _:
            return f'`"{key.default}"`'


@pytest.mark.parametrize("page", [SETTINGS, PRODUCTION], ids=lambda page: page.name)
def test_examples_of_settings_can_be_loaded(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAG_TOKEN_KEY", "0123456789")
    examples = [block.text for block in blocks(page) if block.language == "toml"]
    assert examples
    for example in examples:
        path = tmp_path / "harena.toml"
        path.write_text(re.sub(r"^mail_key.*$", "", example, flags=re.MULTILINE))
        assert load(Start(file=path), {}).start.file == path


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys are not in lower case
    parser.read_string(UNIT.read_text())
    return parser


def test_the_unit_starts_the_command_with_next_to_no_rights() -> None:
    service = unit()["Service"]
    assert {key: service[key] for key in HARDENED} == HARDENED
    assert service["ExecStart"].split()[1:3] == ["run", "--config"]
    assert int(service["TimeoutStopSec"]) > Site().stop_seconds + LAST_RESORT_SECONDS
    assert unit()["Install"]["WantedBy"] == "multi-user.target"


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    text = UNIT.read_text().replace("/opt/harena/bin/harena", "/bin/true")
    (tmp_path / "harena.service").write_text(text)
    if analyze:
        ended = subprocess.run(
            [analyze, "verify", str(tmp_path / "harena.service")],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Unknown" not in ended.stderr
    assert all(re.fullmatch(r"(#.*|\[\w+\]|[A-Za-z]+=.*|)", line) for line in text.splitlines())


def test_the_container_runs_as_nobody_in_particular_with_settings_that_exist() -> None:
    text = CONTAINER.read_text()
    variables = re.findall(r"(HARENA_\w+)=", text)
    assert variables
    assert set(variables) <= {key.variable for key in KEYS.values()}
    assert re.search(r"^USER harena$", text, re.MULTILINE)
    assert text.rstrip().endswith('ENTRYPOINT ["/opt/harena/bin/harena"]\nCMD ["run"]')
    assert tomllib.loads((DOCS.parent / "pyproject.toml").read_text())["project"]["scripts"]["harena"]
