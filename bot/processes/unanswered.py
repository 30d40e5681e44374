"""`python -m bot unanswered`: what people asked in vain, commonest first, without personal data.

Staff read it to see which topic or example is missing. They write new examples in their own words:
people's own messages are never trained on.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, select

from bot.content.plain_words import plain_words
from bot.settings import read_settings
from bot.store.sql.questions import MISSED
from bot.store.sql.record import open_database
from bot.store.sql.tables import turns
from bot.store.vault import Vault, open_vault

DAY = 86_400.0
DAYS = 7
MOST_SHOWN = 50
USAGE = "Usage: python -m bot unanswered [DAYS]   (7 by default)\n"


@dataclass(frozen=True)
class Question:
    """What was asked alike, and how often."""

    language: str
    text: str
    times: int
    answer: str


def main(arguments: list[str]) -> int:
    """Print them, with how often each was asked."""
    if len(arguments) > 1 or not all(word.isascii() and word.isdigit() for word in arguments):
        sys.stderr.write(USAGE)
        return 2
    days = int(arguments[0]) if arguments else DAYS
    settings = read_settings(os.environ)
    engine = open_database(settings.database_url, settings.data_dir)
    try:
        found = unanswered(engine, open_vault(settings.key_file), since=time.time() - days * DAY)
    finally:
        engine.dispose()
    total = sum(question.times for question in found)
    sys.stdout.write(f"{total} questions without an answer in {days} days.\n")
    sys.stdout.writelines(
        f"{each.times:>5}  {each.language}  {each.answer:<17} {each.text}\n"
        for each in found[:MOST_SHOWN]
    )
    if len(found) > MOST_SHOWN:
        sys.stdout.write(f"       ... and {len(found) - MOST_SHOWN} others\n")
    return 0


def unanswered(engine: Engine, vault: Vault, *, since: float) -> list[Question]:
    """Questions that got a fallback or `off_topic`, those of the same words together."""
    columns = (turns.c.language, turns.c.text, turns.c.answers)
    asked = select(*columns).where(turns.c.at >= since, turns.c.text.is_not(None))
    with engine.connect() as connection:
        rows = connection.execute(asked.order_by(turns.c.at)).all()
    return _together(
        (row.language or "", str(vault.unlock(row.text)), row.answers.split()[0])
        for row in rows
        if row.answers and row.answers.split()[0] in MISSED
    )


def _together(asked: Iterable[tuple[str, str, str]]) -> list[Question]:
    alike: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for language, text, answer in asked:
        alike[language, plain_words(text)].append((text, answer))
    questions = [
        Question(language, shown[-1][0].replace("\n", " "), len(shown), shown[-1][1])
        for (language, _), shown in alike.items()
    ]
    return sorted(questions, key=lambda question: (-question.times, question.text))
