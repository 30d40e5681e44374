"""`python -m bot erased save|restore`: the ids of erased conversations, kept beside the backups.

A backup of the record knows only the erasures before it. Without the later ones, restoring it would
bring back what people have erased since.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable

from sqlalchemy import Engine, delete, insert, select

from bot.settings import read_settings
from bot.store.sql.record import open_database
from bot.store.sql.tables import erasures


def main(arguments: list[str]) -> int:
    """Write all ids to standard output, or add those of standard input to the record."""
    if arguments not in (["save"], ["restore"]):
        sys.stderr.write("Usage: python -m bot erased save >FILE | restore <FILE\n")
        return 2
    settings = read_settings(os.environ)
    engine = open_database(settings.database_url, settings.data_dir)
    try:
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


def save(engine: Engine) -> list[str]:
    """One line of JSON for each erased conversation: its id, and up to when it was erased."""
    with engine.connect() as connection:
        rows = connection.execute(select(erasures).order_by(erasures.c.at)).mappings().all()
    return [json.dumps(dict(row)) + "\n" for row in rows]


def restore(engine: Engine, lines: Iterable[str]) -> int:
    """Add erasures to the record, all or none; of two for one conversation the later one counts."""
    count = 0
    with engine.begin() as connection:
        known = {row.conversation: row.at for row in connection.execute(select(erasures))}
        for line in lines:
            saved = json.loads(line)
            conversation, at = str(saved["conversation"]), float(saved["at"])
            count += 1
            if at <= known.get(conversation, float("-inf")):
                continue
            known[conversation] = at
            connection.execute(delete(erasures).where(erasures.c.conversation == conversation))
            connection.execute(insert(erasures).values(conversation=conversation, at=at))
    return count
