"""Which language a reply is in, for every pair of what is remembered and what comes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.conversation.language import LanguageMemory, choose, settle
from bot.conversation.messages import Language


@dataclass
class Sure:
    """A detector that is always as sure."""

    french: float

    def probability_of_french(self, text: str) -> float:
        return self.french


FRENCH, MAYBE_FRENCH, NOTHING, MAYBE_ENGLISH, ENGLISH = 0.99, 0.7, 0.5, 0.3, 0.01


@pytest.mark.parametrize(
    ("french", "hint", "expected"),
    [
        (FRENCH, None, "fr"),
        (ENGLISH, None, "en"),
        (FRENCH, "en", "fr"),
        (ENGLISH, "fr", "en"),
        (MAYBE_FRENCH, "en", "en"),
        (MAYBE_ENGLISH, "fr", "fr"),
        (NOTHING, "en", "en"),
        (NOTHING, "fr", "fr"),
        (NOTHING, None, "fr"),
    ],
)
def test_first_message_settles_the_language(
    french: float, hint: Language | None, expected: Language
) -> None:
    settled = settle(LanguageMemory(), "what is it", hint, Sure(french))
    assert settled == LanguageMemory(expected)


@pytest.mark.parametrize(
    ("kept", "text", "french", "expected"),
    [
        ("fr", "what is open data", ENGLISH, "en"),
        ("en", "c'est quoi la transparence", FRENCH, "fr"),
        ("fr", "open data", ENGLISH, "fr"),
        ("en", "transparence budgétaire", FRENCH, "en"),
        ("fr", "c'est quoi le open data", MAYBE_ENGLISH, "fr"),
        ("en", "what is a reddition de comptes", MAYBE_FRENCH, "en"),
        ("fr", "1 2 3", NOTHING, "fr"),
        ("en", "", NOTHING, "en"),
    ],
)
def test_running_conversation_follows_only_a_sure_detector_and_three_words(
    kept: Language, text: str, french: float, expected: Language
) -> None:
    assert settle(LanguageMemory(kept), text, None, Sure(french)).language == expected


def test_hint_counts_only_before_anything_is_known() -> None:
    assert settle(LanguageMemory("en"), "hmm ok then", "fr", Sure(NOTHING)).language == "en"


@pytest.mark.parametrize("kept", ["fr", "en"])
@pytest.mark.parametrize("french", [FRENCH, ENGLISH])
def test_chosen_language_stays_whatever_is_written(kept: Language, french: float) -> None:
    chosen = choose(kept)
    assert settle(chosen, "four words of text", None, Sure(french)) == chosen


@pytest.mark.parametrize(("french", "expected"), [(1.0, "fr"), (0.0, "en"), (7.0, "fr")])
def test_detector_that_claims_to_be_certain_is_taken_with_care(
    french: float, expected: Language
) -> None:
    assert settle(LanguageMemory(), "x", None, Sure(french)).language == expected
