"""The generated code is that of the schema beside it."""

import subprocess
import sys
from pathlib import Path

import relay

ROOT = Path(relay.__file__).parent.parent


def test_the_generated_code_is_up_to_date(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "grpc_tools.protoc",
        "-I",
        ".",
        f"--python_out={tmp_path}",
        f"--pyi_out={tmp_path}",
    ]
    subprocess.run([*command, "relay/packet.proto"], cwd=ROOT, check=True, timeout=60)
    for name in ("packet_pb2.py", "packet_pb2.pyi"):
        assert (tmp_path / "relay" / name).read_text() == (ROOT / "relay" / name).read_text(), "run: make proto"
