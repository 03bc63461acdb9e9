"""Queues, placements, and what back ends are told by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "queues",
        _serial(),
        *_id(128),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "placements",
        _serial(),
        *_id(48),
        sa.Column("queue", sa.String(128), nullable=False),
        sa.Column("wish", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False, index=True),
        sa.Column("started", sa.Float(), nullable=False),
        sa.Column("deadline", sa.Float(), nullable=False),
        sa.Column("ended", sa.Float()),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("route", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("players", sa.JSON(), nullable=False),
        sa.Column("game_session", sa.String(64)),
    )
    _notices()


def _notices() -> None:
    op.create_table(
        "notices",
        _serial(),
        *_id(64),
        sa.Column("time", sa.Float(), nullable=False, index=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("target", sa.String(512), nullable=False),
    )
    op.create_table("told", _serial(), *_id(64), sa.Column("notice", sa.BigInteger(), nullable=False))


def _serial() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("serial", kind, primary_key=True, autoincrement=True)


def _id(length: int) -> tuple[sa.Column[str], sa.UniqueConstraint]:
    return sa.Column("id", sa.String(length), nullable=False), sa.UniqueConstraint("id")
