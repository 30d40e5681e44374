"""The tables of the record. Times are seconds since 1970; texts rest encrypted."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, LargeBinary, MetaData, String, Table

SHORT = 64
"""Characters of a button's value or of a campaign's name."""

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
