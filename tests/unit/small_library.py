"""A library of a dozen answers, and the small stand-ins that a turn is made with in tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.content.library import LANGUAGES, Answer, AnswerText, Library, SourceEntry
from bot.conversation.messages import IncomingMessage, Language
from bot.conversation.ports import (
    AnswerCall,
    ConversationRecord,
    DialogueOutcome,
    JsonObject,
    Understanding,
)
from bot.conversation.turn import Parts
from bot.safety.crisis import CrisisCheck, load_crisis_check
from bot.safety.personal_data import load_personal_data
from bot.safety.places import load_places

ROOT = Path(__file__).resolve().parents[2]

PLAIN = [
    "welcome",
    "help",
    "unavailable",
    "too_long",
    "fallback_empty",
    "fallback_unclear",
    "fallback_nearest",
    "button_gone",
    "delete_my_data",
    "delete_done",
    "change_language",
    "tell_more_nothing",
    "bot_privacy",
    "crisis_suicide",
    "crisis_not_meant",
    "crisis_elsewhere",
    "hyperbole",
    "talk_to_human",
    "report_problem",
    "stop_messages",
    "cancel",
    "handover_taken",
    "handover_message",
    "handover_passed_on",
    "handover_ended",
    "handover_timeout",
    "handover_left",
]
"""Answers with a text and no more."""

SOURCES = {
    "both_fr": SourceEntry("Page", "https://example.org/fr", "fr", "both_en"),
    "both_en": SourceEntry("Page", "https://example.org/en", "en", "both_fr"),
    "only_en": SourceEntry("Report", "https://example.org/report", "en", None),
}
WORDS = {
    "buttons.more": {"fr": "En savoir plus", "en": "Tell me more"},
    "buttons.language_fr": {"fr": "Continuer en français", "en": "Français"},
    "buttons.language_en": {"fr": "English", "en": "Continue in English"},
    "source.other_language": {"fr": "(en anglais)", "en": "(in French)"},
    "handover.who_named": {"fr": "{name}, équipe", "en": "{name}, team"},
    "handover.who_unnamed": {"fr": "quelqu'un", "en": "someone"},
    "web.limit": {"fr": "{most} au plus", "en": "{most} at most"},
}


def answer(
    id: str, *, more: str = "", buttons: Sequence[str] = (), sources: Sequence[str] = ()
) -> Answer:
    """An answer whose texts say which answer and language they are."""
    return Answer(
        id=id,
        sources=tuple(sources),
        reviewed_on=date(2026, 1, 31),
        reviewed_by="a reader",
        languages={
            language: AnswerText(
                title=f"{id} title {language}",
                text=f"{id} text {language}",
                more=f"{more} {language}" if more else "",
                buttons=tuple(buttons),
            )
            for language in LANGUAGES
        },
    )


def small_library() -> Library:
    """All that the core may say by itself, and two topics."""
    answers = {id: answer(id) for id in PLAIN}
    answers["topic"] = answer(
        "topic", more="topic more", buttons=["other", "language_en"], sources=["both_fr", "only_en"]
    )
    answers["other"] = answer("other", buttons=["topic"])
    return Library(answers=answers, sources=SOURCES, words=WORDS)


@dataclass
class ListedDialogue:
    """Understands what is listed, answers with the answer named like the intent."""

    meanings: Mapping[str, Understanding] = field(default_factory=dict)
    error: Exception | None = None
    """Raised by `understand` where it is set."""
    answers: tuple[AnswerCall, ...] | None = None
    """What `respond` says, where it is not the answer named like the intent."""
    slots: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    responded: list[tuple[Understanding, Language, str]] = field(default_factory=list)

    async def understand(self, text: str) -> Understanding:
        self.asked.append(text)
        if self.error is not None:
            raise self.error
        return self.meanings.get(text, Understanding("topic", 0.75))

    async def respond(
        self,
        conversation: str,
        understanding: Understanding,
        record: ConversationRecord,
        language: Language,
        text: str = "",
    ) -> DialogueOutcome:
        self.responded.append((understanding, language, text))
        answers = self.answers
        if answers is None:
            answers = (AnswerCall(understanding.intent),)
        return DialogueOutcome(answers, ({"event": "action", "name": "said"},), self.slots)

    def compact(self, record: ConversationRecord) -> tuple[JsonObject, int]:
        return {"folded": len(record.events)}, 3


class WordDetector:
    """French where a word of a short list stands, English where one of another does."""

    french = frozenset(["je", "jveux", "veux", "c'est", "quoi", "le", "la", "bonjour", "français"])
    english = frozenset(["i", "want", "what", "is", "the", "hello", "english"])

    def probability_of_french(self, text: str) -> float:
        words = set(text.lower().split())
        if bool(words & self.french) == bool(words & self.english):
            return 0.5
        return 0.99 if words & self.french else 0.01


CRISES = """
spelling: {fr: {je veux: [jveux]}, en: {want to: [wanna]}}
harmless:
  fr: [mourir de rire]
  en: [killing time]
kinds:
  - answer: crisis_suicide
    always: {fr: [je veux * mourir], en: [want to die]}
    fr: [a bout]
    en: [is hopeless]
"""


def small_crisis_check(folder: Path) -> CrisisCheck:
    """A check that knows one certain phrase and one mere phrase in each language."""
    (folder / "stories/safety").mkdir(parents=True, exist_ok=True)
    (folder / "stories/safety/crisis.yml").write_text(CRISES, "utf-8")
    return load_crisis_check(folder)


def parts_with(crisis: CrisisCheck, dialogue: ListedDialogue) -> Parts:
    """What a turn is made with."""
    return Parts(
        small_library(),
        dialogue,
        WordDetector(),
        crisis,
        load_places(ROOT),
        load_personal_data(ROOT),
    )


def message(text: str | None = None, button: str | None = None) -> IncomingMessage:
    """A message from the web."""
    return IncomingMessage(
        "c" * 32, "web", "id-1", 1000.5, text=text, button=button, return_address={"chat": 7}
    )
