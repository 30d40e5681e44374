"""The evaluation's report: the same figures as text, JSON and a page that shows no raw markup."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.engine.evaluation.report import (
    FIGURES,
    Summary,
    as_json,
    as_text,
    changes,
    distress_fell,
    read_summary,
    summary_json,
    write_page,
)
from bot.engine.evaluation.scores import Judged, confusions, right_by_intent, score

TOPICS = frozenset({"parks", "buses"})
JUDGED = [
    Judged("fr", "le parc", "parks", "parks", 0.9, ("parks",)),
    Judged("en", "<script>alert(1)</script> & co", "parks", "buses", 0.612, ("buses",)),
    Judged("en", "tram", "buses", "buses", 0.8, ("buses",)),
]


def summarise(judged: list[Judged]) -> Summary:
    sides = {code: [one for one in judged if one.language == code] for code in ("fr", "en")}
    return Summary(
        {code: score(some, TOPICS) for code, some in sides.items()},
        {code: right_by_intent(some) for code, some in sides.items()},
        confusions(judged),
    )


SUMMARY = summarise(JUDGED)


class TextOf(HTMLParser):
    """Collects tags and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


def line(text: str, title: str) -> list[str]:
    (found,) = [row for row in text.splitlines() if row.startswith(title)]
    return found[36:].split("%")


def with_accuracy(language: str, accuracy: float) -> Summary:
    changed = replace(SUMMARY.scores[language], accuracy=accuracy)
    return replace(SUMMARY, scores={**SUMMARY.scores, language: changed})


def test_text_has_a_line_for_every_figure_and_confusion() -> None:
    text = as_text(SUMMARY, None)
    for title in FIGURES.values():
        line(text, title)
    assert [cell.strip() for cell in line(text, "right intent")] == ["100.0", "50.0", ""]
    assert text.endswith("\n    1  parks -> buses")


def test_text_shows_the_change_against_the_published_model() -> None:
    text = as_text(SUMMARY, with_accuracy("en", 0.75))
    assert "50.0 % (-25.0)" in text


def test_intents_that_got_worse_are_named() -> None:
    before = replace(SUMMARY, right={"fr": {"parks": [1, 1]}, "en": {"parks": [1, 1], "x": [1, 1]}})
    assert changes(SUMMARY, before) == [
        "fr: 0 intents are understood less often than published.",
        "en: 1 intents are understood less often than published.",
        "  parks (1 -> 0 of 1)",
    ]


@pytest.mark.parametrize(("before", "fell"), [(1.0, True), (0.5, True), (0.0, False)])
def test_less_distress_recognised_is_shouted(before: float, fell: bool) -> None:
    english = replace(SUMMARY.scores["en"], distress_recognised=before)
    published = replace(SUMMARY, scores={"en": english})
    assert distress_fell(SUMMARY, published) is fell
    assert ("DISTRESS" in as_text(SUMMARY, published)) is fell


def test_json_holds_scores_and_mistakes_only() -> None:
    data = json.loads(as_json(SUMMARY, JUDGED))
    assert data["scores"]["en"]["accuracy"] == 0.5
    assert data["right"]["en"] == {"buses": [1, 1], "parks": [0, 1]}
    assert data["confusions"] == [["parks", "buses", 1]]
    assert [mistake["text"] for mistake in data["mistakes"]] == [JUDGED[1].text]


def test_published_figures_are_read_back_and_hold_no_message(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    path.write_text(summary_json(SUMMARY), "utf-8")
    kept = read_summary(path)
    assert kept is not None
    assert asdict(kept.scores["fr"]) == pytest.approx(asdict(SUMMARY.scores["fr"]))
    assert kept.right == SUMMARY.right
    assert kept.confusions == [("parks", "buses", 1)]
    assert "le parc" not in path.read_text("utf-8")


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"scores": 1}', "{not json"])
def test_without_published_figures_there_is_nothing_to_compare(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "figures.json"
    if content is not None:
        path.write_text(content, "utf-8")
    assert read_summary(path) is None


def test_page_shows_mistakes_as_text_and_loads_nothing(tmp_path: Path) -> None:
    write_page(tmp_path / "page.html", SUMMARY, JUDGED, None)
    source = (tmp_path / "page.html").read_text("utf-8")
    page = TextOf()
    page.feed(source)
    assert "<script>alert(1)</script> & co" in page.text
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert "http" not in source
    assert "parks → buses" in page.text
    assert "0.61" in page.text
    assert "le parc" not in page.text


def test_page_without_mistakes_says_none(tmp_path: Path) -> None:
    write_page(tmp_path / "page.html", summarise(JUDGED[:1]), JUDGED[:1], None)
    assert "<p>None.</p>" in (tmp_path / "page.html").read_text("utf-8")
