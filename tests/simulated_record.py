"""A record full of made-up conversations and views, always the same; for the bench and pictures.

Nobody said any of this.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from bot.content.checks.files import HELD_OUT, Example, held_out
from bot.conversation.ports import JournalEntry, JsonObject
from bot.store.sql.record import Record
from tests.simulated_people import VIEWS

DAY = 86_400.0
BATCH = 2_000
TURNS_EACH = (2, 16)
LANGUAGES = ("fr", "en")
PLATFORMS = ("web", "telegram", "discord")
CAMPAIGNS = (None, None, "rentree", "cegep-2026", "ogp-week")
THEMES = ("inclusion", "participation", "impact", "other")
FORM = (
    "view_consent",
    "view_age",
    "view_theme",
    "view_text",
    "view_check",
    "view_received view_band",
    "view_region",
    "view_done",
)
MISSED = ("fallback_nearest", "fallback_unclear", "off_topic")
ENDINGS = {
    "fr": (
        "Surtout pour les jeunes des régions éloignées.",
        "Pis ça presse!",
        "Sinon, personne va y croire.",
    ),
    "en": (
        "And please say what you changed.",
        "Most of all for people who can't come in person.",
        "Otherwise nobody will believe it.",
    ),
}


def fill(record: Record, root: Path, *, turns: int, views: int, until: float, days: int) -> None:
    """Write so many turns and views of the days before `until` (seconds since 1970)."""
    batch: list[JournalEntry] = []
    calm = [example for example in held_out(root, HELD_OUT) if not _is_distress(example)]
    for entry in _entries(calm, turns, views, until, days):
        batch.append(entry)
        if len(batch) >= BATCH:
            record.write(batch)
            batch = []
    record.write(batch)


def _is_distress(example: Example) -> bool:
    """The words of somebody in distress are kept nowhere, so not here either."""
    return example.intent.startswith("crisis_")


def _entries(
    said: list[Example], turns: int, views: int, until: float, days: int
) -> Iterator[JournalEntry]:
    chance = random.Random(2026)
    left, number = turns, 0
    while left > 0:
        number += 1
        length = min(left, chance.randint(*TURNS_EACH))
        begin = until - chance.random() * days * DAY
        yield from _conversation(chance, said, number, begin, length)
        left -= length
    for place in range(views):
        yield _view(chance, place, until - chance.random() * days * DAY)


def _conversation(
    chance: random.Random, said: list[Example], number: int, at: float, length: int
) -> Iterator[JournalEntry]:
    about: JsonObject = {
        "conversation": f"{chance.getrandbits(128):032x}",
        "platform": chance.choice(PLATFORMS),
    }
    campaign = chance.choice(CAMPAIGNS)
    answers_views = chance.random() < 0.2
    language = chance.choice(LANGUAGES)
    mine = [example for example in chance.sample(said, 40) if example.language == language]
    for place in range(length):
        at += chance.uniform(4, 90)
        example = mine[place % len(mine)]
        step = place - 2
        if answers_views and 0 <= step < len(FORM) and chance.random() < 0.85:
            what: JsonObject = {"text": None, "button": "f:step", "answers": FORM[step].split()}
            intent, confidence = "view_step", 1.0
        else:
            intent, confidence = example.intent, round(chance.betavariate(8, 2), 4)
            answer = chance.choice(MISSED) if confidence < 0.5 else intent
            what = {"text": example.text, "button": None, "answers": [answer]}
        event = (
            about
            | what
            | {
                "kind": "turn",
                "at": at,
                "language": language,
                "campaign": campaign if place == 0 else None,
                "intent": intent,
                "confidence": confidence,
            }
        )
        committed = int((at + chance.uniform(0.02, 0.4)) * 1000)
        yield JournalEntry(f"plv:{{00}}:journal|{committed}-{number % 1000}{place:02}", event)
    if chance.random() < 0.02:
        kind = chance.choice(("crisis_distress", "crisis_suicide", "talk_to_human"))
        alert = about | {"kind": "alert", "at": at, "language": language, "answer": kind}
        yield JournalEntry(f"plv:{{00}}:journal|{int(at * 1000)}-{number}a", alert)


def _view(chance: random.Random, place: int, at: float) -> JournalEntry:
    language = chance.choice(LANGUAGES)
    model = chance.choice(VIEWS)
    text = f"{model.fr if language == 'fr' else model.en} {chance.choice(ENDINGS[language])}"
    event = {
        "kind": "view",
        "conversation": f"{chance.getrandbits(128):032x}",
        "platform": chance.choice(PLATFORMS),
        "at": at,
        "id": f"{place:08x}",
        "receipt": f"{place:04X}-{chance.getrandbits(16):04X}",
        "language": language,
        "theme": chance.choice(THEMES),
        "text": text,
        "campaign": chance.choice(CAMPAIGNS),
        "return_address": {"chat": place},
    }
    return JournalEntry(f"plv:{{01}}:journal|{int(at * 1000)}-{place}", event)
