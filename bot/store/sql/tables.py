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
