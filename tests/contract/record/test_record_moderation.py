"""Moderators see what waits, and decide about each view once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from bot.safety.personal_data import PersonalData, load_personal_data
from bot.store.sql.record import Record
from bot.store.sql.refusals import AlreadyDecided, Refused
from bot.store.sql.rows import Decision, Published, SharedView
from bot.store.sql.tables import decisions, views
from bot.store.sql.views import Views
from bot.store.vault import Vault
from tests.contract.record.entries import ONE, TWO, erased, rows, values, view, withdrawn
from tests.contract.stores import conversation

NOON = 1_800_000_000.0
"""2027-01-15 08:00 UTC."""


@pytest.fixture(scope="session")
def screen() -> PersonalData:
    return load_personal_data(Path.cwd())


@pytest.fixture
def staff(engine: Engine, vault: Vault, screen: PersonalData) -> Views:
    """What moderators use, at noon."""
    return Views(engine, vault, personal_data=screen, now=lambda: NOON)


def test_queue_has_the_highest_score_first_and_then_the_oldest(
    engine: Engine, vault: Vault, staff: Views
) -> None:
    scores: dict[str, dict[str, float]] = {
        "calm": {"insult": 0.1, "spam": 0.1},
        "also calm": {"insult": 0.1, "spam": 0.05},
        "one high": {"insult": 0.0, "spam": 0.9},
        "none": {},
    }
    record = Record(engine, vault, lambda text, language: scores[text])
    record.write(
        [
            view("a", 4.0, text="none"),
            view("b", 3.0, text="calm"),
            view("c", 2.0, text="also calm"),
            view("d", 5.0, text="one high"),
            view("e", 1.0, text="one high"),
        ]
    )
    Record(engine, vault).write([view("f", 0.5, text="never scored")])
    assert [waiting.id for waiting in staff.queue()] == ["e", "d", "c", "b", "f", "a"]
    assert staff.queue()[0].scores == {"insult": 0.0, "spam": 0.9}
    assert staff.queue()[0].score == 0.9


def test_view_is_shown_with_what_is_known(record: Record, staff: Views) -> None:
    record.write([view(at=5.0, language="en", text="more buses", campaign="fall")])
    assert staff.get("view0001") == SharedView(
        id="view0001",
        receipt="7KQ2-M9XD",
        conversation=ONE,
        platform="telegram",
        at=5.0,
        language="en",
        theme="participation",
        texts={"en": "more buses"},
        status="pending",
        reason=None,
        scores={},
        band=None,
        region=None,
        campaign="fall",
        decided_at=None,
    )
    assert staff.get("view0001").other_language == "fr"


def test_approved_view_is_published_in_both_languages(
    record: Record, staff: Views, engine: Engine
) -> None:
    record.write([view(text="plus de bus"), view("view0002", of=TWO, language="en", text="votes")])
    assert staff.published() == []
    assert staff.approve("view0002", "  des votes\n", "Léo") == 1
    assert staff.approve("view0001", "more buses", " Ana ") == 2
    assert staff.published() == [
        Published("view0001", "participation", {"fr": "plus de bus", "en": "more buses"}, ONE),
        Published("view0002", "participation", {"fr": "des votes", "en": "votes"}, TWO),
    ]
    assert staff.queue() == []
    assert staff.decisions_about("view0001") == [
        Decision(2, "view0001", "approved", None, "Ana", NOON, told=False)
    ]
    assert b"more buses" not in bytes(rows(engine, views)[0]["text_en"])


def test_rejected_view_keeps_its_reason_and_is_not_published(record: Record, staff: Views) -> None:
    record.write([view()])
    assert staff.reject("view0001", "spam", "Ana") == 1
    rejected = staff.get("view0001")
    assert (rejected.status, rejected.reason, rejected.decided_at) == ("rejected", "spam", NOON)
    assert staff.published() == []
    assert staff.queue() == []


@pytest.mark.parametrize(
    ("translation", "why"),
    [
        pytest.param("", "The English text is missing", id="none"),
        pytest.param(" \n\u200b ", "The English text is missing", id="only blanks"),
        pytest.param("!!!", "has no words", id="no words"),
        pytest.param("x" * 401, "401 characters; 400 are the most", id="too long"),
        pytest.param("Le texte.", "the same as the view", id="not translated"),
        pytest.param("call me at 613-555-0199", r"personal data \(phone\)", id="a phone number"),
        pytest.param(
            "write to ana@example.org or 613-555-0199", r"\(email, phone\)", id="both kinds"
        ),
    ],
)
def test_translation_that_cannot_be_published_is_refused(
    record: Record, staff: Views, engine: Engine, translation: str, why: str
) -> None:
    record.write([view(text="Le texte.")])
    with pytest.raises(Refused, match=why):
        staff.approve("view0001", translation, "Ana")
    assert staff.get("view0001").status == "pending"
    assert rows(engine, decisions) == []


@pytest.mark.parametrize("translation", ["x" * 400, "write to [e-mail]", "two\nlines"])
def test_translation_that_can_be_published_is_kept(
    record: Record, staff: Views, translation: str
) -> None:
    record.write([view()])
    staff.approve("view0001", translation, "Ana")
    assert staff.get("view0001").texts["en"] == translation


def test_nothing_is_approved_without_the_screen(
    record: Record, engine: Engine, vault: Vault
) -> None:
    record.write([view()])
    with pytest.raises(Refused, match="screen for personal data is missing"):
        Views(engine, vault).approve("view0001", "text", "Ana")


APPROVE = lambda staff, **by: staff.approve("view0001", "the text", **by)  # noqa: E731
REJECT = lambda staff, **by: staff.reject("view0001", "spam", **by)  # noqa: E731
each_decision = pytest.mark.parametrize("decide", [APPROVE, REJECT], ids=["approve", "reject"])
Decide = Callable[..., Any]


@each_decision
@pytest.mark.parametrize("by", ["", "  ", "x" * 81, "two\nlines"])
def test_decision_without_a_name_is_refused(
    record: Record, staff: Views, decide: Decide, by: str
) -> None:
    record.write([view()])
    with pytest.raises(Refused, match="a name of 1 to 80 characters"):
        decide(staff, by=by)


@each_decision
def test_unknown_view_is_refused(staff: Views, decide: Decide) -> None:
    with pytest.raises(Refused, match="^There is no view view0001.$"):
        decide(staff, by="Ana")


def test_unknown_reason_is_refused_with_those_that_there_are(record: Record, staff: Views) -> None:
    record.write([view()])
    with pytest.raises(Refused, match="`boring` is no reason; take one of: insult, hate, sexual"):
        staff.reject("view0001", "boring", "Ana")


@each_decision
@pytest.mark.parametrize(
    ("first", "status"), [(APPROVE, "approved"), (REJECT, "rejected")], ids=["approved", "rejected"]
)
def test_second_decision_names_who_made_the_first(
    record: Record, staff: Views, engine: Engine, first: Decide, status: str, decide: Decide
) -> None:
    record.write([view()])
    first(staff, by="Ana")
    before = rows(engine, views)
    with pytest.raises(AlreadyDecided) as refused:
        decide(staff, by="Léo")
    assert (refused.value.view, refused.value.status, refused.value.by) == (
        "view0001",
        status,
        "Ana",
    )
    assert str(refused.value) == (
        f"View view0001 was {status} by Ana on 2027-01-15 08:00 UTC; a view is decided once."
    )
    assert rows(engine, views) == before
    assert values(engine, decisions, "decided_by") == [("Ana",)]


@each_decision
def test_withdrawn_view_cannot_be_decided_on(record: Record, staff: Views, decide: Decide) -> None:
    record.write([view(), withdrawn()])
    with pytest.raises(Refused, match="^View view0001 was withdrawn by its author.$"):
        decide(staff, by="Ana")


def test_two_who_decide_at_once_do_not_both(
    record: Record, engine: Engine, vault: Vault, screen: PersonalData
) -> None:
    ids = [f"view{number:04}" for number in range(12)]
    record.write([view(id) for id in ids])
    barrier = Barrier(2)

    def decide(name: str) -> list[str]:
        won, staff = [], Views(engine, vault, personal_data=screen)
        for id in ids:
            barrier.wait(20)
            with suppress(AlreadyDecided):
                staff.approve(id, "the text", name)
                won.append(id)
        return won

    with ThreadPoolExecutor(2) as pool:
        ana, leo = pool.map(decide, ["Ana", "Léo"])
    assert sorted([*ana, *leo]) == ids
    made = values(engine, decisions, "view", "decided_by")
    assert sorted(made) == sorted([(id, "Ana") for id in ana] + [(id, "Léo") for id in leo])


def test_decision_and_erasure_at_once_leave_no_trace(
    record: Record, engine: Engine, vault: Vault
) -> None:
    barrier = Barrier(2)
    people = {f"view{number:04}": conversation(number) for number in range(12)}
    record.write([view(id, of=of) for id, of in people.items()])

    def decide() -> None:
        staff = Views(engine, vault)
        for id in people:
            barrier.wait(20)
            with suppress(Refused):
                staff.reject(id, "spam", "Ana")

    def erase() -> None:
        for id, of in people.items():
            barrier.wait(20)
            record.write([erased(f"e {id}", 1.0, of=of)])

    with ThreadPoolExecutor(2) as pool:
        for task in [pool.submit(decide), pool.submit(erase)]:
            task.result()
    assert rows(engine, views) == []
    assert rows(engine, decisions) == []


def test_reasons_are_those_of_the_content(record: Record, engine: Engine, vault: Vault) -> None:
    record.write([view()])
    staff = Views(engine, vault, reasons=("boring", "spam"))
    with pytest.raises(Refused, match="take one of: boring, spam"):
        staff.reject("view0001", "insult", "Ana")
    staff.reject("view0001", "boring", "Ana")
    assert staff.get("view0001").reason == "boring"


# --- Translations that wait -----------------------------------------------------------------------


def test_draft_is_kept_with_its_writer_and_publishes_nothing(
    record: Record, staff: Views, engine: Engine
) -> None:
    record.write([view()])
    staff.save_translation("view0001", " half a tex ", "Ana")
    kept = staff.get("view0001")
    assert (kept.texts["en"], kept.translated_by, kept.reviewed_by) == ("half a tex", "Ana", None)
    assert (kept.status, staff.published(), rows(engine, decisions)) == ("pending", [], [])
    assert b"half" not in bytes(rows(engine, views)[0]["text_en"])
    staff.save_translation("view0001", "  ", "Léo")
    assert staff.get("view0001").texts == {"fr": "le texte de view0001"}
    assert staff.get("view0001").translated_by is None


def test_review_names_whoever_read_both_and_ends_when_the_text_changes(
    record: Record, staff: Views
) -> None:
    record.write([view()])
    staff.save_translation("view0001", "the text", "Ana")
    staff.save_translation("view0001", "the text", "Léo", is_reviewed=True)
    kept = staff.get("view0001")
    assert (kept.translated_by, kept.reviewed_by) == ("Ana", "Léo")
    staff.save_translation("view0001", "the text", "Mia")
    assert staff.get("view0001").reviewed_by == "Léo", "the same text is still reviewed"
    staff.save_translation("view0001", "another text", "Mia")
    kept = staff.get("view0001")
    assert (kept.translated_by, kept.reviewed_by) == ("Mia", None)


@pytest.mark.parametrize(
    ("text", "is_reviewed", "why"),
    [
        ("x" * 401, False, "401 characters"),
        ("call 613-555-0199", True, r"personal data \(phone\)"),
        ("", True, "is missing"),
    ],
)
def test_draft_that_cannot_be_kept_leaves_the_one_before(
    record: Record, staff: Views, text: str, is_reviewed: bool, why: str
) -> None:
    record.write([view()])
    staff.save_translation("view0001", "before", "Ana")
    with pytest.raises(Refused, match=why):
        staff.save_translation("view0001", text, "Léo", is_reviewed=is_reviewed)
    assert staff.get("view0001").texts["en"] == "before"
    assert staff.get("view0001").translated_by == "Ana"


def test_reviewed_draft_is_approved_as_it_is_and_another_is_not(
    record: Record, staff: Views
) -> None:
    record.write([view(), view("view0002", of=TWO), view("view0003", of=TWO)])
    staff.save_translation("view0001", "the text", "Ana", is_reviewed=True)
    staff.save_translation("view0002", "the text", "Ana")
    staff.approve_reviewed("view0001", "Léo")
    for id in ("view0002", "view0003"):
        with pytest.raises(Refused, match="Nobody has reviewed"):
            staff.approve_reviewed(id, "Léo")
    assert [published.texts["en"] for published in staff.published()] == ["the text"]
    approved = staff.get("view0001")
    assert (approved.translated_by, approved.reviewed_by) == ("Ana", "Ana")
    assert staff.decisions_about("view0001")[0].decided_by == "Léo"
    with pytest.raises(AlreadyDecided):
        staff.approve_reviewed("view0001", "Mia")
    with pytest.raises(AlreadyDecided):
        staff.save_translation("view0001", "too late", "Mia")


def test_whoever_approves_has_reviewed_and_the_writer_stays(record: Record, staff: Views) -> None:
    record.write([view(), view("view0002", of=TWO)])
    staff.save_translation("view0001", "the text", "Ana")
    staff.approve("view0001", "the text", "Léo")
    staff.approve("view0002", "my text", "Léo")
    written = [staff.get(id) for id in ("view0001", "view0002")]
    assert [(each.translated_by, each.reviewed_by) for each in written] == [
        ("Ana", "Léo"),
        ("Léo", "Léo"),
    ]


# --- What is written along with a decision --------------------------------------------------------

DEEDS: dict[str, Callable[..., Any]] = {
    "approve": lambda staff, also: staff.approve("view0001", "the text", "Ana", also=also),
    "reject": lambda staff, also: staff.reject("view0001", "spam", "Ana", also=also),
    "withdraw": lambda staff, also: staff.withdraw("view0001", "Ana", also=also),
    "save": lambda staff, also: staff.save_translation("view0001", "the text", "Ana", also=also),
}
each_deed = pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())


@each_deed
def test_decision_whose_note_fails_is_not_made(
    record: Record, staff: Views, engine: Engine, deed: Callable[..., Any]
) -> None:
    record.write([view()])
    before = rows(engine, views)

    def fail(connection: Connection) -> None:
        raise OSError("the audit is full")

    with pytest.raises(OSError, match="full"):
        deed(staff, fail)
    assert (rows(engine, views), rows(engine, decisions)) == (before, [])


@each_deed
def test_note_is_written_once_with_its_decision(
    record: Record, staff: Views, deed: Callable[..., Any]
) -> None:
    record.write([view()])
    seen: list[Connection] = []
    deed(staff, seen.append)
    assert len(seen) == 1
