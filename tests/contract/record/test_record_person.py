"""Whoever asks gets all that is held about them, readable, and nothing about anybody else."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Engine, select

from bot.safety.personal_data import load_personal_data
from bot.store.sql.record import Record
from bot.store.sql.tables import metadata
from bot.store.sql.views import Views
from bot.store.vault import Vault
from tests.contract.record.entries import (
    ONE,
    THREE,
    TWO,
    about,
    consent,
    crisis,
    erased,
    turn,
    view,
    vote,
)

NOON = 1_800_000_000.0
"""2027-01-15 08:00 UTC."""


def test_everything_of_one_person(engine: Engine, vault: Vault) -> None:
    record = Record(engine, vault, lambda text, language: {"spam": 0.5})
    held = Views(engine, vault, personal_data=load_personal_data(Path.cwd()), now=lambda: NOON + 60)
    for of, word in ((ONE, "mien"), (TWO, "tien")):
        id = f"view{word}"[:8]
        record.write(
            [
                erased(f"e-{word}", NOON - 1, of=of),
                turn(f"t-{word}", NOON, of=of, text=f"un mot {word}", campaign="rentrée"),
                turn(f"u-{word}", NOON + 1, of=of, text=None, button="a:trust", intent=None),
                crisis(f"c-{word}", NOON + 2, of=of),
                consent("hear", NOON + 3, of=of),
                view(id, NOON + 4, of=of, text=f"mon avis {word}", return_address={"chat": word}),
                about(id, NOON + 5, of=of, band="18_21"),
                view(f"x{id}"[:8], NOON + 5.5, of=THREE),
                vote(f"x{id}"[:8], NOON + 6, -1, of=of),
            ]
        )
        held.approve(id, f"my opinion {word}", "Ana Staff")
        number = held.add_outcome(view=id, fr="Fait.", en="Done.", by="Ana Staff")
        held.mark_noticed(number, of)
        held.hold(of, "burst")
    about_one = held.person(ONE)
    assert about_one == {
        "conversation": ONE,
        "turns": [
            {
                "platform": "web",
                "at": "2027-01-15T08:00:00+00:00",
                "language": "fr",
                "text": "un mot mien",
                "button": None,
                "campaign": "rentrée",
                "intent": "greet",
                "confidence": 0.9312,
                "answers": "greet",
            },
            {
                "platform": "web",
                "at": "2027-01-15T08:00:01+00:00",
                "language": "fr",
                "text": None,
                "button": "a:trust",
                "campaign": None,
                "intent": None,
                "confidence": 0.9312,
                "answers": "greet",
            },
        ],
        "alerts": [
            {
                "platform": "discord",
                "at": "2027-01-15T08:00:02+00:00",
                "language": "en",
                "answer": "crisis_suicide",
            }
        ],
        "consents": [
            {
                "what": "hear",
                "at": "2027-01-15T08:00:03+00:00",
                "version": "1",
                "given": True,
                "platform": "telegram",
            }
        ],
        "views": [
            {
                "id": "viewmien",
                "receipt": "7KQ2-M9XD",
                "platform": "telegram",
                "at": "2027-01-15T08:00:04+00:00",
                "language": "fr",
                "theme": "participation",
                "text_fr": "mon avis mien",
                "text_en": "my opinion mien",
                "status": "approved",
                "reason": None,
                "scores": {"spam": 0.5},
                "band": "18_21",
                "region": None,
                "campaign": None,
                "return_address": {"chat": "mien"},
                "decided_at": "2027-01-15T08:01:00+00:00",
            }
        ],
        "votes": [
            {
                "view": "xviewmie",
                "platform": "web",
                "value": -1,
                "at": "2027-01-15T08:00:06+00:00",
            }
        ],
        "notices": [{"outcome": 1, "at": "2027-01-15T08:01:00+00:00"}],
        "holds": [{"reason": "burst", "at": "2027-01-15T08:01:00+00:00", "released_at": None}],
        "decisions": [
            {
                "view": "viewmien",
                "status": "approved",
                "reason": None,
                "at": "2027-01-15T08:01:00+00:00",
            }
        ],
        "handovers": [],
        "staff_messages": [],
        "labels": [],
        "notes": [],
        "erasures": [{"at": "2027-01-15T07:59:59+00:00"}],
    }
    written = json.dumps(about_one)
    assert "tien" not in written
    assert TWO not in written
    assert "Ana" not in written


def test_nothing_is_held_about_a_stranger(engine: Engine, vault: Vault) -> None:
    held = Views(engine, vault).person(THREE)
    assert held.pop("conversation") == THREE
    assert all(found == [] for found in held.values())


def test_every_table_that_names_people_is_looked_into(engine: Engine, vault: Vault) -> None:
    held = Views(engine, vault).person(THREE)
    naming = {table.name for table in metadata.sorted_tables if "conversation" in table.columns}
    assert naming <= set(held)


def test_erased_person_leaves_only_the_erasure(
    record: Record, engine: Engine, vault: Vault
) -> None:
    record.write([turn("t", NOON), view("a", NOON), consent(at=NOON), erased("e", NOON + 1)])
    held = Views(engine, vault).person(ONE)
    assert {name for name, found in held.items() if found} == {"conversation", "erasures"}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name != "erasures":
                assert connection.execute(select(table)).all() == [], table.name
