"""Turns, alerts and erasures; a database that had them before there were migrations keeps them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None


def upgrade() -> None:
    """Make what is not there."""
    op.create_table(
        "turns",
        sa.Column("position", sa.String(80), primary_key=True),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("language", sa.String(2)),
        sa.Column("text", sa.LargeBinary),
        sa.Column("button", sa.String(64)),
        sa.Column("campaign", sa.String(64)),
        sa.Column("intent", sa.String(80)),
        sa.Column("confidence", sa.Float),
        sa.Column("answers", sa.String(400), nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "alerts",
        sa.Column("position", sa.String(80), primary_key=True),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("language", sa.String(2)),
        sa.Column("answer", sa.String(80), nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "erasures",
        sa.Column("conversation", sa.String(32), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        if_not_exists=True,
    )
    for name, table, columns in (
        ("turns_by_conversation", "turns", ["conversation", "at"]),
        ("turns_by_time", "turns", ["at"]),
        ("alerts_by_conversation", "alerts", ["conversation"]),
        ("alerts_by_time", "alerts", ["at"]),
    ):
        op.create_index(name, table, columns, if_not_exists=True)
