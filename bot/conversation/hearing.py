"""Reads a message as far as nothing has to be guessed: buttons, commands, what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.content.library import Library
from bot.conversation import handover, own_data, sharing, voting
from bot.conversation.commands import DeepLink, as_plain_text, read_command, read_deep_link
from bot.conversation.journal import ERASING
from bot.conversation.messages import LANGUAGES, MOST_CHARACTERS, IncomingMessage, as_language
from bot.conversation.ports import Understanding
from bot.conversation.rendering import ANSWER, LANGUAGE, MORE
from bot.conversation.text import clean, has_words
from bot.conversation.visit import CHOICE

MOST_SCREENED = 5_000
"""Distress is looked for in this much of a text, also of one too long to answer: despair is wordy,
and platforms let through 4,096 characters."""

OUT_OF_REACH = ("view_", handover.PREFIX)
"""Answers that are steps of something, or news: no button leads to them."""
LINKED = ("view_picture", "view_undo")
"""Answers about views that a button may lead to."""


@dataclass(frozen=True)
class Heard:
    """A message as the core reads it, before anybody asks what it means."""

    text: str = ""
    understanding: Understanding | None = None
    """Set where nothing is left to guess: a button or a command."""
    answer: str | None = None
    """Set where the reply is already known: nothing to read, too long, an old button."""
    link: DeepLink = field(default_factory=DeepLink)
    vote: tuple[str, int] | None = None
    """A view and the reaction to it; needs no dialogue, so that crowds can react."""
    taken_back: str | None = None
    """A view whose button to take it back was pressed."""
    handover: str | None = None
    """A button of a hand-over: back to the bot, or what has come since."""


def hear(message: IncomingMessage, library: Library) -> Heard:
    """Read a message without guessing: buttons, commands, and what cannot be read at all."""
    if message.notice is not None:
        return Heard()
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
    if kind == ANSWER and name in (handover.LEAVE, handover.NEWS):
        return Heard(handover=name)
    if kind == ANSWER and name.startswith(OUT_OF_REACH) and name not in LINKED:
        return Heard(answer="button_gone")  # none of ours: a step is reached through the one before
    if kind == ANSWER and name in library.answers:
        return Heard(understanding=Understanding(name, 1.0))
    if kind == MORE and name in library.answers:
        return Heard(understanding=Understanding("tell_more", 1.0, details={"answer": name}))
    if kind == CHOICE:
        step, _, choice = name.partition(":")
        if step in library.answers and choice in (*library.answers[step].choices, sharing.BACK):
            details = {"step": step, "choice": choice}
            return Heard(understanding=Understanding("view_step", 1.0, details=details))
    if kind == voting.VOTE and (vote := voting.read_vote(name)):
        return Heard(vote=vote)
    if kind == own_data.WITHDRAW and name:
        return Heard(taken_back=name)
    if kind == LANGUAGE and name in LANGUAGES:
        return Heard(
            understanding=Understanding("change_language", 1.0, details={"language": name})
        )
    return Heard(answer="button_gone")


def _hear_command(intent: str, argument: str, library: Library) -> Heard:
    link = read_deep_link(argument) if intent == "welcome" else DeepLink()
    topic = str(link.topic)
    if topic in library.answers and topic != ERASING:  # no link of others erases
        intent = intent if topic.startswith(handover.PREFIX) else topic
    if intent == "delete_my_data":
        intent = ERASING
    language = as_language(argument) if intent == "change_language" else None
    details = {"language": str(language)} if language else {}
    return Heard(understanding=Understanding(intent, 1.0, details=details), link=link)
