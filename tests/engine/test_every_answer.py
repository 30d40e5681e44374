"""Every answer that staff wrote can be reached through the real dialogue, in both languages."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest

from bot.content.checks.files import read_content
from bot.content.library import Library, load_library
from bot.conversation.messages import LANGUAGES, Language
from bot.conversation.turn import Parts
from tests.engine.talking import Press, Talk

ROOT = Path(__file__).parents[2]
CHANGES_LANGUAGE = "change_language"
GIVEN_INSTEAD = {"share_view": "view_consent", "withdraw_view": "view_withdraw_none"}
"""What somebody gets who has given nothing yet."""
OUT_OF_REACH = ("view_", "handover_")
"""What the ids of answers begin with that are steps of something, or news."""
LINKED = {
    "view_picture": "view_picture_soon",
    "view_undo": "view_vote_nothing_to_undo",
    "handover_left": "handover_left",
}


def ids() -> list[str]:
    """Names of all answer files."""
    return sorted(path.stem for path in (ROOT / "stories/answers").glob("*.yml"))


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(ROOT)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id", [id for id in ids() if not id.startswith(OUT_OF_REACH)])
async def test_button_gives_the_very_answer(
    parts: Parts, library: Library, id: str, language: Language
) -> None:
    talk = Talk(parts, hint=language)
    spoken: Language = language
    if id == CHANGES_LANGUAGE:
        spoken = "en" if language == "fr" else "fr"
    given = GIVEN_INSTEAD.get(id, id)
    assert await talk.send(Press(f"a:{id}")) == (given, spoken)
    text, *rest = library.text(given, spoken).text.split("{")
    assert talk.replies[0].text.startswith(text)
    assert bool(rest) is (given == "delete_done")


@pytest.mark.parametrize("id", [id for id in ids() if id.startswith(OUT_OF_REACH)])
async def test_step_or_news_cannot_be_jumped_to(parts: Parts, id: str) -> None:
    """Buttons come from outside: a step without the one before has nothing to say."""
    answer, _ = await Talk(parts).send(Press(f"a:{id}"))
    assert answer == LINKED.get(id, "button_gone")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_more_button_gives_the_second_part_of_the_very_answer(
    parts: Parts, library: Library, language: Language
) -> None:
    with_more = [id for id in library.answers if library.text(id, language).more]
    assert with_more
    for id in with_more:
        talk = Talk(parts, hint=language)
        assert await talk.send(Press(f"m:{id}")) == (id, language)
        assert talk.replies[0].text == library.text(id, language).more


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_button_under_every_answer_leads_where_it_says(
    parts: Parts, library: Library, language: Language
) -> None:
    for id in library.answers:
        talk = Talk(parts, hint=language)
        if id == CHANGES_LANGUAGE:
            continue  # its buttons are pressed in test_conversations
        await talk.send(Press(f"a:{id}"))
        for button in talk.replies[0].buttons:
            if button.answer is None:  # a choice of a step
                continue
            fresh = Talk(parts, hint=language)
            answer, _ = await fresh.send(Press(button.value))
            expected = (GIVEN_INSTEAD | LINKED).get(button.answer, button.answer)
            assert (id, button.value, answer) == (id, button.value, expected)


def test_every_intent_that_is_trained_is_answered_without_an_apology(
    parts: Parts, library: Library
) -> None:
    """One held-out message an intent and language: whatever it is taken for, something is said."""
    content = read_content(ROOT, date(2026, 1, 1))
    firsts = {(one.intent, one.language): one.text for one in reversed(content.held_out)}
    assert len(firsts) > 200

    async def talk() -> set[str]:
        return {(await Talk(parts).send(text))[0] for text in firsts.values()}

    answers = asyncio.run(talk())
    assert "unavailable" not in answers
    assert answers <= set(library.answers)
