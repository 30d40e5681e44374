"""Journal entries as the engine makes them, and ways to look into the record's tables."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import Engine, Table, select

from bot.conversation.ports import JournalEntry
from tests.contract.stores import conversation

ONE, TWO, THREE = conversation(1), conversation(2), conversation(3)
_positions = itertools.count()


def entry(kind: str, of: str, at: float, **more: Any) -> JournalEntry:
    """An entry at a new place of the journal."""
    event = {"kind": kind, "conversation": of, "at": at, **more}
    return JournalEntry(f"plv:{{01}}:journal|{next(_positions)}-0", event)


def view(id: str = "view0001", at: float = 1.0, *, of: str = ONE, **changes: Any) -> JournalEntry:
    """Somebody shares a view."""
    return entry(
        "view",
        of,
        at,
        **{
            "id": id,
            "receipt": "7KQ2-M9XD",
            "platform": "telegram",
            "language": "fr",
            "theme": "participation",
            "text": f"le texte de {id}",
            "campaign": None,
            "return_address": {"chat": 7},
            **changes,
        },
    )


def about(
    id: str = "view0001", at: float = 2.0, *, of: str = ONE, band: str | None = None,
    region: str | None = None,
) -> JournalEntry:  # fmt: skip
    """The author says how old they are, or where they live."""
    return entry("view_about", of, at, id=id, band=band, region=region)


def vote(
    view: str = "view0001", at: float = 3.0, value: int | None = 1, *, of: str = TWO
) -> JournalEntry:
    """Somebody reacts to a view, or takes the reaction back."""
    return entry("vote", of, at, platform="web", view=view, value=value)


def consent(
    what: str = "hear", at: float = 1.0, given: bool = True, *, of: str = ONE
) -> JournalEntry:
    """Somebody agrees to something, or no longer does."""
    return entry("consent", of, at, platform="telegram", what=what, given=given, version="1")


def withdrawn(view: str = "view0001", at: float = 8.0, *, of: str = ONE) -> JournalEntry:
    """The author takes a view back."""
    return entry("withdrawn", of, at, view=view)


def turn(position: str, at: float, *, of: str = ONE, **changes: Any) -> JournalEntry:
    return JournalEntry(
        position,
        {
            "kind": "turn",
            "conversation": of,
            "platform": "web",
            "at": at,
            "language": "fr",
            "text": f"texte {position}",
            "button": None,
            "campaign": None,
            "intent": "greet",
            "confidence": 0.9312,
            "answers": ["greet"],
            **changes,
        },
    )


def crisis(position: str, at: float, *, of: str = ONE) -> JournalEntry:
    return JournalEntry(
        position,
        {
            "kind": "alert",
            "conversation": of,
            "platform": "discord",
            "at": at,
            "language": "en",
            "answer": "crisis_suicide",
        },
    )


def erased(position: str, at: float, *, of: str = ONE) -> JournalEntry:
    return JournalEntry(position, {"kind": "erased", "conversation": of, "at": at})


def rows(engine: Engine, table: Table) -> list[dict[str, Any]]:
    """All rows of a table, in the order of their keys."""
    with engine.connect() as connection:
        found = connection.execute(select(table).order_by(*table.primary_key)).mappings()
        return [dict(row) for row in found]


def values(engine: Engine, table: Table, *columns: str) -> list[tuple[Any, ...]]:
    """The same, of some columns only."""
    return [tuple(row[column] for column in columns) for row in rows(engine, table)]
