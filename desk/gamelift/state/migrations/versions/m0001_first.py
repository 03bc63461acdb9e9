"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    _scripts_and_fleets()
    _sessions()
    _beside()


def _scripts_and_fleets() -> None:
    op.create_table(
        "scripts",
        _serial(),
        *_id(64),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
    )
    op.create_table(
        "fleets",
        _serial(),
        *_id(64),
        sa.Column("script_id", sa.String(128), nullable=False, index=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("terminated", sa.Float()),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("runtime", sa.JSON(), nullable=False),
        sa.Column("desired", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("maximum", sa.Integer(), nullable=False),
    )
    op.create_table(
        "fleet_events",
        _serial(),
        *_id(64),
        sa.Column("fleet_id", sa.String(64), sa.ForeignKey("fleets.id"), nullable=False, index=True),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("time", sa.Float(), nullable=False),
    )


def _sessions() -> None:
    op.create_table(
        "game_sessions",
        _serial(),
        *_id(64),
        sa.Column("fleet_id", sa.String(64), sa.ForeignKey("fleets.id"), nullable=False, index=True),
        sa.Column("tail", sa.String(64), nullable=False),
        sa.Column("wish", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False, index=True),
        sa.Column("reason", sa.String(64)),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("terminated", sa.Float()),
        sa.Column("creator", sa.Text()),
        sa.Column("max_players", sa.Integer(), nullable=False),
        sa.Column("admits", sa.String(16), nullable=False),
        sa.Column("protection", sa.String(16), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.UniqueConstraint("fleet_id", "tail", name="one_game_session_a_token"),
    )
    op.create_table(
        "player_sessions",
        _serial(),
        *_id(128),
        sa.Column("game_session", sa.String(64), sa.ForeignKey("game_sessions.id"), nullable=False, index=True),
        sa.Column("player_id", sa.Text(), nullable=False),
        sa.Column("player_digest", sa.String(64), nullable=False, index=True),
        sa.Column("player_data", sa.Text()),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("expires", sa.Float(), nullable=False),
        sa.Column("terminated", sa.Float()),
    )


def _beside() -> None:
    op.create_table(
        "aliases",
        _serial(),
        *_id(64),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("fleet_id", sa.String(64)),
        sa.Column("message", sa.Text()),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("updated", sa.Float(), nullable=False),
    )
    op.create_table(
        "tags",
        _serial(),
        sa.Column("arn", sa.String(512), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("value", sa.String(256), nullable=False),
        sa.UniqueConstraint("arn", "key", name="one_value_a_tag"),
    )
    op.create_table(
        "access_keys",
        _serial(),
        *_id(32),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
    )


def _serial() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("serial", kind, primary_key=True, autoincrement=True)


def _id(length: int) -> tuple[sa.Column[str], sa.UniqueConstraint]:
    return sa.Column("id", sa.String(length), nullable=False), sa.UniqueConstraint("id")
