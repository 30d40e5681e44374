"""The library: every text in its own language, never in the other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content.library import LANGUAGES, AnswerText, load_library
from bot.errors import ContentInvalid
from tests.content.content_tree import SOURCES, WORDS, make_tree, parks, write


def test_answers_are_read_from_their_files(tmp_path: Path) -> None:
    library = load_library(make_tree(tmp_path))
    assert sorted(library.answers) == ["buses", "crisis_bad", "crisis_worst", "parks"]
    answer = library.answers["parks"]
    assert answer.id == "parks"
    assert answer.sources == ("city_fr",)
    assert (answer.reviewed_by, answer.reviewed_on) == ("a reader", date(2026, 1, 31))
    assert library.text("parks", "fr") == AnswerText(
        "Parcs", "Une réponse.", "La suite.", ("buses",)
    )
    assert library.text("parks", "en") == AnswerText(
        "Parks", "An answer.", "What follows.", ("buses",)
    )


def test_more_and_buttons_may_be_left_out(tmp_path: Path) -> None:
    make_tree(tmp_path)
    short = "reviewed: {by: a reader, on: 2026-01-31}\nsources: []\n" + "".join(
        f"{language}: {{title: Court, text: Bref}}\n" for language in LANGUAGES
    )
    write(tmp_path, "stories/answers/parks.yml", short)
    text = load_library(tmp_path).text("parks", "fr")
    assert (text.more, text.buttons) == ("", ())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("missing", LANGUAGES)
def test_answer_without_a_language_is_never_loaded(
    tmp_path: Path, language: str, missing: str
) -> None:
    """Not even where the other language would do: French is no fallback for English."""
    text = parks()
    start, end = text.index(f"{missing}:\n"), text.index("en:\n") if missing == "fr" else len(text)
    make_tree(tmp_path)
    write(tmp_path, "stories/answers/parks.yml", text[:start] + text[end:])
    with pytest.raises(ContentInvalid, match="make check"):
        load_library(tmp_path).text("parks", language)


@pytest.mark.parametrize(("language", "other"), [("fr", "en"), ("en", "fr")])
def test_more_of_one_language_does_not_stand_in_for_the_other(
    tmp_path: Path, language: str, other: str
) -> None:
    make_tree(tmp_path)
    part = {"fr": "  more: |-\n    La suite.\n", "en": "  more: |-\n    What follows.\n"}
    write(tmp_path, "stories/answers/parks.yml", parks().replace(part[language], ""))
    library = load_library(tmp_path)
    assert library.text("parks", language).more == ""
    assert library.text("parks", other).more != ""


def test_word_is_filled_in_its_language(tmp_path: Path) -> None:
    library = load_library(make_tree(tmp_path))
    assert library.word("buttons.more", "fr") == "En savoir plus"
    assert library.word("buttons.limit", "en", most=7) == "7 at most"


def test_word_without_a_language_is_an_error(tmp_path: Path) -> None:
    make_tree(tmp_path)
    words = WORDS.replace("  en: Tell me more\n", "")
    write(tmp_path, "stories/words/buttons.yml", words)
    with pytest.raises(KeyError):
        load_library(tmp_path).word("buttons.more", "en")


@pytest.mark.parametrize("language", ["de", "FR", ""])
def test_other_languages_are_unknown(tmp_path: Path, language: str) -> None:
    library = load_library(make_tree(tmp_path))
    with pytest.raises(KeyError):
        library.text("parks", language)


@pytest.mark.parametrize(
    ("answer", "language", "cited"),
    [
        ("parks", "fr", ("La Ville", "https://example.org/fr")),
        ("parks", "en", ("The City", "https://example.org/en")),
        ("buses", "fr", ("La Ville", "https://example.org/fr")),
    ],
)
def test_source_is_cited_in_the_readers_language(
    tmp_path: Path, answer: str, language: str, cited: tuple[str, str]
) -> None:
    library = load_library(make_tree(tmp_path))
    assert list(library.sources_for(answer, language)) == [cited]


def test_source_of_one_language_is_marked_for_readers_of_the_other(tmp_path: Path) -> None:
    make_tree(tmp_path)
    write(tmp_path, "stories/sources.yml", SOURCES.replace("  counterpart: city_en\n", ""))
    write(
        tmp_path, "stories/words/source.yml", "other_language: {fr: (en anglais), en: (in French)}"
    )
    library = load_library(tmp_path)
    assert list(library.sources_for("parks", "en")) == [
        ("La Ville (in French)", "https://example.org/fr")
    ]
    assert list(library.sources_for("parks", "fr")) == [("La Ville", "https://example.org/fr")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("stories/answers/parks.yml", ""),
        ("stories/answers/parks.yml", "[1, 2]"),
        ("stories/answers/parks.yml", "a: ["),
        ("stories/answers/parks.yml", "fr: x\nen: y\nsources: []\nreviewed: {by: a, on: b}"),
        ("stories/sources.yml", "city_fr: nothing"),
        ("stories/sources.yml", ""),
        ("stories/words/buttons.yml", "- a"),
    ],
)
def test_content_that_is_wrong_stops_the_load_with_what_to_do(
    tmp_path: Path, path: str, text: str
) -> None:
    make_tree(tmp_path)
    write(tmp_path, path, text)
    with pytest.raises(ContentInvalid, match=r"(?s)\[ERROR\] stories/: .*run `make check`"):
        load_library(tmp_path)


def test_folder_without_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentInvalid):
        load_library(tmp_path)
