"""Migrations: a database of an older Harena, or an empty one, becomes one of this version."""

from importlib.resources import files

from sqlalchemy import Connection, inspect, select, table
from sqlalchemy.sql import column

#: The newest migration; a test holds it to be so. Alembic takes half a second to import, and is rarely needed.
HEAD = "0004"


def migrate(connection: Connection) -> None:
    """Bring the tables up to date, within the connection's transaction."""
    if _revision(connection) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("desk.gamelift.state") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(select(column("version_num")).select_from(table("alembic_version"))).scalar()
