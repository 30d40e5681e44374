"""Views, votes and consents on record: once each, the newest, and gone when the person says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert

from bot.conversation.ports import JournalEntry
from bot.store.sql.database import open_database
from bot.store.sql.erasing import OF_PEOPLE
from bot.store.sql.record import Record
from bot.store.sql.tables import (
    consents,
    decisions,
    erasures,
    handovers,
    holds,
    labels,
    metadata,
    notes,
    notices,
    outcomes,
    staff_messages,
    turns,
    views,
    votes,
)
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
    rows,
    turn,
    values,
    view,
    vote,
    withdrawn,
)


@pytest.fixture
def held(engine: Engine, vault: Vault) -> Views:
    return Views(engine, vault)


def test_view_is_kept_whole_and_its_words_encrypted(
    record: Record, engine: Engine, vault: Vault
) -> None:
    record.write(
        [view("k7f3q9xd", 5.25, language="en", theme="impact", text="Ça va?", campaign="rentrée")]
    )
    (row,) = rows(engine, views)
    assert vault.unlock(row.pop("text_en")) == "Ça va?"
    assert vault.unlock(row.pop("return_address")) == {"chat": 7}
    assert row == {
        "id": "k7f3q9xd",
        "receipt": "7KQ2-M9XD",
        "conversation": ONE,
        "platform": "telegram",
        "at": 5.25,
        "language": "en",
        "theme": "impact",
        "text_fr": None,
        "status": "pending",
        "reason": None,
        "scores": None,
        "band": None,
        "region": None,
        "about_at": None,
        "campaign": "rentrée",
        "decided_at": None,
        "translated_by": None,
        "reviewed_by": None,
    }


def test_view_is_scored_in_its_language(engine: Engine, vault: Vault) -> None:
    def score(text: str, language: str) -> dict[str, float]:
        return {"length": len(text) / 100, "is_french": language == "fr"}

    Record(engine, vault, score).write([view(text="douze lettre"), view("b", language="en")])
    scores = [json.loads(row["scores"]) for row in rows(engine, views)]
    assert [each["is_french"] for each in scores] == [0.0, 1.0]
    assert scores[1]["length"] == 0.12


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        pytest.param([about(band="18_21")], ("18_21", None), id="age only"),
        pytest.param(
            [about(band="18_21"), about(at=3.0, region="quebec")], ("18_21", "quebec"), id="both"
        ),
        pytest.param(
            [about(band="18_21"), about(at=3.0, band="22_25")], ("22_25", None), id="corrected"
        ),
        pytest.param(
            [about(at=3.0, band="22_25"), about(at=2.0, band="18_21")], ("22_25", None), id="again"
        ),
        pytest.param([about(band="18_21", of=TWO)], (None, None), id="somebody else's view"),
        pytest.param([withdrawn(at=1.5), about(band="18_21")], (None, None), id="withdrawn"),
    ],
)
def test_what_authors_say_of_themselves(
    record: Record, engine: Engine, said: list[JournalEntry], kept: tuple[str | None, str | None]
) -> None:
    record.write([view(), *said])
    assert values(engine, views, "band", "region") == [kept]


@pytest.mark.parametrize(
    ("cast", "kept"),
    [
        pytest.param([vote(value=1)], [1], id="agree"),
        pytest.param([vote(value=0)], [0], id="pass"),
        pytest.param([vote(at=3, value=1), vote(at=4, value=-1)], [-1], id="changed"),
        pytest.param([vote(at=4, value=-1), vote(at=3, value=1)], [-1], id="older one comes late"),
        pytest.param([vote(at=3, value=1), vote(at=3, value=-1)], [-1], id="at the same time"),
        pytest.param([vote(at=3, value=1), vote(at=4, value=None)], [None], id="undone"),
        pytest.param(
            [vote(at=4, value=None), vote(at=3, value=1)], [None], id="undone, older one comes late"
        ),
        pytest.param([vote(of=ONE)], [], id="own view"),
        pytest.param([vote("nosuchid")], [], id="unknown view"),
        pytest.param([withdrawn(at=2), vote()], [], id="withdrawn view"),
        pytest.param([vote(), withdrawn()], [], id="withdrawn after the vote"),
        pytest.param([vote(), withdrawn(of=TWO)], [1], id="withdrawn by somebody else"),
    ],
)
def test_latest_vote_counts(
    record: Record, engine: Engine, cast: list[JournalEntry], kept: list[int | None]
) -> None:
    record.write([view(), *cast])
    assert [value for (value,) in values(engine, votes, "value")] == kept


def test_vote_on_a_rejected_view_is_dropped(record: Record, held: Views, engine: Engine) -> None:
    record.write([view()])
    held.reject("view0001", "spam", "Ana")
    record.write([vote()])
    assert rows(engine, votes) == []


def test_latest_consent_counts(record: Record, engine: Engine) -> None:
    agreed, revoked = consent("hear", 2.0), consent("hear", 4.0, given=False)
    record.write([agreed, consent("view", 1.0), revoked, consent("hear", 3.0, of=TWO), agreed])
    assert values(engine, consents, "conversation", "what", "at", "given") == [
        (ONE, "hear", 4.0, False),
        (ONE, "view", 1.0, True),
        (TWO, "hear", 3.0, True),
    ]


WORDS = ("text_fr", "text_en", "scores", "band", "region", "return_address")


def test_withdrawn_view_keeps_nothing_of_what_it_said(
    engine: Engine, vault: Vault, held: Views
) -> None:
    record = Record(engine, vault, lambda text, language: {"spam": 0.5})
    shared = [view(), about(band="18_21", region="north"), vote()]
    record.write([*shared, view("view0002", 2.0), vote("view0002")])
    record.write([withdrawn()])
    first, second = rows(engine, views)
    assert (first["status"], second["status"]) == ("withdrawn", "pending")
    assert [first[column] for column in WORDS] == [None] * len(WORDS)
    assert values(engine, votes, "view") == [("view0002",)]
    for again in (shared, [withdrawn()], [*shared, withdrawn()]):
        record.write(again)
        assert rows(engine, views) == [first, second]
        assert values(engine, votes, "view") == [("view0002",)]
    assert [waiting.id for waiting in held.queue()] == ["view0002"]


def fill(engine: Engine, record: Record) -> None:
    """Two people leave something of every kind, and so do moderators."""
    for number, of in ((1, ONE), (2, TWO)):
        id, next_id = f"view000{number}", f"view000{3 - number}"
        record.write(
            [
                turn(f"turn{number}", 1.0, of=of),
                crisis(f"alert{number}", 1.0, of=of),
                consent("hear", 1.0, of=of),
                view(id, 1.0, of=of),
                vote(id, 2.0, of=THREE),
            ]
        )
        record.write([vote(next_id, 2.0, of=of)])
        with engine.begin() as connection:
            for table, row in (
                (decisions, {"view": id, "status": "rejected", "decided_by": "Ana", "told": True}),
                (outcomes, {"view": id, "text_fr": "f", "text_en": "e", "by": "Ana"}),
                (notices, {"outcome": number, "conversation": of}),
                (holds, {"conversation": of, "reason": "identical"}),
                (
                    handovers,
                    {"conversation": of, "platform": "web", "taken_by": "Ana", "seen_at": 3.0}
                    | {"told": "taken"},
                ),
                (
                    staff_messages,
                    {"conversation": of, "handover": number, "by": "Ana", "text": b"x"}
                    | {"told": True},
                ),
                (labels, {"conversation": of, "label": "school", "by": "Ana"}),
                (notes, {"conversation": of, "by": "Ana", "text": b"x"}),
            ):
                connection.execute(insert(table).values(**row, at=3.0))
    record.write([vote("view0002", 2.0, of=ONE)])  # the first one came before the view


OF_STAFF = {"settled", "accounts", "attempts", "sessions", "audit"}
"""Tables that say nothing of young people; the audit's rows cannot be deleted at all."""
ALL = [table for table in metadata.sorted_tables if table.name not in OF_STAFF]


def everything(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """All rows, by table."""
    return {table.name: rows(engine, table) for table in ALL}


LEFT_OF_TWO = {
    "turns": [("turn2",)],
    "alerts": [("alert2",)],
    "views": [("view0002",)],
    "votes": [(THREE,)],
    "consents": [(TWO,)],
    "decisions": [("view0002",)],
    "outcomes": [(None,), ("view0002",)],
    "notices": [(2,)],
    "holds": [(TWO,)],
    "erasures": [(ONE,)],
    "results": [],
    "handovers": [(TWO,)],
    "staff_messages": [(TWO,)],
    "labels": [(TWO,)],
    "notes": [(TWO,)],
}
SHOWN = {
    "turns": "position",
    "alerts": "position",
    "views": "id",
    "decisions": "view",
    "outcomes": "view",
    "notices": "outcome",
}


def test_erasure_takes_everything_of_one_person_and_nothing_else(
    record: Record, engine: Engine
) -> None:
    fill(engine, record)
    filled = everything(engine)
    assert all(any(row.get("conversation") == ONE for row in filled[t.name]) for t in OF_PEOPLE)
    record.write([erased("e", 5.0)])
    left = {
        table: [(row[SHOWN.get(table, "conversation")],) for row in found]
        for table, found in everything(engine).items()
    }
    assert left == LEFT_OF_TWO


def test_restored_backup_is_erased_again_in_every_table(record: Record, engine: Engine) -> None:
    fill(engine, record)
    backup = everything(engine)
    record.write([erased("e", 5.0), view("view0009", 6.0), consent("hear", 6.0)])
    after = everything(engine)
    with engine.begin() as connection:
        for table in ALL:
            if table is not erasures:
                connection.execute(table.delete())
                if backup[table.name]:
                    connection.execute(insert(table), backup[table.name])
    record.write([view("view0009", 6.0), consent("hear", 6.0)])
    # Turn, alert, view, three votes, notice, hold, decision; hand-over, message, label, note.
    assert record.erase_again() == 13
    restored = everything(engine)
    assert {name: len(found) for name, found in restored.items()} == {
        name: len(found) for name, found in after.items()
    }
    assert record.erase_again() == 0
    assert everything(engine) == restored


def test_what_was_said_before_an_erasure_never_comes_back(record: Record, engine: Engine) -> None:
    before = [
        turn("t", 1.0),
        crisis("a", 1.0),
        view(),
        about(band="18_21"),
        consent(),
        vote(of=TWO),
    ]
    mine = [view("view0002", 1.0, of=TWO), vote("view0002", 2.0, of=ONE)]
    record.write([*before, *mine])
    record.write([erased("e", 4.0)])
    record.write([view("view0003", 5.0)])
    left = everything(engine)
    for again in (before, mine, before[2:3], [*before, *mine], [erased("e", 4.0)]):
        record.write(again)
        assert everything(engine) == left
    assert values(engine, views, "id") == [("view0002",), ("view0003",)]
    assert rows(engine, votes) == []


def test_batch_that_holds_its_own_erasure_leaves_nothing(record: Record, engine: Engine) -> None:
    record.write([view(), about(band="18_21"), consent(), erased("e", 4.0), consent("view", 5.0)])
    assert values(engine, consents, "what") == [("view",)]
    assert rows(engine, views) == []


def test_withdrawn_words_are_overwritten_in_sqlites_files(tmp_path: Path, vault: Vault) -> None:
    engine = open_database("", tmp_path)
    record = Record(engine, vault, lambda text, language: {"gone": 0.5})
    record.write([view(campaign="stays")])
    assert b"gone" in _files(tmp_path)
    record.write([withdrawn()])
    assert b"gone" not in _files(tmp_path)
    assert b"stays" in _files(tmp_path)
    engine.dispose()


def _files(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


PEOPLE = (ONE, TWO, THREE)
IDS = ("view0001", "view0002", "view0003")
AUTHOR = dict(zip(IDS, PEOPLE))
Maker = Any
MAKERS: list[Maker] = [
    *(lambda at, of=of: view(f"v{at:g}", at, of=of) for of in PEOPLE),  # an id is never used twice
    *(lambda at, id=id: withdrawn(id, at, of=AUTHOR[id]) for id in IDS),
    *(lambda at, id=id: about(id, at, of=AUTHOR[id], band=f"b{at:g}") for id in IDS),
    *(lambda at, of=of: erased(f"e{at}", at, of=of) for of in PEOPLE),
    *(lambda at, of=of: consent("hear", at, at % 2 == 0, of=of) for of in PEOPLE),
    *(lambda at, of=of, id=id: vote(id, at, int(at % 3) - 1, of=of) for of in PEOPLE for id in IDS),
    *(lambda at, of=of: turn(f"t{at}", at, of=of) for of in PEOPLE),
]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_entries_that_come_again_in_any_order_change_nothing(
    record: Record, engine: Engine, vault: Vault, data: st.DataObject
) -> None:
    made = data.draw(st.lists(st.sampled_from(MAKERS), max_size=25))
    journal = [make(float(at)) for at, make in enumerate(made, start=1)]
    start = [view(id, 0.5, of=AUTHOR[id]) for id in IDS]
    again = data.draw(st.lists(st.sampled_from(range(len(journal) + 3)), max_size=30))
    _empty(engine)
    record.write([*start, *journal])
    once = _readable(engine, vault)
    record.write([[*start, *journal][number] for number in again])
    assert _readable(engine, vault) == once


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in ALL:
            connection.execute(table.delete())


def _readable(engine: Engine, vault: Vault) -> dict[str, Any]:
    encrypted = {"text", "text_fr", "text_en", "return_address"}
    return {
        table.name: [
            {
                name: vault.unlock(value) if name in encrypted and value else value
                for name, value in row.items()
            }
            for row in rows(engine, table)
        ]
        for table in (turns, views, votes, consents, erasures)
    }
