"""The store keeps every version, points at one, and notices every damage."""

import json
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployment.disk import Disk
from deployment.record import MAX_ACTIVATIONS, Record, Seen
from deployment.record_json import BadRecord, decoded_untrusted, encoded
from deployment.source import PathKey, ScriptName, ScriptSource, source_of
from deployment.store import Store, StoreBusy, StoreDamaged, StoreUnwritable, UnknownScript, UnknownVersion
from deployment.version import ScriptVersion
from tests.deployment.world import active_number

CHAT = ScriptName("chat")
PATHS = st.from_regex(r"(?:[a-z_]{1,3}/){0,2}[a-z_]{1,4}\.py", fullmatch=True)


def chat(content: bytes) -> ScriptSource:
    return source_of("chat", {"chat.py": content}, "chat.py")


def add(store: Store, *contents: bytes) -> list[ScriptVersion]:
    return [store.add(chat(content), "test", "", 1.0) for content in contents]


def test_versions_are_numbered_and_read_back(store: Store) -> None:
    one, two = add(store, b"1", b"2")
    assert (one.number, two.number) == (1, 2)
    assert store.names() == ("chat",)
    assert store.versions(CHAT) == (one, two)
    assert store.source(two) == chat(b"2")
    assert store.version(CHAT, 1) == one
    assert store.active(CHAT) is None


def test_the_same_content_is_the_same_version(store: Store) -> None:
    one, _, again = add(store, b"1", b"2", b"1")
    assert again == one
    assert len(store.versions(CHAT)) == 2


def test_two_scripts_share_contents_but_not_numbers(store: Store) -> None:
    add(store, b"1", b"2")
    other = store.add(source_of("tag", {"chat.py": b"2"}, "chat.py"), "test", "", 1.0)
    assert other.number == 1
    assert store.source(other).files == chat(b"2").files


def test_all_is_there_after_a_restart(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        add(store, b"1", b"2")
        store.activate(CHAT, 2, seen=Seen(PathKey("chat.py"), chat(b"2").digest))
        before = store.versions(CHAT)
    with Store(tmp_path) as store:
        assert store.versions(CHAT) == before
        assert store.active(CHAT) == before[1]
        assert store.last_seen(PathKey("chat.py")) == chat(b"2").digest
        assert store.seen_path(CHAT) == "chat.py"
        assert store.last_seen(PathKey("chat/")) is None


def test_stepping_back_goes_further_each_time(store: Store) -> None:
    add(store, b"1", b"2", b"3")
    for number in (1, 2, 3):
        store.activate(CHAT, number)
    assert store.before(CHAT).number == 2
    store.activate(CHAT, 2, back=True)
    assert store.before(CHAT).number == 1
    store.activate(CHAT, 1, back=True)
    with pytest.raises(UnknownVersion):
        store.before(CHAT)
    store.activate(CHAT, 3, back=True)
    assert store.before(CHAT).number == 1


def test_a_withdrawn_script_has_no_active_version_and_steps_back_to_its_last(store: Store) -> None:
    add(store, b"1", b"2")
    store.activate(CHAT, 1)
    store.activate(CHAT, 2, seen=Seen(PathKey("chat.py"), chat(b"2").digest))
    store.withdraw(CHAT)
    assert store.active(CHAT) is None
    assert store.last_seen(PathKey("chat.py")) is None
    assert store.before(CHAT).number == 2
    assert len(store.versions(CHAT)) == 2


def test_the_memory_of_activations_is_bounded() -> None:
    record = Record(CHAT, tuple(ScriptVersion(CHAT, n, f"{n:064x}", 0.0, "", "") for n in (1, 2)), 2)
    for turn in range(MAX_ACTIVATIONS + 10):
        record = record.activated(1 + turn % 2)
    assert len(record.activations) == MAX_ACTIVATIONS
    assert decoded_untrusted(CHAT, encoded(record)) == record


def test_what_is_not_there_is_said_to_be_unknown(store: Store) -> None:
    for name in (CHAT, ScriptName("../chat")):
        with pytest.raises(UnknownScript):
            store.versions(name)
    with pytest.raises(UnknownScript):
        store.withdraw(CHAT)
    add(store, b"1")
    with pytest.raises(UnknownVersion, match="2"):
        store.activate(CHAT, 2)


def test_a_second_process_gets_a_clear_error(tmp_path: Path) -> None:
    with Store(tmp_path):
        code = "import sys, pathlib; from deployment.store import *\ntry: Store(pathlib.Path(sys.argv[1]))\n"
        code += "except StoreBusy as error: print(error)"
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        program = [sys.executable, "-c", code, str(tmp_path)]
        said = subprocess.run(program, capture_output=True, text=True, timeout=20, env=environment)
        assert said.stdout.strip() == f"{tmp_path} is in use by another process ({os.getpid()})"
        with pytest.raises(StoreBusy):
            Store(tmp_path)
    with Store(tmp_path) as again:
        assert again.names() == ()


def test_leftovers_are_swept_at_the_start(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        add(store, b"1")
    (tmp_path / "tmp" / "1").write_bytes(b"half")
    with Store(tmp_path) as store:
        assert list((tmp_path / "tmp").iterdir()) == []
        add(store, b"2")


class FullDisk(Disk):
    """Has no room as long as it is full."""

    full = False

    def write(self, descriptor: int, data: memoryview) -> int:
        """Write half, then find the disk full."""
        if not self.full:
            return super().write(descriptor, data)
        if len(data) > 1:
            return super().write(descriptor, data[: len(data) // 2])
        raise OSError(28, "No space left on device")


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    disk = FullDisk()
    with Store(tmp_path, disk) as store:
        add(store, b"1")
        store.activate(CHAT, 1)
        disk.full = True
        with pytest.raises(StoreUnwritable, match="No space left"):
            add(store, b"2")
        with pytest.raises(StoreUnwritable):
            store.withdraw(CHAT)
        assert list((tmp_path / "tmp").iterdir()) == []
        disk.full = False
        assert active_number(store) == 1
        assert add(store, b"2")[0].number == 2


def test_threads_get_dense_numbers(store: Store) -> None:
    start = threading.Barrier(8)

    def add_some(worker: int) -> list[int]:
        start.wait(timeout=20)
        return [store.add(chat(b"%d %d" % (worker, turn)), "test", "", 1.0).number for turn in range(5)]

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for numbers in pool.map(add_some, range(8)) for number in numbers]
    assert sorted(numbers) == list(range(1, 41))
    assert [version.number for version in store.versions(CHAT)] == list(range(1, 41))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(PATHS, st.binary(max_size=2000), min_size=1, max_size=6), note=st.text(max_size=50))
def test_any_content_reads_back(store: Store, files: dict[str, bytes], note: str) -> None:
    source = source_of("any", files, max(files))
    version = store.add(source, "test", note, 2.5)
    assert store.source(version) == source
    assert version in store.versions(ScriptName("any"))


@pytest.mark.parametrize("harm", [b"", b"x", None, b"harena script 1\n"])
def test_a_damaged_object_is_noticed_named_and_mended_by_the_same_content(
    tmp_path: Path, store: Store, harm: bytes | None
) -> None:
    (version,) = add(store, b"1")
    path = tmp_path / "store" / "objects" / version.digest
    path.unlink() if harm is None else path.write_bytes(harm)
    with pytest.raises(StoreDamaged, match=version.digest):
        store.source(version)
    add(store, b"1")
    assert store.source(version) == chat(b"1")


def test_a_larger_object_is_not_read_whole(tmp_path: Path, store: Store) -> None:
    (version,) = add(store, b"1")
    with (tmp_path / "store" / "objects" / version.digest).open("r+b") as file:
        file.truncate(1 << 40)
    with pytest.raises(StoreDamaged):
        store.source(version)


def test_a_damaged_record_harms_its_own_script_only(tmp_path: Path, store: Store) -> None:
    add(store, b"1")
    store.add(source_of("tag", {"tag.py": b""}, "tag.py"), "test", "", 1.0)
    (tmp_path / "store" / "scripts" / "chat.json").write_bytes(b"{}")
    for ask in (store.versions, store.active, store.withdraw):
        with pytest.raises(StoreDamaged, match=r"chat\.json"):
            ask(CHAT)
    assert store.names() == ("chat", "tag")
    assert len(store.versions(ScriptName("tag"))) == 1


def test_what_others_lay_beside_the_records_is_no_script(tmp_path: Path, store: Store) -> None:
    add(store, b"1")
    for stray in ("chat.json~", "notes.txt", "odd name.json"):
        (tmp_path / "store" / "scripts" / stray).touch()
    assert store.names() == ("chat",)
    shutil.rmtree(tmp_path / "store" / "scripts")
    with pytest.raises(StoreDamaged, match="No such file"):
        store.names()
    with pytest.raises(StoreUnwritable, match="No such file"):
        add(store, b"2")


RECORD = Record(
    CHAT,
    (ScriptVersion(CHAT, 1, "a" * 64, 1.5, "test", "é"), ScriptVersion(CHAT, 3, "b" * 64, 2.0, "test", "")),
    4,
    (1, 3, 1),
    False,
    Seen(PathKey("chat/"), "a" * 64),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def test_a_record_reads_back() -> None:
    assert decoded_untrusted(CHAT, encoded(RECORD)) == RECORD


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_garbage_in_a_record_gives_bad_record_only(garbage: bytes) -> None:
    with pytest.raises(BadRecord):
        decoded_untrusted(CHAT, garbage)


@settings(max_examples=1000, deadline=None)
@given(st.data())
def test_one_altered_field_gives_bad_record_or_a_record_that_holds_together(data: st.DataObject) -> None:
    document = json.loads(encoded(RECORD))
    target = data.draw(st.sampled_from([document, document["seen"], document["versions"][0]]))
    target[data.draw(st.sampled_from([*target, "more"]))] = data.draw(JSON | st.integers(0, 5))
    try:
        record = decoded_untrusted(CHAT, json.dumps(document).encode())
    except BadRecord:
        return
    assert decoded_untrusted(CHAT, encoded(record)) == record
    assert record.active is None or record.active in record.versions


@given(st.integers(0, 10_000), st.binary(max_size=4))
def test_a_record_with_some_bytes_altered_gives_bad_record_or_a_record(at: int, other: bytes) -> None:
    data = encoded(RECORD)
    at %= len(data)
    try:
        record = decoded_untrusted(CHAT, data[:at] + other + data[at + 1 :])
    except BadRecord:
        return
    assert record.script == CHAT


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"format": 1, "format": 1}',
        encoded(RECORD).replace(b"1.5", b"NaN"),
        encoded(RECORD).replace(b"1.5", b"1e999"),
        encoded(RECORD).replace(b"1.5", b"9" * 5000),
        encoded(RECORD).replace(b"1.5", b"9" * 400),
        encoded(RECORD).replace(b'"last_number": 4', b'"last_number": true'),
        encoded(RECORD).replace(b'"script": "chat"', b'"script": "tag"'),
        encoded(RECORD).replace(b'"chat/"', b'"tag/"'),
        encoded(RECORD).replace(b'"number": 3', b'"number": 1'),
        encoded(RECORD).replace(b'"last_number": 4', b'"last_number": 2'),
        encoded(RECORD)[:-1],
        "ÿ".encode("latin-1"),
    ],
)
def test_records_that_are_nearly_right(data: bytes) -> None:
    with pytest.raises(BadRecord):
        decoded_untrusted(CHAT, data)


@pytest.mark.parametrize(
    ("origin", "note", "created"),
    [("test", "x" * 2001, 1.0), ("x" * 101, "", 1.0), ("test", "", float("inf"))],
)
def test_what_could_not_be_read_back_is_not_stored(store: Store, origin: str, note: str, created: float) -> None:
    with pytest.raises(ValueError, match="version"):
        store.add(chat(b"1"), origin, note, created)
    assert store.names() == ()
