"""`python -m bot alerts`: who may be in danger, or asked for a person; newest first, no words."""

from __future__ import annotations

import os
import sys
import time

from sqlalchemy import Engine, select

from bot.settings import read_settings
from bot.store.sql.database import open_database
from bot.store.sql.refusals import readable_time
from bot.store.sql.tables import alerts

DAY = 86_400.0
USAGE = "Usage: python -m bot alerts [DAYS]   (1 by default)\n"


def main(arguments: list[str]) -> int:
    """Print them: when, what about, on which platform, in which conversation."""
    if len(arguments) > 1 or not all(word.isascii() and word.isdigit() for word in arguments):
        sys.stderr.write(USAGE)
        return 2
    days = int(arguments[0]) if arguments else 1
    settings = read_settings(os.environ)
    engine = open_database(settings.database_url, settings.data_dir)
    try:
        lines = recent(engine, since=time.time() - days * DAY)
    finally:
        engine.dispose()
    sys.stdout.write(f"{len(lines)} alerts in {days} days.\n")
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def recent(engine: Engine, *, since: float) -> list[str]:
    """A line for each alert, the newest first; what was said is not kept."""
    wanted = select(alerts).where(alerts.c.at >= since).order_by(alerts.c.at.desc())
    with engine.connect() as connection:
        return [
            f"{readable_time(row.at)}  {row.answer:<26} {row.language or '--'}  "
            f"{row.platform:<8}  {row.conversation}"
            for row in connection.execute(wanted)
        ]
