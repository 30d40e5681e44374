"""The tables of the record. Times are seconds since 1970; texts of people rest encrypted.

Whoever changes a table writes a migration (`migrations/versions`): that is what a database is made
by. Every `LargeBinary` is something encrypted, which `python -m bot rekey` encrypts anew.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

SHORT = 64
"""Characters of a button's value or of a campaign's name."""
NAME = 80
"""Characters of a moderator's name."""

metadata = MetaData()

turns = Table(
    "turns",
    metadata,
    Column("position", String(80), primary_key=True),  # place in the journal: a turn is kept once
    Column("conversation", String(32), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("at", Float, nullable=False),
    Column("language", String(2)),
    Column("text", LargeBinary),  # encrypted; none after a button
    Column("button", String(SHORT)),
    Column("campaign", String(SHORT)),
    Column("intent", String(80)),
    Column("confidence", Float),
    Column("answers", String(400), nullable=False),  # ids, joined by blanks
    Index("turns_by_conversation", "conversation", "at"),
    Index("turns_by_time", "at"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("position", String(80), primary_key=True),
    Column("conversation", String(32), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("at", Float, nullable=False),
    Column("language", String(2)),
    Column("answer", String(80), nullable=False),  # what it is about: a kind of distress, a wish
    Index("alerts_by_conversation", "conversation"),
    Index("alerts_by_time", "at"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("conversation", String(32), primary_key=True),  # so that a restored backup erases again
    Column("at", Float, nullable=False),
)

views = Table(
    "views",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("receipt", String(16), nullable=False),
    Column("conversation", String(32), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("at", Float, nullable=False),
    Column("language", String(2), nullable=False),  # the author's; the other text is staff's
    Column("theme", String(16), nullable=False),
    Column("text_fr", LargeBinary),  # encrypted; none before a translation and after a withdrawal
    Column("text_en", LargeBinary),
    Column("status", String(16), nullable=False),  # pending, approved, rejected, withdrawn
    Column("reason", String(16)),  # of a rejection
    Column("scores", Text),  # JSON: what moderators should look at first
    Column("band", String(16)),
    Column("region", String(16)),
    Column("about_at", Float),  # when the author last said band or region
    Column("campaign", String(SHORT)),
    Column("return_address", LargeBinary),  # encrypted
    Column("decided_at", Float),
    Column("translated_by", String(NAME)),  # who wrote the other text, and who read it against it
    Column("reviewed_by", String(NAME)),
    Index("views_by_conversation", "conversation", "at"),
    Index("views_by_status", "status", "at"),
)

votes = Table(
    "votes",
    metadata,
    Column("conversation", String(32), primary_key=True),
    Column("view", String(8), primary_key=True),
    Column("platform", String(16), nullable=False),
    Column("value", SmallInteger),  # 1 agree, 0 pass, -1 disagree; none: undone, and remembered
    Column("at", Float, nullable=False),
    Index("votes_by_view", "view"),
)

consents = Table(
    "consents",
    metadata,
    Column("conversation", String(32), primary_key=True),
    Column("what", String(16), primary_key=True),
    Column("at", Float, nullable=False),
    Column("version", String(16), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("platform", String(16), nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("view", String(8), nullable=False),
    Column("status", String(16), nullable=False),
    Column("reason", String(16)),
    Column("decided_by", String(NAME), nullable=False),
    Column("at", Float, nullable=False),
    Column("told", Boolean, nullable=False),  # the author; all else never changes
    Index("decisions_by_view", "view"),
    sqlite_autoincrement=True,  # a number names a notice, so it never comes again
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("theme", String(16)),
    Column("view", String(8)),
    Column("text_fr", Text, nullable=False),  # staff's words, for everybody
    Column("text_en", Text, nullable=False),
    Column("url", Text),
    Column("by", String(NAME), nullable=False),
    Column("at", Float, nullable=False),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    Column("outcome", Integer, primary_key=True, autoincrement=False),
    Column("conversation", String(32), primary_key=True),  # who was told
    Column("at", Float, nullable=False),
    Index("notices_by_conversation", "conversation"),
)

holds = Table(
    "holds",
    metadata,
    Column("conversation", String(32), primary_key=True),  # whose votes wait for a moderator
    Column("reason", String(SHORT), nullable=False),
    Column("at", Float, nullable=False),
    Column("released_by", String(NAME)),
    Column("released_at", Float),
)

results = Table(
    "results",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("input_hash", String(64), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("people", Integer, nullable=False),
    Column("body", Text, nullable=False),  # JSON, as published
    sqlite_autoincrement=True,
)

settled = Table(
    "settled",
    metadata,
    Column("kind", String(16), primary_key=True),  # what of the queue: alert, question, hold
    Column("subject", String(80), primary_key=True),
    Column("outcome", String(16), nullable=False),
    Column("by", String(NAME), nullable=False),
    Column("at", Float, nullable=False),
)

handovers = Table(
    "handovers",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("conversation", String(32), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("language", String(2)),
    Column("taken_by", String(NAME), nullable=False),
    Column("at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),  # when the moderator last did something about it
    Column("ended_at", Float),
    Column("ended_why", String(16)),  # given_back, timeout, left
    Column("told", String(16), nullable=False),  # how much the person knows: nothing, taken, ended
    Index(
        "handovers_open",
        "conversation",
        unique=True,  # one moderator at a time
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    Index("handovers_by_conversation", "conversation", "at"),
    sqlite_autoincrement=True,
)

staff_messages = Table(
    "staff_messages",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("handover", Integer, nullable=False),
    Column("conversation", String(32), nullable=False),
    Column("by", String(NAME), nullable=False),
    Column("at", Float, nullable=False),
    Column("text", LargeBinary, nullable=False),  # encrypted
    Column("told", Boolean, nullable=False),
    Index("staff_messages_by_conversation", "conversation", "at"),
    sqlite_autoincrement=True,
)

labels = Table(
    "labels",
    metadata,
    Column("conversation", String(32), primary_key=True),
    Column("label", String(32), primary_key=True),
    Column("by", String(NAME), nullable=False),
    Column("at", Float, nullable=False),
    Index("labels_by_label", "label"),
)

notes = Table(
    "notes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("conversation", String(32), nullable=False),
    Column("by", String(NAME), nullable=False),
    Column("at", Float, nullable=False),
    Column("text", LargeBinary, nullable=False),  # encrypted
    Index("notes_by_conversation", "conversation", "at"),
    sqlite_autoincrement=True,
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),  # in small letters
    Column("name", String(NAME), nullable=False),  # what colleagues and the audit see
    Column("role", String(16), nullable=False),  # moderator, editor, analyst, admin
    Column("language", String(2), nullable=False),
    Column("password", String(255)),  # argon2; none before an invitation is taken, or with OpenID
    Column("totp", LargeBinary),  # encrypted; none without a second factor
    Column("totp_used", BigInteger),  # the last time step used, so that no code works twice
    Column("openid", String(255), unique=True),  # issuer and subject
    Column("invitation", String(64), unique=True),  # hash of the link's token
    Column("invited_until", Float),
    Column("is_active", Boolean, nullable=False),
    Column("at", Float, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("whose", String(32), primary_key=True),  # keyed hash of an e-mail or of an address
    Column("failed", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Column("locked_until", Float, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # hash of the cookie
    Column("account", String(32), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("ends_at", Float, nullable=False),
    Index("sessions_by_account", "account"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # without a gap
    Column("at", Float, nullable=False),
    Column("by", String(NAME), nullable=False),
    Column("role", String(16), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(80), nullable=False),  # of a conversation only a keyed hash
    Column("details", Text, nullable=False),  # JSON; nothing that a young person wrote
    Column("hash", String(64), nullable=False),  # of this row and the hash before it, keyed
    Index("audit_by_time", "at"),
)
"""Append-only: triggers refuse to change or delete a row."""
