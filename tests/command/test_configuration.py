"""The configuration of `harena run`: every source, every fault at once, with its file, line and key."""

import os
import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.config import Config, Secrets, Start
from runtime.config_faults import ConfigFault, Misconfigured
from runtime.config_file import MAX_FILE_BYTES, read_bounded
from runtime.keys import KEYS, RULES, SECTIONS, changed, setting, taken_over
from runtime.secret_settings import secrets_of
from runtime.settings import load
from tests.command import faulty


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in KEYS.values():
        monkeypatch.delenv(key.variable, raising=False)


def faults(start: Start, **options: object) -> list[str]:
    with pytest.raises(Misconfigured) as caught:
        load(start, options)
    return [str(fault) for fault in caught.value.faults]


def written(folder: Path, text: str) -> Start:
    path = folder / "harena.toml"
    path.write_text(text)
    return Start(file=path)


def test_all_faults_are_told_at_once_with_file_line_and_key() -> None:
    ended = faulty.started()
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == faulty.PRINTED.read_text()
    assert "hunter2" not in ended.stderr


def test_an_option_goes_before_the_environment_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = written(tmp_path, "port = 1\nhttp_port = 1\nworkers = 1\n[log]\nlevel = 'debug'\n")
    monkeypatch.setenv("HARENA_PORT", "2")
    monkeypatch.setenv("HARENA_HTTP_PORT", "2")
    monkeypatch.setenv("HARENA_SANDBOX__CALL_WALL_SECONDS", "0.5")
    monkeypatch.setenv("HARENA_FLEET__ACCEPTING", "False")
    monkeypatch.setenv("HARENA_FLEET__DRAINING_MESSAGE", "1")
    monkeypatch.setenv("HARENA_STOP_SECONDS", "")
    config = load(start, {"port": 3})
    assert (config.site.port, config.site.http_port, config.site.workers) == (3, 2, 1)
    assert (config.sandbox.call_wall_seconds, config.fleet.accepting, config.log.level) == (0.5, False, "debug")
    assert (config.fleet.draining_message, config.site.stop_seconds) == ("1", 30)


def test_nothing_set_is_the_defaults() -> None:
    assert load(Start(), {}) == Config()


def test_paths_of_the_file_begin_where_the_file_lies(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hunter2\n")
    start = written(tmp_path, 'scripts = "games"\ndata = "/var/x"\n[secrets.tag]\nkey = {file = "key"}\n')
    config = load(start, {"ready_file": "ready"})
    assert (config.site.scripts, config.site.data) == (tmp_path / "games", Path("/var/x"))
    assert config.site.ready_file == Path("ready")
    assert config.secrets.of("tag") == (("key", "hunter2"),)


def test_secrets_come_from_text_environment_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_KEY", "from outside")
    start = written(tmp_path, '[secrets.tag]\nb = {env = "OUR_KEY"}\na = "text"\n[secrets.chat]\nc = "a b\\n"\n')
    secrets = load(start, {}).secrets
    assert secrets.of("tag") == (("a", "text"), ("b", "from outside"))
    assert (secrets.of("chat"), secrets.of("nope")) == ((("c", "a b\n"),), ())


def test_a_secret_that_no_frame_could_carry_is_a_fault_without_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUR_KEY", "hunter2\udcff")
    (fault,) = faults(written(tmp_path, '[secrets.tag]\nb = {env = "OUR_KEY"}\n'))
    assert fault.endswith(":2: secrets.tag.b: is no text that UTF-8 can hold")


def test_of_a_file_of_secrets_nothing_else_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('port = "no port"\n[secrets.tag]\nkey = "hunter2"\n')
    assert secrets_of(file).of("tag") == (("key", "hunter2"),)
    file.write_text("port = 1900\n")
    assert secrets_of(file) == Secrets()
    file.write_text("[secrets.tag]\nkey = 'abc'\nother = 4\n")
    with pytest.raises(Misconfigured) as caught:
        secrets_of(file)
    assert [fault.line for fault in caught.value.faults] == [2, 3]
    assert "abc" not in str(caught.value)
    with pytest.raises(Misconfigured, match="cannot be read"):
        secrets_of(tmp_path / "gone.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("port = \n", ":1: this is not TOML: Invalid value"),
        ("x = 1\nx = 2\n", ":2: this is not TOML: Cannot overwrite a value"),
        ("sandbox = 3\n", ":1: sandbox: is to be a table, not 3 (write [sandbox] above its settings)"),
        ("secrets = 3\n", ":1: secrets: is to be a table for each script: [secrets.SCRIPT]"),
        ('[secrets.a]\nk = {file = "/dev/null"}\n', ":2: secrets.a.k: this is no file"),
        ('[secrets.a]\nk = {file = "gone"}\n', ":2: secrets.a.k: it cannot be read: No such file or directory"),
        ('[secrets.a]\nk = "abc"\n', ":2: secrets.a.k: a secret has at least 4 characters: logs are cleared of it"),
        ('[secrets.a]\nk = ""\n', ":2: secrets.a.k: a secret has at least 4 characters: logs are cleared of it"),
        ("sandbox.timers = true\n", ":1: sandbox.timers: is to be a whole number from 0 to 100,000, not true"),
        ('data = "a\\u0000b"\n', ":1: data: is to be a path, not "),
        ("stop_seconds = nan\n", ":1: stop_seconds: is to be a number from 0 to 3,600, not nan"),
    ],
)
def test_a_fault_is_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    start = written(tmp_path, text)
    (fault,) = faults(start)
    assert fault.startswith(f"{start.file}{told}")


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    assert faults(Start(file=tmp_path / "gone.toml")) == [
        f"{tmp_path}/gone.toml: it cannot be read: No such file or directory"
    ]
    assert "this is no file" in faults(Start(file=Path("/dev/zero")))[0]
    assert "has more than" in faults(written(tmp_path, "#" * (MAX_FILE_BYTES + 1)))[0]
    (tmp_path / "harena.toml").write_bytes(b"\xff")
    assert "not UTF-8" in faults(Start(file=tmp_path / "harena.toml"))[0]


def test_a_folder_in_a_files_place_is_named_and_not_kept_open(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match=re.escape(str(tmp_path))):
        read_bounded(tmp_path, 10)
    descriptors = Path("/proc/self/fd")
    assert os.path.realpath(tmp_path) not in {os.path.realpath(one) for one in descriptors.iterdir()}


def test_other_peoples_variables_with_our_prefix_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARENA_SERVICE_HOST", "10.0.0.1")
    monkeypatch.setenv("HARENA_PORT_1900_TCP_ADDR", "10.0.0.1")
    assert load(Start(), {}) == Config()
    monkeypatch.setenv("HARENA_HTTP_PROT", "1")
    assert faults(Start()) == [
        "environment: HARENA_HTTP_PROT: there is no such setting (did you mean HARENA_HTTP_PORT?)"
    ]


def told(start: Start, options: dict[str, object]) -> Config | tuple[ConfigFault, ...]:
    """The configuration, or its faults; anything else that is raised is a bug."""
    try:
        return load(start, options)
    except Misconfigured as error:
        return error.faults


@given(st.text(max_size=200))
def test_any_file_is_a_configuration_or_its_faults(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(text.encode(errors="surrogatepass"))
    assert told(Start(file=path), {}) != ()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.sampled_from(sorted(KEYS)), VALUES)
def test_a_setting_is_within_its_bounds_or_faulty(dotted: str, given_value: object) -> None:
    key, found = KEYS[dotted], told(Start(), {dotted: given_value})
    if not isinstance(found, Config):
        assert len(found) == 1
        return
    given_setting = setting(found, key)
    assert given_setting is None or isinstance(given_setting, key.kind)
    if isinstance(given_setting, int | float):
        assert key.rule.low <= given_setting <= key.rule.high


def test_every_setting_has_a_rule_and_every_default_obeys_it() -> None:
    assert KEYS.keys() == RULES.keys()
    given_defaults = {key.dotted: key.default for key in KEYS.values() if key.kind in (int, float, bool)}
    assert load(Start(), given_defaults) == Config()
    names = {field.name for field in fields(Config)}
    assert names - {"start", "secrets"} == SECTIONS.keys()


def test_what_is_live_is_taken_over_and_nothing_else(tmp_path: Path) -> None:
    before = load(Start(), {})
    after = load(
        written(tmp_path, "workers = 2\nstop_seconds = 5\n[log]\nlevel = 'debug'\n[secrets.tag]\nk = 'hunter2'\n"), {}
    )
    assert changed(before, after) == (["stop_seconds", "log.level", "secrets.tag"], ["workers"])
    now = taken_over(before, after)
    assert (now.site.workers, now.site.stop_seconds, now.log.level, now.start) == (1, 5, "debug", Start())
    assert changed(now, after) == ([], ["workers"])
    assert now.secrets.of("tag") == (("k", "hunter2"),)


def test_the_faulty_file_is_toml_all_the_same() -> None:
    assert tomllib.loads((faulty.FOLDER / "faulty.toml").read_text())
