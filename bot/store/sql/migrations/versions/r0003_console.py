"""What the console keeps: accounts, sessions, hand-overs, labels, notes, the audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    """Make the tables; some are there where an older backup was restored over a newer database."""
    columns = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("views")}
    for name in ("translated_by", "reviewed_by"):
        if name not in columns:
            op.add_column("views", sa.Column(name, sa.String(80)))
    _work_on_conversations()
    _accounts()
    _audit()
    _never_change_the_audit()


def _work_on_conversations() -> None:
    op.create_table(
        "settled",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject"),
        if_not_exists=True,
    )
    op.create_table(
        "handovers",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2)),
        sa.Column("taken_by", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
        sa.Column("ended_at", sa.Float),
        sa.Column("ended_why", sa.String(16)),
        sa.Column("told", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index(
        "handovers_by_conversation",
        "handovers",
        ["conversation", "at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_index(
        "handovers_open",
        "handovers",
        ["conversation"],
        unique=True,
        if_not_exists=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "staff_messages",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("handover", sa.Integer, nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index(
        "staff_messages_by_conversation",
        "staff_messages",
        ["conversation", "at"],
        unique=False,
        if_not_exists=True,
    )
    op.create_table(
        "labels",
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("label", sa.String(32), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("conversation", "label"),
        if_not_exists=True,
    )
    op.create_index("labels_by_label", "labels", ["label"], unique=False, if_not_exists=True)
    op.create_table(
        "notes",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("conversation", sa.String(32), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index(
        "notes_by_conversation", "notes", ["conversation", "at"], unique=False, if_not_exists=True
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("password", sa.String(255)),
        sa.Column("totp", sa.LargeBinary),
        sa.Column("totp_used", sa.BigInteger),
        sa.Column("openid", sa.String(255)),
        sa.Column("invitation", sa.String(64)),
        sa.Column("invited_until", sa.Float),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("invitation"),
        sa.UniqueConstraint("openid"),
        if_not_exists=True,
    )
    op.create_table(
        "attempts",
        sa.Column("whose", sa.String(32), nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("locked_until", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("whose"),
        if_not_exists=True,
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
        sa.Column("ends_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        if_not_exists=True,
    )
    op.create_index(
        "sessions_by_account", "sessions", ["account"], unique=False, if_not_exists=True
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        if_not_exists=True,
    )
    op.create_index("audit_by_time", "audit", ["at"], unique=False, if_not_exists=True)


def _never_change_the_audit() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'the audit is never changed'; END$$"
        )
        op.execute(
            "CREATE OR REPLACE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
            "EXECUTE FUNCTION refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER IF NOT EXISTS audit_is_kept_from_{change.lower()} "
            f"BEFORE {change} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit is never changed'); END"
        )
