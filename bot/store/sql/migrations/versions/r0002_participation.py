"""Views, votes, consents, and what staff decide and say about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    """Make the tables; some are there where an older backup was restored over a newer database."""
    _people_give()
    _staff_decides()
    for name, table, columns in (
        ("views_by_conversation", "views", ["conversation", "at"]),
        ("views_by_status", "views", ["status", "at"]),
        ("votes_by_view", "votes", ["view"]),
        ("decisions_by_view", "decisions", ["view"]),
        ("notices_by_conversation", "notices", ["conversation"]),
    ):
        op.create_index(name, table, columns, if_not_exists=True)


def _people_give() -> None:
    op.create_table(
        "views",
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("receipt", sa.String(16), nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("theme", sa.String(16), nullable=False),
        sa.Column("text_fr", sa.LargeBinary),
        sa.Column("text_en", sa.LargeBinary),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(16)),
        sa.Column("scores", sa.Text),
        sa.Column("band", sa.String(16)),
        sa.Column("region", sa.String(16)),
        sa.Column("about_at", sa.Float),
        sa.Column("campaign", sa.String(64)),
        sa.Column("return_address", sa.LargeBinary),
        sa.Column("decided_at", sa.Float),
        if_not_exists=True,
    )
    op.create_table(
        "votes",
        sa.Column("conversation", sa.String(32), primary_key=True),
        sa.Column("view", sa.String(8), primary_key=True),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("value", sa.SmallInteger),
        sa.Column("at", sa.Float, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "consents",
        sa.Column("conversation", sa.String(32), primary_key=True),
        sa.Column("what", sa.String(16), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        if_not_exists=True,
    )


def _staff_decides() -> None:
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("view", sa.String(8), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(16)),
        sa.Column("decided_by", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_table(
        "outcomes",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("theme", sa.String(16)),
        sa.Column("view", sa.String(8)),
        sa.Column("text_fr", sa.Text, nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_table(
        "notices",
        sa.Column("outcome", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("conversation", sa.String(32), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "holds",
        sa.Column("conversation", sa.String(32), primary_key=True),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("released_by", sa.String(80)),
        sa.Column("released_at", sa.Float),
        if_not_exists=True,
    )
    op.create_table(
        "results",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("input_hash", sa.String(64), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
