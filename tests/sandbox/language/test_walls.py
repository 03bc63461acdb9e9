"""What a script can reach holds neither network nor processes, and the same inputs give the same output."""

import subprocess
import sys

FORBIDDEN = (
    "socket ssl ctypes asyncio subprocess pickle threading multiprocessing logging http urllib select selectors".split()
)

_IMPORTS = f"""
import sys
import sandbox.policy, sandbox.facades
print([name for name in {FORBIDDEN} if name in sys.modules])
"""

_SCRIPT = """
import random, secrets, uuid, dataclasses
class A: pass
class B(Exception): pass
@dataclasses.dataclass(eq=False)
class D: x: int = 0
many = {A() for _ in range(20)} | {B(n) for n in range(20)} | {D(n) for n in range(20)} | set("abcdefgh")
print(list(many), hash(A()), id(many), id(A), repr(A()), str(A()), f"{A()}", repr(lambda: 0), repr(A().__class__))
print(random.random(), random.Random().random(), secrets.token_hex(8), uuid.uuid4(), random.sample(range(99), 5))
random.seed()
print(random.random(), sorted(many, key=str)[:3])
"""

_RUN = f"""
import sys
ballast = [object() for _ in range(int(sys.argv[1]))]
from sandbox.facades import Inputs, load_script
load_script({{"main.py": {_SCRIPT!r}}}, "main.py", Inputs(lambda: 5.0, int(sys.argv[2])), {{}}, print)
"""


def _run(code: str, *arguments: str, hash_seed: str = "1") -> str:
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert not ran.stderr
    return ran.stdout


def test_nothing_forbidden_is_imported() -> None:
    assert _run(_IMPORTS).strip() == "[]"


def test_the_same_inputs_give_the_same_output() -> None:
    first, second = _run(_RUN, "10", "3"), _run(_RUN, "54321", "3")
    assert first == second
    assert "0x" not in first
    assert _run(_RUN, "10", "4") != first
