"""One turn, from a claimed message to everything it changes. Start reading here: `run_turn`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.content.library import Library
from bot.conversation import language as languages
from bot.conversation.commands import DeepLink, as_plain_text, read_command, read_deep_link
from bot.conversation.journal import ERASING, what_happened
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
from bot.safety.crisis import FIGURE_OF_SPEECH, NOT_MEANT, CrisisCheck
from bot.safety.crisis import PREFIX as CRISIS
from bot.safety.personal_data import PersonalData
from bot.safety.places import Places

logger = logging.getLogger(__name__)

MOST_SCREENED = 5_000
"""Distress is looked for in this much of a text, also of one too long to answer: despair is wordy,
and platforms let through 4,096 characters."""
MOST_ATTEMPTS = 3
"""A message that killed its worker this often gets an apology instead of another try."""
ELSEWHERE = "crisis_elsewhere"
"""The answer to distress of somebody who says that they are not in Canada."""
OTHERWISE = "otherwise"
"""What the last message meant if it was no distress; in the state just after an alarm only."""
LIKELY_OTHERWISE = 0.05
MOST_OTHERWISE = 2


@dataclass(frozen=True)
class Parts:
    """What a turn is made with."""

    library: Library
    dialogue: Dialogue
    detector: LanguageDetector
    crisis: CrisisCheck
    places: Places
    personal_data: PersonalData


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
    alarm: str | None = None
    """The kind of distress, where the person may be in danger; then their words are not kept."""
    otherwise: tuple[str, ...] = ()
    """What the words may have meant if the alarm is wrong."""


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
        return _help(crisis, heard.text, memory, parts)
    return _say("unavailable", memory)


def _help(
    alarm: str,
    text: str,
    memory: LanguageMemory,
    parts: Parts,
    ranking: Sequence[tuple[str, float]] = (),
) -> Said:
    """Helplines, in the language the distress was told in, even after another one was chosen."""
    spoken = languages.settle(LanguageMemory(), text, memory.language, parts.detector)
    answer = ELSEWHERE if parts.places.is_elsewhere(text) else alarm
    return replace(_say(answer, spoken), alarm=alarm, otherwise=_otherwise(ranking, parts.library))


def _otherwise(ranking: Sequence[tuple[str, float]], library: Library) -> tuple[str, ...]:
    likely = [
        name
        for name, share in ranking
        if share >= LIKELY_OTHERWISE and name in library.answers and not name.startswith(CRISIS)
    ]
    return tuple(likely[:MOST_OTHERWISE])


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
        return _help(crisis, heard.text, memory, parts)
    if heard.answer is not None:
        return _say(heard.answer, memory)
    understanding = heard.understanding
    if understanding is None:
        understanding = await parts.dialogue.understand(heard.text)
        crisis, calmly = await _find_distress(heard.text, understanding, parts)
        if crisis is not None:
            return _help(crisis, heard.text, memory, parts, understanding.ranking)
        understanding = calmly
    if OTHERWISE in record.state:
        if parts.places.is_elsewhere(heard.text):
            return replace(_say(ELSEWHERE, memory), alarm=ELSEWHERE)
        if understanding.intent == "deny":
            understanding = Understanding(NOT_MEANT, understanding.confidence)
    return await _converse(heard, understanding, memory, message, record, parts)


async def _find_distress(
    text: str, understanding: Understanding, parts: Parts
) -> tuple[str | None, Understanding]:
    """What the phrases or the classifier find; a figure of speech is read once more without it.

    Returns:
        The kind of distress, if any, and what else is to be understood.
    """
    crisis = parts.crisis.find(text, understanding.ranking)
    rest = parts.crisis.without_figures(text) if crisis is not None else None
    if crisis is None or rest is None or parts.crisis.by_phrase(text):
        return crisis, understanding
    if not rest:
        return None, Understanding(FIGURE_OF_SPEECH, understanding.confidence)
    again = await parts.dialogue.understand(rest)  # "my mum will kill me if i", and what follows
    return parts.crisis.by_ranking(again.ranking), again


async def _converse(
    heard: Heard,
    understanding: Understanding,
    memory: LanguageMemory,
    message: IncomingMessage,
    record: ConversationRecord,
    parts: Parts,
) -> Said:
    """Let the dialogue answer what was understood."""
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
    if understanding.intent == NOT_MEANT:  # back to what the person was asking
        meant = tuple(record.state.get(OTHERWISE, ()))
        calls = tuple(
            replace(call, offered=tuple(dict.fromkeys((*meant, *call.offered)))) for call in calls
        )
    alarms = [c.answer for c in calls if c.answer.startswith(CRISIS) and c.answer != NOT_MEANT]
    return Said(calls, memory, outcome.events, understanding, alarm=next(iter(alarms), None))


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
    kept = memory if said.alarm else said.language
    state = {
        "language": kept.language,
        "language_chosen": kept.is_chosen,
        "dialogue": dialogue_state,
    }
    return Turn(
        state=state | ({OTHERWISE: said.otherwise} if said.alarm else {}),
        events=said.events,
        keep=keep,
        delivery=Delivery(
            message.conversation, message.id, dict(message.return_address), tuple(replies)
        ),
        journal=what_happened(
            message,
            language=said.language.language,
            text=_recordable(heard.text, memory, parts),
            campaign=heard.link.campaign,
            understanding=said.understanding,
            answers=[call.answer for call in said.calls],
            alarm=said.alarm,
        ),
        forget=any(call.answer == ERASING for call in said.calls),
    )


def _recordable(text: str, memory: LanguageMemory, parts: Parts) -> str:
    """A text without personal data; none at all where that cannot be made sure.

    It is cut after the removal: half an address would no longer be recognised as one.
    """
    try:
        return parts.personal_data.remove(text, _language(memory))[:MOST_CHARACTERS]
    except Exception as error:
        logger.error("Personal data could not be removed: %s", type(error).__name__)
        return ""
