"""Tells French from English with lingua, behind the core's port."""

from __future__ import annotations

from lingua import Language, LanguageDetectorBuilder

from bot.safety.phrases import plain_words


class LinguaDetector:
    """Compares the two languages only; words that both share say nothing."""

    def __init__(self) -> None:
        self._detector = (
            LanguageDetectorBuilder.from_languages(Language.FRENCH, Language.ENGLISH)
            .with_preloaded_language_models()
            .build()
        )

    def probability_of_french(self, text: str) -> float:
        """See `ports.LanguageDetector`."""
        if not plain_words(text):
            return 0.5
        return float(self._detector.compute_language_confidence(text, Language.FRENCH))
