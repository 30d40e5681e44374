"""Replies: the right text, buttons in the right order, sources in the reader's language."""

from __future__ import annotations

import pytest

from bot.conversation.messages import LANGUAGES, Button, Language, Source
from bot.conversation.ports import AnswerCall
from bot.conversation.rendering import answer_button, render
from tests.unit.small_library import answer, small_library

LIBRARY = small_library()


@pytest.mark.parametrize("language", LANGUAGES)
def test_plain_answer_is_its_text_alone(language: Language) -> None:
    reply = render(LIBRARY, AnswerCall("help"), language)
    assert (reply.answer, reply.language) == ("help", language)
    assert reply.text == f"help text {language}"
    assert (reply.buttons, reply.sources, reply.image) == ((), (), None)


def test_answer_with_more_offers_more_first_then_its_buttons() -> None:
    reply = render(LIBRARY, AnswerCall("topic"), "fr")
    assert reply.buttons == (
        Button("En savoir plus", "m:topic", "topic"),
        Button("other title fr", "a:other", "other"),
        Button("English", "l:en", "change_language"),
    )


def test_second_part_does_not_offer_itself_again() -> None:
    reply = render(LIBRARY, AnswerCall("topic", part="more"), "en")
    assert reply.text == "topic more en"
    assert [button.value for button in reply.buttons] == ["a:other", "l:en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_second_part_that_is_missing_is_said_so(language: Language) -> None:
    reply = render(LIBRARY, AnswerCall("other", part="more"), language)
    assert (reply.answer, reply.text) == ("tell_more_nothing", f"tell_more_nothing text {language}")


def test_offers_stand_before_the_answers_own_buttons_and_never_twice() -> None:
    reply = render(LIBRARY, AnswerCall("other", offered=("help", "topic")), "en")
    assert [button.value for button in reply.buttons] == ["a:help", "a:topic"]


def test_offer_that_is_no_answer_is_left_out() -> None:
    """Not every intent has an answer of its name: `tell_more` has only a rule."""
    reply = render(LIBRARY, AnswerCall("fallback_nearest", offered=("tell_more", "topic")), "fr")
    assert [button.value for button in reply.buttons] == ["a:topic"]


def test_no_more_than_six_buttons() -> None:
    offered = ("welcome", "help", "cancel", "bot_privacy", "delete_my_data", "too_long", "other")
    reply = render(LIBRARY, AnswerCall("topic", offered=offered), "fr")
    assert [button.value for button in reply.buttons] == [f"a:{id}" for id in offered[:6]]


@pytest.mark.parametrize(
    ("language", "sources"),
    [
        (
            "fr",
            (
                Source("Page", "https://example.org/fr"),
                Source("Report (en anglais)", "https://example.org/report"),
            ),
        ),
        (
            "en",
            (
                Source("Page", "https://example.org/en"),
                Source("Report", "https://example.org/report"),
            ),
        ),
    ],
)
def test_sources_are_the_readers_own_where_there_is_one(
    language: Language, sources: tuple[Source, ...]
) -> None:
    assert render(LIBRARY, AnswerCall("topic"), language).sources == sources


def test_same_page_is_cited_once() -> None:
    library = small_library()
    twice = {**library.answers, "twice": answer("twice", sources=["both_fr", "both_en"])}
    cited = render(type(library)(twice, library.sources, library.words), AnswerCall("twice"), "en")
    assert cited.sources == (Source("Page", "https://example.org/en"),)


def test_button_to_an_answer_bears_its_title() -> None:
    assert answer_button(LIBRARY, "topic", "en") == Button("topic title en", "a:topic", "topic")


def test_unknown_answer_is_an_error_not_silence() -> None:
    with pytest.raises(KeyError):
        render(LIBRARY, AnswerCall("nothing"), "fr")
