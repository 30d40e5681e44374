"""The evaluation's report: the same figures as text, JSON and a page that shows no raw markup."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

from bot.engine.evaluation.report import FIGURES, as_json, as_text, confusion_lines, write_page
from bot.engine.evaluation.scores import Judged, Scores, score

TOPICS = frozenset({"parks", "buses"})
JUDGED = [
    Judged("fr", "le parc", "parks", "parks", 0.9, ("parks",)),
    Judged("en", "<script>alert(1)</script> & co", "parks", "buses", 0.612, ("buses",)),
    Judged("en", "tram", "buses", "buses", 0.8, ("buses",)),
]
SCORES = {
    language: score([one for one in JUDGED if one.language == language], TOPICS)
    for language in ("fr", "en")
}


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


def test_text_has_a_line_for_every_figure() -> None:
    text = as_text(SCORES, None)
    assert len(text.splitlines()) == 1 + len(FIGURES)
    assert [cell.strip() for cell in line(text, "right intent")] == ["100.0", "50.0", ""]


def test_text_shows_the_change_since_the_model_before() -> None:
    text = as_text(SCORES, {"en": {"accuracy": 0.75}})
    assert line(text, "right intent")[1].strip() == "50.0"
    assert text.count("(-25.0)") == text.count("(") == 1


def test_confusions_are_named_one_a_line() -> None:
    assert confusion_lines(JUDGED) == "    1  parks -> buses"
    assert confusion_lines(JUDGED[:1]) == ""


def test_json_holds_scores_and_mistakes_only() -> None:
    data = json.loads(as_json(SCORES, JUDGED))
    assert data["scores"]["en"]["accuracy"] == 0.5
    assert Scores(**data["scores"]["fr"]) == SCORES["fr"]
    assert data["confusions"] == [["parks", "buses", 1]]
    assert [mistake["text"] for mistake in data["mistakes"]] == [JUDGED[1].text]


def test_page_shows_mistakes_as_text_and_loads_nothing(tmp_path: Path) -> None:
    write_page(tmp_path / "page.html", SCORES, JUDGED)
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
    write_page(tmp_path / "page.html", SCORES, JUDGED[:1])
    assert "<p>None.</p>" in (tmp_path / "page.html").read_text("utf-8")
