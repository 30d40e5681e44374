"""`python -m bot erased save|restore|proof`: what was erased, kept beside the backups.

A backup of the record knows only the erasures before it. Without the later ones, restoring it would
bring back what people have erased since; and the views that they have withdrawn since.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from bot.conversation.own_data import proof_of_erasure
from bot.settings import read_settings
from bot.store.sql.database import open_database
from bot.store.sql.erasing import withdraw
from bot.store.sql.tables import erasures, views
from bot.store.sql.writing import forget_deleted, writing


def main(arguments: list[str]) -> int:
    """Write all ids to standard output, add those of standard input, or look up a proof."""
    is_proof = len(arguments) == 2 and arguments[0] == "proof"
    if arguments not in (["save"], ["restore"]) and not is_proof:
        sys.stderr.write("Usage: python -m bot erased save >FILE | restore <FILE | proof CODE\n")
        return 2
    settings = read_settings(os.environ)
    engine = open_database(settings.database_url, settings.data_dir)
    try:
        if is_proof:
            return _show_proof(engine, arguments[1])
        if arguments == ["save"]:
            sys.stdout.writelines(save(engine))
            return 0
        count = restore(engine, sys.stdin)
    except (ValueError, KeyError, TypeError):
        sys.stderr.write("erased: this is not what `erased save` wrote; nothing was changed.\n")
        return 1
    finally:
        engine.dispose()
    sys.stderr.write(f"{count} ids; the recorder erases them again when it starts.\n")
    return 0


def _show_proof(engine: Engine, code: str) -> int:
    at = erased_at(engine, code)
    if at is None:
        sys.stdout.write("No erasure has this code: check the eight signs.\n")
        return 1
    day = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    sys.stdout.write(f"Everything of this conversation up to {day} was erased.\n")
    return 0


def erased_at(engine: Engine, code: str) -> float | None:
    """When the erasure was that a person holds the proof of; the last one of a conversation."""
    wanted = code.strip().upper()
    with engine.connect() as connection:
        rows = connection.execute(select(erasures)).all()
    found = (row.at for row in rows if proof_of_erasure(row.conversation, row.at) == wanted)
    return next(found, None)


def save(engine: Engine) -> list[str]:
    """One line of JSON for each erased conversation, with up to when, and each withdrawn view."""
    with engine.connect() as connection:
        people = connection.execute(select(erasures).order_by(erasures.c.at)).mappings().all()
        withdrawn = connection.scalars(
            select(views.c.id).where(views.c.status == "withdrawn").order_by(views.c.at, views.c.id)
        ).all()
    lines = [dict(row) for row in people] + [{"view": id} for id in withdrawn]
    return [json.dumps(line) + "\n" for line in lines]


def restore(engine: Engine, lines: Iterable[str]) -> int:
    """Add erasures to the record, all or none; of two for one conversation the later one counts."""
    count = 0
    with writing(engine) as connection:
        known = {row.conversation: row.at for row in connection.execute(select(erasures))}
        for line in lines:
            saved = json.loads(line)
            count += 1
            if "view" in saved:
                withdraw(connection, views.c.id == str(saved["view"]))
            else:
                _add(connection, known, str(saved["conversation"]), float(saved["at"]))
    forget_deleted(engine)
    return count


def _add(connection: Connection, known: dict[str, float], conversation: str, at: float) -> None:
    if at <= known.get(conversation, float("-inf")):
        return
    known[conversation] = at
    connection.execute(delete(erasures).where(erasures.c.conversation == conversation))
    connection.execute(insert(erasures).values(conversation=conversation, at=at))
