"""Personal data in messages as people type them, and what only looks like it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.errors import ContentInvalid
from bot.safety.personal_data import PersonalData, Span, load_personal_data
from bot.safety.personal_data.message import fold
from bot.safety.personal_data.spans import keep_apart
from tests.unit.personal_data_rows import FOUND, KEPT

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 2.0
"""Far above what 5,000 characters take, far below what they would take in quadratic time."""
HOSTILE = (
    *("a", "A ", "1", "1 ", "12 ", "@", "a@", "@a ", "a.", "-", " ", "\n", ".", "a-", "1-", "1."),
    *("1:", ":", "://", "http://a", "?a=", "/a", "\x00", "\ud800", "İ", "ß", "é", "e\u0301", "李"),
    *("mon ", "my name is ", "je m'appelle ", "I'm A ", "A'A", "ma prof ", "M. ", "is my ", "l'"),
    *("mon insta ", "add me on ", "sur snap ", "x#1", "arobase ", "a point ", "at a dot ", " a a"),
    *("cinq ", "un deux ", "five one ", "appelle moi ", "(514", "+1", "carte soleil ", "nas "),
    *("1 rue ", "12 main ", "12 de la ", "j'habite au ", "box 1 ", "rr 1 ", "né le ", "ma fête "),
    *("[nom]", "[courriel] ", "\ufffc", "merci, ", "- ", "TREL0", "aa11", "passport number "),
)


@pytest.fixture(scope="module")
def personal_data() -> PersonalData:
    return load_personal_data(ROOT)


@pytest.mark.parametrize(("kind", "text", "value"), FOUND, ids=[text for _, text, _ in FOUND])
def test_personal_data_is_found_and_is_of_its_kind(
    personal_data: PersonalData, kind: str, text: str, value: str
) -> None:
    start = text.index(value)
    found = personal_data.find(text)
    assert any(
        span.kind == kind and span.start < start + len(value) and start < span.end for span in found
    ), found


@pytest.mark.parametrize("text", KEPT)
def test_look_alike_is_left(personal_data: PersonalData, text: str) -> None:
    assert personal_data.find(text) == []


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "je m'appelle [nom], [courriel] ou [téléphone]"),
        ("en", "je m'appelle [name], [e-mail] ou [phone number]"),
    ],
)
def test_mark_is_in_the_language_asked_for(
    personal_data: PersonalData, language: str, expected: str
) -> None:
    text = "je m'appelle Léa Roy, lea@example.org ou 514-555-0199"
    assert personal_data.remove(text, language) == expected


@pytest.mark.parametrize(("kind", "text", "value"), FOUND, ids=[text for _, text, _ in FOUND])
def test_removing_twice_changes_nothing(
    personal_data: PersonalData, kind: str, text: str, value: str
) -> None:
    once = personal_data.remove(text, "fr")
    assert once != text
    assert personal_data.remove(once, "en") == once


def test_text_without_personal_data_comes_back_as_it_was(personal_data: PersonalData) -> None:
    text = "C'est quoi   le plan 2018-2019 ?\n\tMerci!"
    assert personal_data.remove(text, "fr") == text


def test_mark_that_somebody_typed_is_left(personal_data: PersonalData) -> None:
    assert personal_data.find("je m'appelle [nom] et [name], au [phone number]") == []


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_no_longer_than_its_length(
    personal_data: PersonalData, piece: str
) -> None:
    text = (piece * 5_000)[:5_000]
    start = time.perf_counter()
    personal_data.find(text)
    assert time.perf_counter() - start < MOST_SECONDS


def test_number_that_an_answer_gives_is_public(tmp_path: Path, personal_data: PersonalData) -> None:
    text = "texte-moi au 514-555-0199"
    assert [span.kind for span in personal_data.find(text)] == ["phone"]
    for folder in ("safety", "words", "answers"):
        (tmp_path / "stories" / folder).mkdir(parents=True)
    for path in (ROOT / "stories/safety").glob("*.yml"):
        (tmp_path / "stories/safety" / path.name).write_bytes(path.read_bytes())
    marks = ROOT / "stories/words/personal_data.yml"
    (tmp_path / "stories/words/personal_data.yml").write_bytes(marks.read_bytes())
    (tmp_path / "stories/answers/a.yml").write_text("fr:\n  text: Le 1 514 555-0199.\n", "utf-8")
    assert load_personal_data(tmp_path).find(text) == []


def test_lists_that_are_missing_are_an_error_of_the_content(tmp_path: Path) -> None:
    with pytest.raises(ContentInvalid, match="make check"):
        load_personal_data(tmp_path)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Élève Ænea", "eleve ænea"),
        ("l’été — ＠", "l'ete - @"),
        ("٥١٤ ５１４", "514 514"),
        ("ŁØı İ", "loi i"),
    ],
)
def test_folding_keeps_every_sign_in_its_place(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_of_two_spans_that_overlap_the_first_given_stays() -> None:
    spans = [Span(5, 9, "email"), Span(0, 6, "name"), Span(9, 12, "name"), Span(0, 5, "handle")]
    assert keep_apart(spans) == [Span(0, 5, "handle"), Span(5, 9, "email"), Span(9, 12, "name")]
