"""Finding conversations in the record, reading them a stretch at a time, labels and notes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, insert

from bot.store.sql.conversation_rows import Filters, Place
from bot.store.sql.conversations import Conversations
from bot.store.sql.handovers import HandOvers
from bot.store.sql.labels import LONGEST_LABEL, LONGEST_NOTE, MOST_LABELS, Labels, NotKept
from bot.store.sql.record import Record
from bot.store.sql.refusals import Refused
from bot.store.sql.tables import labels, notes
from bot.store.sql.transcripts import Text, Transcripts
from bot.store.vault import Vault
from tests.contract.record.entries import (
    ONE,
    THREE,
    TWO,
    crisis,
    entry,
    erased,
    rows,
    turn,
    view,
    withdrawn,
)
from tests.contract.stores import conversation

FOUR = conversation(4)
SAM, KIM = "sam@example.org", "kim@example.org"


@pytest.fixture
def found(engine: Engine) -> Conversations:
    return Conversations(engine)


@pytest.fixture
def transcripts(engine: Engine, vault: Vault) -> Transcripts:
    return Transcripts(engine, vault)


@pytest.fixture
def on_top(engine: Engine, vault: Vault) -> Labels:
    return Labels(engine, vault, now=lambda: 50.0)


def ids(found: Conversations, **filters: object) -> list[str]:
    page = found.page(Filters(**filters))  # type: ignore[arg-type]
    return [listed.conversation for listed in page]


# --- The list -----------------------------------------------------------------------------------


def test_conversation_with_the_latest_word_comes_first(
    record: Record, found: Conversations
) -> None:
    record.write([turn("a", 1.0), turn("b", 2.0, of=TWO), turn("c", 3.0), crisis("d", 2.5, of=TWO)])
    first, second = found.page(Filters())
    assert (first.conversation, first.at, first.turns, first.alerts) == (ONE, 3.0, 2, ())
    assert (second.conversation, second.at, second.turns) == (TWO, 2.5, 1)
    assert second.alerts == ("crisis_suicide",)


def test_conversation_of_which_only_an_alert_is_kept_is_listed(
    record: Record, found: Conversations
) -> None:
    record.write([crisis("a", 7.0)])
    (listed,) = found.page(Filters())
    assert (listed.conversation, listed.platform, listed.language) == (ONE, "discord", "en")
    assert (listed.at, listed.turns) == (7.0, 0)


def test_conversation_is_listed_once_when_all_comes_at_one_time(
    record: Record, found: Conversations
) -> None:
    wish = entry("alert", ONE, 5.0, platform="web", language="fr", answer="talk_to_human")
    record.write([turn("a", 5.0), turn("b", 5.0), wish, crisis("c", 5.0)])
    (listed,) = found.page(Filters())
    assert (listed.turns, listed.alerts) == (2, ("talk_to_human", "crisis_suicide"))


def test_pages_hold_each_conversation_once(record: Record, found: Conversations) -> None:
    """Several end at the same time, so that a page's end falls between them."""
    everybody = [conversation(n) for n in range(23)]
    record.write([turn(f"{n}", 1.0 + n // 5, of=of) for n, of in enumerate(everybody)])
    record.write([crisis(f"c{n}", 1.0 + n // 5, of=conversation(100 + n)) for n in range(7)])
    seen: list[str] = []
    before = None
    while page := found.page(Filters(), before=before, most=4):
        seen += [listed.conversation for listed in page]
        before = Place(page[-1].at, page[-1].conversation)
    assert len(seen) == 30
    assert set(seen) == {*everybody, *(conversation(100 + n) for n in range(7))}


@pytest.fixture
def four(record: Record, engine: Engine, vault: Vault) -> None:
    """Four conversations that differ in all that can be filtered by."""
    record.write(
        [
            turn("1a", 10.0, platform="telegram", campaign="rentrée", intent="trust"),
            turn("1b", 11.0, platform="telegram", confidence=0.2),
            turn("2a", 20.0, of=TWO, language="en", intent="voting", confidence=None),
            turn("3a", 30.0, of=THREE, language="en", confidence=0.5),
            turn("3b", 31.0, of=THREE, language="fr"),
            view("v1", 32.0, of=THREE),
            view("v2", 33.0, of=TWO),
            withdrawn("v2", 34.0, of=TWO),
            crisis("4a", 40.0, of=FOUR),
            entry("alert", TWO, 21.0, platform="web", language="en", answer="report_problem"),
        ]
    )
    handovers = HandOvers(engine, vault, lambda: 60.0)
    handovers.take(ONE, "telegram", "fr", SAM)
    handovers.give_back(handovers.take(THREE, "web", "fr", SAM), SAM)
    handovers.take(FOUR, "discord", "en", KIM)
    on_top = Labels(engine, vault, lambda: 61.0)
    on_top.add(ONE, "Bug", SAM)
    on_top.add(TWO, "bug", SAM)
    on_top.add(TWO, "à suivre", SAM)


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({}, [FOUR, THREE, TWO, ONE], id="none"),
        pytest.param({"platform": "telegram"}, [ONE], id="platform"),
        pytest.param({"platform": "discord"}, [FOUR], id="platform, of an alert only"),
        pytest.param({"language": "en"}, [FOUR, THREE, TWO], id="language, once spoken"),
        pytest.param({"campaign": "rentrée"}, [ONE], id="campaign"),
        pytest.param({"intent": "voting"}, [TWO], id="intent"),
        pytest.param({"intent": "trust", "campaign": "x"}, [], id="not in one turn"),
        pytest.param({"confidence_below": 0.5}, [ONE], id="confidence"),
        pytest.param({"confidence_below": 0.6}, [THREE, ONE], id="confidence, a little more"),
        pytest.param({"since": 20.0}, [FOUR, THREE, TWO], id="since"),
        pytest.param({"until": 20.0}, [ONE], id="until"),
        pytest.param({"since": 10.5, "until": 20.5}, [TWO, ONE], id="between"),
        pytest.param({"since": 30.5, "language": "en"}, [FOUR], id="time and language of one"),
        pytest.param({"since": 10.5, "intent": "greet"}, [THREE, ONE], id="time and intent"),
        pytest.param({"until": 20.0, "intent": "greet"}, [ONE], id="an earlier time, intent"),
        pytest.param({"until": 30.5, "labels": ("bug",)}, [TWO, ONE], id="time and label"),
        pytest.param({"language": "en", "flags": ("view",)}, [THREE], id="language and flag"),
        pytest.param({"flags": ("crisis",)}, [FOUR], id="distress"),
        pytest.param({"flags": ("crisis_suicide",)}, [FOUR], id="a kind of distress"),
        pytest.param({"flags": ("crisis_abuse",)}, [], id="another kind"),
        pytest.param({"flags": ("person",)}, [TWO], id="wants somebody"),
        pytest.param({"flags": ("view",)}, [THREE], id="a view that is not withdrawn"),
        pytest.param({"flags": ("handed",)}, [FOUR, THREE, ONE], id="handed over once"),
        pytest.param({"flags": ("view", "handed")}, [THREE], id="two flags"),
        pytest.param({"labels": ("bug",)}, [TWO, ONE], id="label"),
        pytest.param({"labels": ("bug", "à suivre")}, [TWO], id="two labels"),
        pytest.param({"is_handed": True}, [FOUR, ONE], id="handed over now"),
        pytest.param({"is_handed": True, "handed_to": KIM}, [FOUR], id="a colleague's"),
        pytest.param({"among": (THREE, ONE)}, [THREE, ONE], id="among some"),
        pytest.param({"among": ()}, [], id="among none"),
        pytest.param({"among": (ONE, TWO), "labels": ("à suivre",)}, [TWO], id="together"),
    ],
)
def test_filters(found: Conversations, filters: dict[str, object], expected: list[str]) -> None:
    assert ids(found, **filters) == expected


@pytest.mark.usefixtures("four")
def test_list_says_who_has_it_and_what_is_on_it(found: Conversations) -> None:
    about = {listed.conversation: listed for listed in found.page(Filters())}
    assert (about[ONE].taken_by, about[ONE].was_handed) == (SAM, True)
    assert (about[THREE].taken_by, about[THREE].was_handed) == (None, True)
    assert (about[TWO].taken_by, about[TWO].was_handed) == (None, False)
    assert sorted(about[TWO].labels) == ["bug", "à suivre"]
    assert (about[TWO].views, about[THREE].views) == (0, 1)
    assert about[THREE].language == "fr"


@pytest.mark.usefixtures("four")
def test_choices_are_what_occurs(found: Conversations) -> None:
    choices = found.choices()
    assert choices.intents == ("greet", "trust", "voting")
    assert choices.campaigns == ("rentrée",)
    assert choices.alerts == ("crisis_suicide", "report_problem")
    assert choices.labels == ("bug", "à suivre")


@pytest.mark.usefixtures("four")
def test_erased_conversation_is_nowhere(
    record: Record, found: Conversations, on_top: Labels
) -> None:
    record.write([erased("e", 100.0)])
    assert ONE not in ids(found)
    assert found.get(ONE) is None
    assert on_top.of(ONE) == []


# --- The transcript -----------------------------------------------------------------------------


def positions(said: Sequence[object]) -> list[str]:
    return [each.position for each in said]  # type: ignore[attr-defined]


def test_stretches_join_without_a_gap(record: Record, transcripts: Transcripts) -> None:
    """Two turns at one time, and alerts between turns, each in one stretch."""
    record.write([turn(f"t{n:02}", float(n // 2)) for n in range(10)])
    record.write([crisis(f"c{n}", n + 0.5) for n in range(5)])
    seen: list[str] = []
    alarms: list[str] = []
    before, sides = "", []
    while True:
        stretch = transcripts.stretch(ONE, before=before, most=4)
        seen = positions(stretch.turns) + seen
        alarms = positions(stretch.alerts) + alarms
        sides.append((stretch.since, stretch.until))
        if not stretch.has_earlier:
            break
        before = stretch.turns[0].position
    assert seen == [f"t{n:02}" for n in range(10)]
    assert alarms == [f"c{n}" for n in range(5)]
    assert sides[0][1] == math.inf
    assert sides[-1][0] == -math.inf
    assert all(later[0] == earlier[1] for later, earlier in itertools.pairwise(sides))


def test_stretch_before_a_turn_that_is_gone_is_the_last(
    record: Record, transcripts: Transcripts
) -> None:
    record.write([turn("a", 1.0), turn("x", 0.5, of=TWO)])
    for before in ("gone", "x"):  # of nobody, or of somebody else
        assert positions(transcripts.stretch(ONE, before=before).turns) == ["a"]


def test_texts_come_newest_first_batch_by_batch(record: Record, transcripts: Transcripts) -> None:
    record.write([turn(f"t{n}", float(n // 2), text=f"mot {n}") for n in range(5)])
    record.write([turn("b", 9.0, text=None, button="a:help")])
    seen: list[Text] = []
    while texts := transcripts.texts(after=seen[-1] if seen else None, most=2):
        seen += texts
    assert [text.position for text in seen] == ["b", "t4", "t3", "t2", "t1", "t0"]
    assert [text.text for text in seen[:2]] == [None, "mot 4"]
    assert (transcripts.count(), transcripts.newest()) == (6, 9.0)
    assert transcripts.positions(since=1.5, most=10) == ["b", "t4"]
    assert [text.text for text in transcripts.read(["t0", "gone"])] == ["mot 0"]


# --- Labels and notes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("bug", "bug"),
        ("  À  Suivre ", "à suivre"),
        ("good-example_2", "good-example_2"),
        ("é" * LONGEST_LABEL, "é" * LONGEST_LABEL),
    ],
)
def test_label_is_kept_in_small_letters(
    record: Record, on_top: Labels, typed: str, kept: str
) -> None:
    record.write([turn("a", 1.0)])
    assert on_top.add(ONE, typed, SAM) == kept
    assert on_top.add(ONE, typed, KIM) == kept
    assert [(label.label, label.by, label.at) for label in on_top.of(ONE)] == [(kept, SAM, 50.0)]


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "_a", "a-", "<b>", "a/b", "=1+1", "a\nb", "e" * (LONGEST_LABEL + 1)]
)
def test_what_is_no_label_is_refused(record: Record, on_top: Labels, typed: str) -> None:
    record.write([turn("a", 1.0)])
    with pytest.raises(Refused):
        on_top.add(ONE, typed, SAM)
    assert on_top.of(ONE) == []


def test_labels_are_not_without_end(record: Record, on_top: Labels) -> None:
    record.write([turn("a", 1.0)])
    for n in range(MOST_LABELS):
        on_top.add(ONE, f"n{n}", SAM)
    with pytest.raises(Refused):
        on_top.add(ONE, "one more", SAM)
    assert on_top.add(ONE, "n3", SAM) == "n3"
    assert on_top.remove(ONE, "n3")
    assert not on_top.remove(ONE, "n3")
    assert on_top.add(ONE, "one more", SAM) == "one more"


def test_note_rests_encrypted_and_only_its_writer_deletes_it(
    record: Record, on_top: Labels, engine: Engine
) -> None:
    record.write([crisis("a", 1.0)])  # nothing but an alert is kept
    number = on_top.write_note(ONE, "  Répondre demain. \n", SAM)
    (note,) = on_top.notes(ONE)
    assert (note.number, note.by, note.at, note.text) == (number, SAM, 50.0, "Répondre demain.")
    assert "demain" not in str(bytes(rows(engine, notes)[0]["text"]))
    assert not on_top.remove_note(ONE, number, KIM)
    assert not on_top.remove_note(TWO, number, SAM)
    assert on_top.remove_note(ONE, number, SAM)
    assert on_top.notes(ONE) == []


@pytest.mark.parametrize("text", ["", " \n ", "a" * (LONGEST_NOTE + 1)])
def test_note_has_a_length(record: Record, on_top: Labels, text: str) -> None:
    record.write([turn("a", 1.0)])
    with pytest.raises(Refused):
        on_top.write_note(ONE, text, SAM)


def test_nothing_is_put_on_a_conversation_that_is_gone(record: Record, on_top: Labels) -> None:
    record.write([turn("a", 1.0), erased("b", 2.0)])
    with pytest.raises(NotKept):
        on_top.add(ONE, "bug", SAM)
    with pytest.raises(NotKept):
        on_top.write_note(ONE, "note", SAM)


def test_what_was_put_on_it_during_an_erasure_goes_too(
    record: Record, on_top: Labels, engine: Engine
) -> None:
    """The erasure's time is that of the message; staff may act between it and its writing."""
    record.write([turn("a", 1.0), turn("b", 1.0, of=TWO)])
    on_top.add(ONE, "bug", SAM)  # at 50
    on_top.write_note(ONE, "note", SAM)
    on_top.add(TWO, "bug", SAM)
    record.write([erased("c", 2.0)])
    with engine.begin() as connection:
        row = {"conversation": THREE, "label": "bug", "by": SAM, "at": 50.0}
        connection.execute(insert(labels).values(**row))
    assert on_top.drop_orphans() == 3
    assert [row["conversation"] for row in rows(engine, labels)] == [TWO]
    assert rows(engine, notes) == []
    assert on_top.drop_orphans() == 0
