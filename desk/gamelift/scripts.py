"""Scripts that are sent as a zip. Each is deployed under its id, and every update is a version."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

from anyio import CancelScope, to_thread
from sqlalchemy import Connection, delete, func, insert, select, update

from deployment.checker import Fault
from deployment.record import UnknownScript
from deployment.source import ScriptSource
from desk.gamelift.errors import GameLiftError, invalid, not_found
from desk.gamelift.fleet_rows import fleet_failed
from desk.gamelift.names import id_of
from desk.gamelift.office import Answer, Call, Office, Operation, page
from desk.gamelift.state.tables import fleets, scripts
from desk.gamelift.tags import drop_tags, must_be_tags, put_tags
from desk.gamelift.zips import source_of_zip_untrusted
from desk.house import ScriptView

#: Where a version says that it came from.
ORIGIN = "GameLift API"
PREFIX = "script-"


async def create_script(office: Office, call: Call) -> Answer:
    """Deploy a zip as the first version of a script."""
    asked, created = call.asked, office.clock()
    must_be_tags(asked.get("Tags", []))  # Before there is a version that nobody would know.
    identity = f"{PREFIX}{uuid4()}"
    await office.database.read(lambda connection: _must_have_room(connection, office))
    zipped = _zip(asked)
    if zipped is None:
        raise invalid("ZipFile is required: the bytes of a zip with the script's Python files at its root")
    source = await _source(identity, zipped)
    row = {
        "id": identity,
        "name": asked.get("Name", ""),
        "version": asked.get("Version", ""),
        "size_bytes": len(zipped),
        "created": created,
    }

    def act(connection: Connection) -> Any:
        _must_have_room(connection, office)  # Others may have come meanwhile.
        connection.execute(insert(scripts).values(row))
        put_tags(connection, office.names.arn("script", identity), asked.get("Tags", []))
        return _row(connection, identity)

    try:
        await _deploy(office, source, asked)
        return {"Script": _shown(office, await office.database.write(act))}
    except BaseException:  # Also where who asks does not wait: nobody knows of it.
        with CancelScope(shield=True), suppress(UnknownScript):
            await office.house.withdraw(deployed_as(identity))
        raise


async def update_script(office: Office, call: Call) -> Answer:
    """Change a script's name or label, or deploy another content: new game sessions begin with it."""
    asked, identity = call.asked, id_of(call.asked["ScriptId"])
    _must_not_be_watched(office, identity)
    await office.database.read(lambda connection: _row(connection, identity))
    zipped = _zip(asked)
    new = {"name": asked.get("Name"), "version": asked.get("Version"), "size_bytes": zipped and len(zipped)}
    if zipped is not None:
        await _deploy(office, await _source(identity, zipped), asked)

    def act(connection: Connection) -> Any:
        changes = {column: one for column, one in new.items() if one is not None}
        if changes:
            connection.execute(update(scripts).where(scripts.c.id == identity).values(changes))
        return _row(connection, identity)

    return {"Script": _shown(office, await office.database.write(act))}


async def describe_script(office: Office, call: Call) -> Answer:
    """Show one script, from a zip or from the watched folder."""
    identity = id_of(call.asked["ScriptId"])
    if view := _watched(office, identity):
        return {"Script": _shown_view(office, view)}
    return {"Script": _shown(office, await office.database.read(lambda connection: _row(connection, identity)))}


async def list_scripts(office: Office, call: Call) -> Answer:
    """List the scripts that came as a zip."""

    def act(connection: Connection) -> tuple[list[Any], str | None]:
        return page(connection, office, call, select(scripts), scripts.c.serial)

    rows, token = await office.database.read(act)
    return {"Scripts": [_shown(office, row) for row in rows], "NextToken": token}


async def delete_script(office: Office, call: Call) -> Answer:
    """Withdraw a script; fleets that use it fail, and game sessions that run go on."""
    identity = id_of(call.asked["ScriptId"])
    _must_not_be_watched(office, identity)

    def act(connection: Connection) -> None:
        _row(connection, identity)
        connection.execute(delete(scripts).where(scripts.c.id == identity))
        drop_tags(connection, office.names.arn("script", identity))
        using = select(fleets.c.id).where(fleets.c.script_id == identity, fleets.c.status == "ACTIVE")
        for fleet_id in connection.execute(using).scalars().all():
            fleet_failed(connection, fleet_id, f"its script {identity} has been deleted", office.clock())

    await office.database.read(lambda connection: _row(connection, identity))
    with suppress(UnknownScript):
        await office.house.withdraw(deployed_as(identity))  # First: what is deleted nobody could withdraw any more.
    await office.database.write(act)
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "CreateScript": create_script,
    "DeleteScript": delete_script,
    "DescribeScript": describe_script,
    "ListScripts": list_scripts,
    "UpdateScript": update_script,
}


def deployed_as(script_id: str) -> str:
    """The name under which a script's versions are deployed: that of a watched file, or what is unique in the id."""
    return script_id.removeprefix(PREFIX)


def deployed(office: Office, script_id: str) -> ScriptView | None:
    """A script of which there is an active version, whatever it came from."""
    try:
        view = office.house.script(deployed_as(script_id))
    except UnknownScript:
        return None
    return view if view.active else None


def _watched(office: Office, script_id: str) -> ScriptView | None:
    found = deployed(office, script_id)
    return found if found and _origin(found) != ORIGIN else None


def _must_not_be_watched(office: Office, script_id: str) -> None:
    if view := _watched(office, script_id):
        raise invalid(f"this script did not come as a zip, but by the {_origin(view)}: change or withdraw it there")


def _origin(view: ScriptView) -> str:
    return view.active.origin if view.active else ""


def _zip(asked: Mapping[str, Any]) -> bytes | None:
    if "StorageLocation" in asked:
        raise invalid("StorageLocation cannot be used: Harena reads no S3; send the zip itself as ZipFile")
    zipped = asked.get("ZipFile")
    assert zipped is None or isinstance(zipped, bytes)
    return zipped


async def _source(identity: str, zipped: bytes) -> ScriptSource:
    return await to_thread.run_sync(source_of_zip_untrusted, deployed_as(identity), zipped)


async def _deploy(office: Office, source: ScriptSource, asked: Mapping[str, Any]) -> None:
    note = f"{asked.get('Name', '')} {asked.get('Version', '')}".strip()[:2_000]
    deployed = await office.house.deploy_source(source, ORIGIN, note)
    if not deployed.ok:
        raise invalid(f"the script was refused: {_said(deployed.faults[0])}")


def _said(fault: Fault) -> str:
    place = f"{fault.file}:{fault.line}" if fault.line else fault.file
    return f"{place}: {fault.message}" + (f" ({fault.hint})" if fault.hint else "")


def _must_have_room(connection: Connection, office: Office) -> None:
    count = connection.execute(select(func.count()).select_from(scripts)).scalar_one()
    if count >= office.limits.max_scripts:
        # CreateScript lists no LimitExceededException.
        raise GameLiftError("ConflictException", f"there are {count:,} scripts, and no more are taken: delete some")


def _row(connection: Connection, identity: str) -> Any:
    row = connection.execute(select(scripts).where(scripts.c.id == identity)).one_or_none()
    if row is None:
        raise not_found(f"there is no script {identity}")
    return row


def _shown(office: Office, row: Any) -> Answer:
    return {
        "ScriptId": row.id,
        "ScriptArn": office.names.arn("script", row.id),
        "Name": row.name or None,
        "Version": row.version or None,
        "SizeOnDisk": row.size_bytes,
        "CreationTime": row.created,
    }


def _shown_view(office: Office, view: ScriptView) -> Answer:
    assert view.active is not None
    return {
        "ScriptId": PREFIX + view.name,
        "ScriptArn": office.names.arn("script", PREFIX + view.name),
        "Name": view.name,
        "Version": str(view.active.number),
        "CreationTime": view.active.created,
    }
