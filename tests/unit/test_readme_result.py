"""The result in the README is what the program says of the simulated crowd, word for word."""

from __future__ import annotations

import pytest

from bot.content.library import load_library
from bot.conversation import results
from bot.conversation.given import Given
from bot.conversation.messages import LANGUAGES, IncomingMessage
from bot.conversation.visit import Visit
from bot.recorder.board import make_board, map_words
from tests.simulated_people import START, crowd, published_views
from tests.unit.small_library import ROOT


@pytest.fixture(scope="module")
def visits() -> dict[str, Visit]:
    """Somebody of the crowd who reacted to most views, in each language."""
    library = load_library(ROOT)
    came = crowd()
    made = make_board(published_views(), came.votes, words=map_words(library), now=START)
    counts = {who: sum(vote.conversation == who for vote in came.votes) for who in came.first_seen}
    most = max(counts, key=lambda who: counts[who])
    votes = {vote.view: vote.value for vote in came.votes if vote.conversation == most}
    message = IncomingMessage("a" * 32, "web", "1", 0.0)
    return {
        language: Visit(message, Given(votes=votes), made.board, library, language)
        for language in LANGUAGES
    }


def test_result_in_the_readme_is_what_is_said(visits: dict[str, Visit]) -> None:
    (call,) = results.show(visits["en"])
    text = visits["en"].library.text("view_picture", "en").text.format(**call.values)
    assert f"```text\n{text}\n```" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_result_fits_one_message_everywhere(visits: dict[str, Visit], language: str) -> None:
    (call,) = results.show(visits[language])
    text = visits[language].library.text("view_picture", language).text.format(**call.values)
    assert len(text) <= 2000
    assert call.image is not None
    assert call.image.alt.count("100") == 1
