"""The detector tells the language a sentence is built in, also where people mix the two."""

from __future__ import annotations

import pytest

from bot.conversation.language import LanguageMemory, settle
from bot.engine.language_detection import ENGLISH, FRENCH, LinguaDetector


@pytest.fixture(scope="module")
def detector() -> LinguaDetector:
    return LinguaDetector()


@pytest.mark.parametrize(
    "text",
    [
        "C'est quoi un gouvernement ouvert?",
        "c koi",
        "pk c important",
        "c'est quoi le open data",
        "le open government ça sert à quoi",
        "es-tu un robot",
        "le peer learning entre pays c'est comment genre",
        "j'ai une question",
        "salut",
        "BONJOUR!!",
    ],
)
def test_french_is_recognised(detector: LinguaDetector, text: str) -> None:
    assert detector.probability_of_french(text) > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "What is open government?",
        "wut is it",
        "y is it so important",
        "is the summit in Montréal or Ottawa",
        "what does gouvernement ouvert mean?",
        "can you tell me about the commissaire à l'information",
        "are you a robot",
        "hello",
        "THANKS",
    ],
)
def test_english_is_recognised(detector: LinguaDetector, text: str) -> None:
    assert detector.probability_of_french(text) < 0.5


@pytest.mark.parametrize("text", ["", "   ", "?!", "😀", "你好", "\n"])
def test_nothing_to_go_by_is_even(detector: LinguaDetector, text: str) -> None:
    assert detector.probability_of_french(text) == 0.5


@pytest.mark.parametrize("text", ["le la les " * 2_000, "the of and " * 2_000])
def test_long_text_stays_a_probability(detector: LinguaDetector, text: str) -> None:
    assert 0 <= detector.probability_of_french(text) <= 1


def test_no_little_word_is_of_both_languages() -> None:
    assert set(FRENCH.split()) & set(ENGLISH.split()) == set()


def test_greeting_counts_more_than_the_phones_language(detector: LinguaDetector) -> None:
    assert settle(LanguageMemory(), "salut", "en", detector).language == "fr"
    assert settle(LanguageMemory(), "hello", "fr", detector).language == "en"
