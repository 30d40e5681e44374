"""What has been kept long enough goes, and nothing before."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.conversation.ports import JournalEntry
from bot.safety.personal_data import load_personal_data
from bot.store.sql.database import open_database
from bot.store.sql.opinions import BURST
from bot.store.sql.record import Record
from bot.store.sql.retention import DAY, Retention
from bot.store.sql.tables import (
    alerts,
    consents,
    decisions,
    erasures,
    holds,
    notices,
    outcomes,
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
)

START = 1_800_000_000.0
KEPT = Retention(transcripts_days=30, rejected_days=20, holds_days=90, views_days=730)


def day(number: float) -> float:
    return START + number * DAY


@pytest.fixture
def held(engine: Engine, vault: Vault) -> Views:
    """Whatever is decided is decided on the first day."""
    return Views(engine, vault, personal_data=load_personal_data(Path.cwd()), now=lambda: START)


def test_turns_and_alerts_go_after_their_days(record: Record, engine: Engine) -> None:
    record.write([turn("1", START), crisis("2", START), turn("3", day(1)), crisis("4", day(1))])
    record.write([erased("5", START, of=TWO)])
    assert record.drop_old(KEPT, day(30)) == 0
    assert record.drop_old(KEPT, day(30.5)) == 2
    assert [row["position"] for row in record.transcript(ONE)] == ["3"]
    assert values(engine, alerts, "position") == [("4",)]
    assert record.drop_old(KEPT, day(30.5)) == 0
    assert len(rows(engine, erasures)) == 1


def test_words_of_a_rejected_view_go_after_their_days(
    record: Record, held: Views, engine: Engine
) -> None:
    record.write([view("a", day(-9)), view("b", day(-9)), view("c", day(-9))])
    record.write([about("a", day(1), band="18_21", region="north")])
    held.reject("a", "insult", "Ana")
    held.approve("b", "the text", "Ana")
    assert record.drop_old(KEPT, day(20)) == 0
    assert held.get("a").texts == {"fr": "le texte de a"}
    assert record.drop_old(KEPT, day(20.5)) == 1
    emptied = held.get("a")
    assert (emptied.texts, emptied.band, emptied.region) == ({}, None, None)
    assert (emptied.status, emptied.reason) == ("rejected", "insult")
    assert rows(engine, views)[0]["return_address"] is None
    assert held.get("b").texts == {"fr": "le texte de b", "en": "the text"}
    assert held.get("c").texts == {"fr": "le texte de c"}
    assert record.drop_old(KEPT, day(20.5)) == 0


def test_held_votes_go_when_nobody_releases_them(
    record: Record, held: Views, engine: Engine
) -> None:
    record.write([view("a", START), view("b", START)])
    record.write([vote("a", day(1), of=TWO), vote("a", day(1), of=THREE)])
    record.write([vote("b", day(50), of=TWO)])
    held.hold(TWO, "identical")
    held.hold(THREE, "identical")
    held.release(THREE, "Ana")
    assert record.drop_old(KEPT, day(91)) == 0
    assert record.drop_old(KEPT, day(91.5)) == 1
    assert values(engine, votes, "conversation", "view") == [(TWO, "b"), (THREE, "a")]
    assert [hold.conversation for hold in held.holds()] == [TWO], "has voted since"
    assert record.drop_old(KEPT, day(140.5)) == 1
    assert values(engine, holds, "conversation") == [(THREE,)]
    assert values(engine, votes, "conversation") == [(THREE,)]


def test_votes_of_who_was_in_a_burst_stay(record: Record, held: Views, engine: Engine) -> None:
    """Most of them were not the burst's, and count."""
    record.write([view("a", START), vote("a", START, of=TWO)])
    held.hold(TWO, BURST)
    assert record.drop_old(KEPT, day(200)) == 0
    assert values(engine, votes, "conversation") == [(TWO,)]
    assert [hold.conversation for hold in held.holds()] == [TWO]


def fill(record: Record, held: Views) -> None:
    """ONE shares on the first day, TWO votes; both are told of an outcome; nothing comes since."""
    record.write([view("a", START), consent(at=START), consent(at=START, of=TWO)])
    held.approve("a", "the text", "Ana")
    number = held.add_outcome(
        view="a", fr="C'est fait.", en="It is done.", by="Ana"
    )  # keeps its words when the view goes
    held.mark_noticed(number, ONE)
    record.write([vote("a", START, of=TWO), vote("a", day(100), of=THREE)])
    held.hold(TWO, "identical")
    held.release(TWO, "Ana")


def test_what_silent_people_gave_goes_and_what_hangs_on_it(
    record: Record, held: Views, engine: Engine
) -> None:
    fill(record, held)
    assert record.drop_old(KEPT, day(730)) == 0
    # view, two consents, two votes, notice, hold, decision
    assert record.drop_old(KEPT, day(730.5)) == 8
    for table in (views, votes, consents, decisions, notices, holds):
        assert rows(engine, table) == [], table.name
    assert values(engine, outcomes, "view", "text_en") == [(None, "It is done.")]
    assert rows(engine, erasures) == [], "nobody asked for an erasure"


def test_old_views_and_votes_go_however_active_people_are(
    record: Record, held: Views, engine: Engine
) -> None:
    fill(record, held)
    record.write([view("b", day(10)), vote("b", day(10), of=TWO), turn("t", day(730))])
    record.write([turn("u", day(730), of=TWO)])
    # the first view with both its votes and the decision about it; consents, notice, hold stay
    assert record.drop_old(KEPT, day(730.5)) == 4
    assert values(engine, views, "id") == [("b",)]
    assert values(engine, votes, "conversation", "view") == [(TWO, "b")]
    assert rows(engine, decisions) == []
    assert values(engine, consents, "conversation") == [(ONE,), (TWO,)]
    assert values(engine, holds, "conversation") == [(TWO,)]
    assert values(engine, notices, "conversation") == [(ONE,)]


@pytest.mark.parametrize(
    ("sign", "is_kept"),
    [
        pytest.param(turn("t", day(720)), True, id="turn"),
        pytest.param(crisis("c", day(720)), True, id="alert"),
        pytest.param(consent("vote", day(10)), True, id="consent"),
        pytest.param(view("b", day(10)), True, id="view"),
        pytest.param(vote("z", day(10), of=ONE), True, id="vote"),
        pytest.param(turn("t", day(720), of=TWO), False, id="of somebody else"),
    ],
)
def test_one_sign_of_somebody_keeps_what_they_agreed_to(
    record: Record, engine: Engine, sign: JournalEntry, is_kept: bool
) -> None:
    record.write([view("z", day(1), of=THREE), consent("view", START), sign])
    record.drop_old(KEPT, day(730.5))
    kept = values(engine, consents, "what")
    assert (("view",) in kept) is is_kept


def test_very_many_go_at_once(record: Record, engine: Engine) -> None:
    people = [f"{number:032}" for number in range(1_100)]
    record.write([view(f"{number:08}", START, of=of) for number, of in enumerate(people)])
    record.write([vote("00000000", START, of=of) for of in people])
    assert record.drop_old(KEPT, day(731)) == 1_100 + 1_099
    assert rows(engine, votes) == []


def test_what_goes_is_overwritten_in_sqlites_files(tmp_path: Path, vault: Vault) -> None:
    engine = open_database("", tmp_path)
    record = Record(engine, vault, lambda text, language: {"gone": 1.0})
    record.write([view("a", START)])
    Views(engine, vault, now=lambda: START).reject("a", "spam", "Ana")
    assert b"gone" in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert record.drop_old(KEPT, day(21)) == 1
    assert b"gone" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    engine.dispose()


def test_days_unless_told_otherwise() -> None:
    assert Retention() == Retention(
        transcripts_days=30, rejected_days=30, holds_days=90, views_days=730
    )
