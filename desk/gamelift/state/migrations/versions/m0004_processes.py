"""Game sessions know in which of their fleet's processes they are, and those of a fleet that run are found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Say of those that there are that they are in the first."""
    op.add_column("game_sessions", sa.Column("process", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_game_sessions_fleet_and_status", "game_sessions", ["fleet_id", "status"])
    op.drop_index("ix_game_sessions_fleet_id", "game_sessions")
