"""Turns replies into the bodies of Discord messages: escaped, split, with sources and buttons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from discord.utils import escape_markdown, escape_mentions

from bot.content.library import Library
from bot.conversation.messages import Button, Delivery, Reply

Payload = dict[str, Any]

MOST_CHARACTERS = 2_000
MOST_IN_LABEL = 80
BUTTONS_IN_ROW = 5
MOST_BUTTONS = 25
SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
_ROW, _BUTTON, _SECONDARY = 1, 2, 2


def messages_of(delivery: Delivery, library: Library) -> list[Payload]:
    """The bodies of all messages that the replies need, in order."""
    return [body for reply in delivery.replies for body in _messages_of(reply, library)]


def plain_message(text: str) -> Payload:
    """The body of a message with nothing but text, which must be short."""
    return {
        "content": escape(text),
        "components": [],
        "flags": SUPPRESS_EMBEDS,
        "allowed_mentions": {"parse": [], "replied_user": False},
    }


def escape(text: str) -> str:
    """The text with all that Discord would format or ping made harmless; addresses stay whole."""
    # Line by line, because over several the library puts its backslash before the line break.
    lines = (
        line[: len(line) - len(line.lstrip())] + escape_markdown(line.lstrip())
        for line in text.split("\n")
    )
    return escape_mentions("\n".join(lines))


def split(text: str, most: int = MOST_CHARACTERS) -> list[str]:
    """Parts of at most so many characters, cut between paragraphs where that is possible."""
    parts = []
    while len(text) > most:
        cut = _place_to_cut(text, most)
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text]


def _place_to_cut(text: str, most: int) -> int:
    for separator in ("\n\n", "\n", " "):
        cut = text.rfind(separator, 1, most + len(separator))
        if cut > 0:
            return cut
    return most - 1 if text[most - 1] == "\\" else most  # a backslash belongs to what follows


def _messages_of(reply: Reply, library: Library) -> Iterator[Payload]:
    content = "\n\n".join(filter(None, (escape(reply.text), _sources(reply, library))))
    *first, last = (plain_message("") | {"content": part} for part in split(content))
    yield from first
    last["components"] = _rows(reply.buttons)
    if reply.image is not None:
        last["embeds"] = [{"image": {"url": reply.image.url}, "description": reply.image.alt}]
        last["flags"] = 0  # suppressing embeds would hide the picture too
    yield last


def _sources(reply: Reply, library: Library) -> str:
    if not reply.sources:
        return ""
    heading = "discord.source" if len(reply.sources) == 1 else "discord.sources"
    # In angle brackets, Discord makes a link of an address but shows no preview of the page.
    lines = [f"{escape(source.title)} <{source.url}>" for source in reply.sources]
    return "\n".join([library.word(heading, reply.language), *lines])


def _rows(buttons: Sequence[Button]) -> list[Payload]:
    # Discord refuses a message in which a value comes twice.
    unique = list({button.value: button for button in buttons}.values())[:MOST_BUTTONS]
    shown = [
        {
            "type": _BUTTON,
            "style": _SECONDARY,
            "label": button.label[:MOST_IN_LABEL],
            "custom_id": button.value,
        }
        for button in unique
    ]
    return [
        {"type": _ROW, "components": shown[start : start + BUTTONS_IN_ROW]}
        for start in range(0, len(shown), BUTTONS_IN_ROW)
    ]
