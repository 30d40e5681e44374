"""One turn, from a claimed message to everything it changes. Start reading here: `run_turn`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.content.library import Library
from bot.conversation import language as languages
from bot.conversation.commands import DeepLink, as_plain_text, read_command, read_deep_link
from bot.conversation.language import LanguageMemory
from bot.conversation.messages import (
    LANGUAGES,
    MOST_CHARACTERS,
    Delivery,
    IncomingMessage,
    Language,
    Reply,
    as_language,
)
from bot.conversation.ports import (
    AnswerCall,
    Claim,
    ConversationRecord,
    Dialogue,
    JsonObject,
    LanguageDetector,
    Turn,
    Understanding,
)
from bot.conversation.rendering import ANSWER, LANGUAGE, MORE, render
from bot.conversation.text import clean, has_words
from bot.safety.crisis import NOT_MEANT, CrisisCheck
from bot.safety.crisis import PREFIX as CRISIS

logger = logging.getLogger(__name__)

MOST_SCREENED = 5_000
"""Distress is looked for in this much of a text, also of one too long to answer: despair is wordy,
and platforms let through 4,096 characters."""
MOST_ATTEMPTS = 3
"""A message that killed its worker this often gets an apology instead of another try."""
ERASING = "delete_done"
"""The answer that says all is erased; saying it erases."""


@dataclass(frozen=True)
class Parts:
    """What a turn is made with."""

    library: Library
    dialogue: Dialogue
    detector: LanguageDetector
    crisis: CrisisCheck


@dataclass(frozen=True)
class Heard:
    """A message as the core reads it, before anybody asks what it means."""

    text: str = ""
    understanding: Understanding | None = None
    """Set where nothing is left to guess: a button or a command."""
    answer: str | None = None
    """Set where the reply is already known: nothing to read, too long, an old button."""
    link: DeepLink = field(default_factory=DeepLink)


@dataclass(frozen=True)
class Said:
    """What the bot answers, and what the dialogue remembers of it."""

    calls: tuple[AnswerCall, ...]
    language: LanguageMemory
    events: tuple[JsonObject, ...] = ()
    understanding: Understanding | None = None

    @property
    def is_crisis(self) -> bool:
        """Whether the person may be in danger; then their words are not kept."""
        answers = [call.answer for call in self.calls]
        return any(id.startswith(CRISIS) and id != NOT_MEANT for id in answers)


async def run_turn(claim: Claim, parts: Parts) -> Turn:
    """Answer one message. Never raises: what goes wrong becomes an apology in their language."""
    message, record = claim.message, claim.record
    heard = hear(message, parts.library)
    memory = _settle_language(_read_memory(record), heard, message, parts.detector)
    try:
        if claim.attempts > MOST_ATTEMPTS:
            said = _apologise(heard, memory, parts)
        else:
            said = await _respond(heard, memory, message, record, parts)
        replies = [render(parts.library, call, _language(said.language)) for call in said.calls]
    except Exception as error:
        logger.error("A turn failed: %s", type(error).__name__)
        said = _apologise(heard, memory, parts)
        replies = [render(parts.library, call, _language(said.language)) for call in said.calls]
    return _turn(message, record, heard, memory, said, replies, parts)


def hear(message: IncomingMessage, library: Library) -> Heard:
    """Read a message without guessing: buttons, commands, and what cannot be read at all."""
    if message.button is not None:
        return _hear_button(message.button, library)
    text = message.text or ""
    if len(text) > MOST_CHARACTERS:
        return Heard(text=clean(text[:MOST_SCREENED]), answer="too_long")
    text = clean(text)
    command = read_command(text)
    if command is not None:
        return _hear_command(*command, library)
    if not has_words(text):
        return Heard(answer="fallback_empty")
    return Heard(text=as_plain_text(text))


def _hear_button(value: str, library: Library) -> Heard:
    kind, name = value[:2], value[2:]
    if kind == ANSWER and name in library.answers:
        return Heard(understanding=Understanding(name, 1.0))
    if kind == MORE and name in library.answers:
        return Heard(understanding=Understanding("tell_more", 1.0, details={"answer": name}))
    if kind == LANGUAGE and name in LANGUAGES:
        return Heard(
            understanding=Understanding("change_language", 1.0, details={"language": name})
        )
    return Heard(answer="button_gone")


def _hear_command(intent: str, argument: str, library: Library) -> Heard:
    link = read_deep_link(argument) if intent == "welcome" else DeepLink()
    if link.topic in library.answers and link.topic != ERASING:  # no link of others erases
        intent = str(link.topic)
    if intent == "delete_my_data":
        intent = ERASING
    language = as_language(argument) if intent == "change_language" else None
    details = {"language": str(language)} if language else {}
    return Heard(understanding=Understanding(intent, 1.0, details=details), link=link)


def _read_memory(record: ConversationRecord) -> LanguageMemory:
    return LanguageMemory(
        language=as_language(record.state.get("language")),
        is_chosen=bool(record.state.get("language_chosen")),
    )


def _settle_language(
    memory: LanguageMemory, heard: Heard, message: IncomingMessage, detector: LanguageDetector
) -> LanguageMemory:
    if heard.link.language is not None:
        return languages.choose(heard.link.language)
    return languages.settle(memory, heard.text, message.language_hint, detector)


def _language(memory: LanguageMemory) -> Language:
    return memory.language or languages.FIRST_LANGUAGE


def _say(answer: str, memory: LanguageMemory) -> Said:
    return Said((AnswerCall(answer),), memory)


def _apologise(heard: Heard, memory: LanguageMemory, parts: Parts) -> Said:
    """Say that it did not work; but never to somebody whose very words show distress."""
    crisis = parts.crisis.by_phrase(heard.text)
    if crisis is not None:
        return _say_in_their_words(crisis, heard.text, memory, parts)
    return _say("unavailable", memory)


def _say_in_their_words(answer: str, text: str, memory: LanguageMemory, parts: Parts) -> Said:
    """A crisis is answered in the language it was told in, even after another one was chosen."""
    return _say(answer, languages.settle(LanguageMemory(), text, memory.language, parts.detector))


async def _respond(
    heard: Heard,
    memory: LanguageMemory,
    message: IncomingMessage,
    record: ConversationRecord,
    parts: Parts,
) -> Said:
    """Screen for distress first, then ask the dialogue."""
    # What is too long is never understood, so every phrase counts in it.
    crisis = (
        parts.crisis.by_phrase(heard.text) if heard.answer else parts.crisis.certain(heard.text)
    )
    if crisis is not None:
        return _say_in_their_words(crisis, heard.text, memory, parts)
    if heard.answer is not None:
        return _say(heard.answer, memory)
    understanding = heard.understanding
    if understanding is None:
        understanding = await parts.dialogue.understand(heard.text)
        crisis = parts.crisis.find(heard.text, understanding.ranking)
        if crisis is not None:
            return _say_in_their_words(crisis, heard.text, memory, parts)
    spoken = _language(memory)
    if understanding.intent == "change_language":  # away from what the bot spoke so far
        spoken = _read_memory(record).language or spoken
    outcome = await parts.dialogue.respond(
        message.conversation, understanding, record, spoken, heard.text
    )
    chosen = as_language(outcome.slots.get("language"))
    if understanding.intent == "change_language" and chosen is not None:
        memory = languages.choose(chosen)
    calls = outcome.answers or (AnswerCall("fallback_unclear"),)
    return Said(calls, memory, outcome.events, understanding)


def _turn(
    message: IncomingMessage,
    record: ConversationRecord,
    heard: Heard,
    memory: LanguageMemory,
    said: Said,
    replies: Sequence[Reply],
    parts: Parts,
) -> Turn:
    dialogue_state, keep = (record.state.get("dialogue", {}), 0)
    if said.events:
        dialogue_state, keep = parts.dialogue.compact(record)
    kept = memory if said.is_crisis else said.language
    is_erased = any(call.answer == ERASING for call in said.calls)
    return Turn(
        state={
            "language": kept.language,
            "language_chosen": kept.is_chosen,
            "dialogue": dialogue_state,
        },
        events=said.events,
        keep=keep,
        delivery=Delivery(
            message.conversation, message.id, dict(message.return_address), tuple(replies)
        ),
        journal=_erasure(message) if is_erased else _journal(message, heard, said),
        forget=is_erased,
    )


def _erasure(message: IncomingMessage) -> list[JsonObject]:
    return [{"kind": "erased", "conversation": message.conversation, "at": message.at}]


def _journal(message: IncomingMessage, heard: Heard, said: Said) -> list[JsonObject]:
    """What the recorder is told. The words of a person in distress are not among it."""
    about: JsonObject = {
        "conversation": message.conversation,
        "platform": message.platform,
        "at": message.at,
        "language": said.language.language,
    }
    answers = [call.answer for call in said.calls]
    if said.is_crisis:
        return [about | {"kind": "crisis", "answers": answers}]
    understanding = said.understanding
    return [
        about
        | {
            "kind": "turn",
            "text": heard.text[:MOST_CHARACTERS] or None,
            "button": message.button,
            "campaign": heard.link.campaign,
            "intent": understanding.intent if understanding else None,
            "confidence": round(understanding.confidence, 4) if understanding else None,
            "answers": answers,
        }
    ]
