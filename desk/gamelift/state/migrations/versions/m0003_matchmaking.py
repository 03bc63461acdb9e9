"""Matchmaking: rule sets, configurations and tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "rule_sets",
        _serial(),
        *_id(128),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created", sa.Float(), nullable=False),
    )
    op.create_table(
        "matchmaking_configurations",
        _serial(),
        *_id(128),
        sa.Column("rule_set", sa.String(128), sa.ForeignKey("rule_sets.id"), nullable=False, index=True),
        sa.Column("created", sa.Float(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
    )
    op.create_table(
        "matchmaking_tickets",
        _serial(),
        *_id(128),
        sa.Column("configuration", sa.String(128), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
    )


def _serial() -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("serial", kind, primary_key=True, autoincrement=True)


def _id(length: int) -> tuple[sa.Column[str], sa.UniqueConstraint]:
    return sa.Column("id", sa.String(length), nullable=False), sa.UniqueConstraint("id")
