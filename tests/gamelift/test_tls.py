"""What back ends are told where players connect by TLS: a name in any case, and that fleets have certificates."""

from pathlib import Path

import pytest

from tests.desk.house import SmallCertificates
from tests.gamelift.small_house import Caller, calling, furnished

pytestmark = pytest.mark.anyio

GENERATED, DISABLED = {"CertificateType": "GENERATED"}, {"CertificateType": "DISABLED"}


RUNTIME = {"ServerProcesses": [{"LaunchPath": "main.py", "ConcurrentExecutions": 1}]}


async def created(call: Caller, script: str, wanted: dict[str, str]) -> tuple[int, str]:
    """Create a fleet; give the status, and what is said if it is refused."""
    asked = {"Name": "f", "ScriptId": script, "RuntimeConfiguration": RUNTIME, "CertificateConfiguration": wanted}
    status, answered = await call("CreateFleet", **asked)
    return status, str(answered.get("message"))


async def test_with_tls_there_is_a_name_and_a_certificate(tmp_path: Path) -> None:
    async with calling(tmp_path, certificates=SmallCertificates(), address="192.0.2.7") as call:
        made = await furnished(call)
        (fleet,) = (await call.done("DescribeFleetAttributes", FleetIds=[made["FleetId"]]))["FleetAttributes"]
        assert fleet["CertificateConfiguration"] == GENERATED
        (game,) = (await call.done("DescribeGameSessions", FleetId=made["FleetId"]))["GameSessions"]
        assert (game["IpAddress"], game["DnsName"], game["Port"]) == ("192.0.2.7", "192.0.2.7", 1900)
        status, said = await created(call, made["ScriptId"], DISABLED)
        assert status == 400
        assert "tls.enabled" in said
        assert (await created(call, made["ScriptId"], GENERATED))[0] == 200


async def test_without_tls_there_is_neither(tmp_path: Path) -> None:
    async with calling(tmp_path) as call:
        made = await furnished(call)
        (fleet,) = (await call.done("DescribeFleetAttributes", FleetIds=[made["FleetId"]]))["FleetAttributes"]
        assert fleet["CertificateConfiguration"] == DISABLED
        (game,) = (await call.done("DescribeGameSessions", FleetId=made["FleetId"]))["GameSessions"]
        assert "DnsName" not in game
        assert (await created(call, made["ScriptId"], GENERATED))[0] == 400
        assert (await created(call, made["ScriptId"], DISABLED))[0] == 200
