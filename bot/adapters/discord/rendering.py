"""Turns replies into the bodies of Discord messages: escaped, split, with sources and buttons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from discord.utils import escape_markdown, escape_mentions

from bot.adapters.discord.view_form import FORM, STEP
from bot.adapters.stored_files import picture_name
from bot.content.library import Library
from bot.conversation.messages import Button, Delivery, Image, Reply

Payload = dict[str, Any]

MOST_CHARACTERS = 2_000
MOST_IN_DESCRIPTION = 1_024
MOST_IN_LABEL = 80
BUTTONS_IN_ROW = 5
MOST_BUTTONS = 25
SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
_ROW, _BUTTON, _SECONDARY = 1, 2, 2


@dataclass(frozen=True)
class Attachment:
    """A file of ours that goes with a message."""

    key: str
    """Its name in the store."""
    shown_as: str
    description: str | None = None
    is_personal: bool = False
    """What is held about the person: it is made for them, just after the turn that promised it."""


@dataclass(frozen=True)
class Message:
    """One message on its way to Discord."""

    body: Payload
    attachment: Attachment | None = None
    otherwise: Payload | None = None
    """The body if the file is gone or refused; then None means that there is nothing to say."""


def messages_of(
    delivery: Delivery, library: Library, *, token: str, is_shared: bool = False
) -> list[Message]:
    """All messages that the replies need, in order: as many whether their files are there or not.

    Args:
        delivery: the replies.
        library: the words around them.
        token: the name of the file about the person.
        is_shared: whether others read the answer; then that file does not go with it.
    """
    messages: list[Message] = []
    for reply in delivery.replies:
        messages += _messages_of(reply, library)
        if reply.file is not None and is_shared:
            text = library.word("discord.file_for_you_alone", reply.language)
            messages.append(Message(plain_message(text)))
        elif reply.file is not None:
            attachment = Attachment(token, reply.file, is_personal=True)
            messages.append(Message(plain_message(""), attachment))
    return messages


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


def _messages_of(reply: Reply, library: Library) -> Iterator[Message]:
    content = _paragraphs(escape(reply.text), _sources(reply, library))
    name = picture_name(reply.image)
    if reply.image is None or name is None:
        *first, last = split(content)
        yield from map(Message, map(_body, first))
        yield Message(_with_image(_body(last), reply.image) | _below(reply, library))
        return

    alt = escape(reply.image.alt)
    if len(reply.image.alt) > MOST_IN_DESCRIPTION:
        content, alt = _paragraphs(content, alt), ""
    *first, last = split(content)
    if len(_paragraphs(last, alt)) > MOST_CHARACTERS:
        first, last, alt = [*first, last], "", split(alt)[0]
    yield from map(Message, map(_body, first))
    below = _below(reply, library)
    yield Message(
        _body(last) | below,
        Attachment(name, name, reply.image.alt[:MOST_IN_DESCRIPTION]),
        otherwise=_body(_paragraphs(last, alt)) | below,
    )


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _body(content: str) -> Payload:
    return plain_message("") | {"content": content}


def _with_image(body: Payload, image: Image | None) -> Payload:
    """A picture that lies elsewhere, which Discord fetches itself."""
    if image is None:
        return body
    embeds = [{"image": {"url": image.url}, "description": image.alt}]
    return body | {"embeds": embeds, "flags": 0}  # suppressing embeds would hide the picture too


def _below(reply: Reply, library: Library) -> Payload:
    """The buttons; where a view is asked for, first the one that opens its form."""
    first = []
    if reply.answer == STEP:
        first = [Button(library.word("discord.write_view", reply.language), FORM)]
    return {"components": _rows([*first, *reply.buttons])}


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
