"""How a reply looks on Telegram: plain text, with buttons, then a picture, then a file.

Text is sent without a parse mode, so that no character of an answer can be taken for markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions

from bot.adapters.stored_files import picture_name
from bot.adapters.telegram.address import Address
from bot.content.library import Library
from bot.conversation.messages import Button, Image, Reply

LONGEST_TEXT = 4_096
LONGEST_CAPTION = 1_024
LONGEST_OF_TWO = 18
"""Characters of a label that a phone still shows when two buttons share a row."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Part(Protocol):
    """What one call sends."""

    async def send(self, bot: Bot, address: Address) -> object:
        """Make the call."""
        ...


@dataclass(frozen=True)
class TextPart:
    """A message of text."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None

    async def send(self, bot: Bot, address: Address) -> object:
        """Make the call."""
        return await bot.send_message(
            address.chat,
            self.text,
            message_thread_id=address.thread,
            reply_parameters=address.reply_parameters,
            reply_markup=self.keyboard,
            link_preview_options=NO_PREVIEW,
        )


@dataclass(frozen=True)
class PhotoPart:
    """A picture with the words that stand for it; Telegram fetches it from its address."""

    image: Image

    async def send(self, bot: Bot, address: Address) -> object:
        """Make the call."""
        return await bot.send_photo(
            address.chat,
            self.image.url,
            caption=self.image.alt[:LONGEST_CAPTION],
            message_thread_id=address.thread,
            reply_parameters=address.reply_parameters,
        )


@dataclass(frozen=True)
class PicturePart:
    """A picture of ours, which we bring, with the words that stand for it where they fit."""

    name: str
    content: bytes = field(repr=False)
    caption: str | None = None

    async def send(self, bot: Bot, address: Address) -> object:
        """Make the call."""
        return await bot.send_photo(
            address.chat,
            self.content,
            filename=self.name,
            caption=self.caption,
            message_thread_id=address.thread,
            reply_parameters=address.reply_parameters,
        )


@dataclass(frozen=True)
class DocumentPart:
    """A file to be saved."""

    name: str
    content: bytes = field(repr=False)

    async def send(self, bot: Bot, address: Address) -> object:
        """Make the call."""
        return await bot.send_document(
            address.chat,
            self.content,
            filename=self.name,
            message_thread_id=address.thread,
            reply_parameters=address.reply_parameters,
        )


def present(reply: Reply, library: Library, *, picture: bytes | None = None) -> list[Part]:
    """The messages that show a reply, in order; `picture` is that of ours, unless it is gone."""
    texts = [TextPart(piece) for piece in split_text(_with_sources(reply, library))]
    if texts:
        texts[-1] = replace(texts[-1], keyboard=_keyboard(reply.buttons))
    return [*texts, *(_image_parts(reply.image, picture) if reply.image else ())]


def _image_parts(image: Image, picture: bytes | None) -> list[Part]:
    name = picture_name(image)
    if name is None:
        return [PhotoPart(image)]
    words = [TextPart(piece) for piece in split_text(image.alt)]
    if picture is None:
        return [*words]
    if _length(image.alt) > LONGEST_CAPTION:
        return [*words, PicturePart(name, picture)]
    return [PicturePart(name, picture, image.alt)]


def _with_sources(reply: Reply, library: Library) -> str:
    if not reply.sources:
        return reply.text
    key = "telegram.source" if len(reply.sources) == 1 else "telegram.sources"
    lines = [f"• {source.title}\n{source.url}" for source in reply.sources]
    return "\n".join([f"{reply.text}\n", library.word(key, reply.language), *lines])


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Short labels stand two in a row, long ones alone."""
    rows: list[list[Button]] = []
    for button in buttons:
        last = rows[-1] if rows else []
        if len(last) == 1 and _is_short(last[0]) and _is_short(button):
            last.append(button)
        else:
            rows.append([button])
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(each.label, callback_data=each.value) for each in row]
            for row in rows
        ]
    )


def _is_short(button: Button) -> bool:
    return len(button.label) <= LONGEST_OF_TWO


def split_text(text: str) -> list[str]:
    """Pieces that Telegram takes, cut between paragraphs, else lines, else words."""
    pieces = []
    rest = text.strip()
    while len(head := _head(rest)) < len(rest):
        cut = _cut(head)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def _head(text: str) -> str:
    """As much as one message holds; Telegram counts UTF-16 units, so most emoji count twice."""
    return text.encode("utf-16-le", "replace")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")


def _cut(head: str) -> int:
    for mark in ("\n\n", "\n"):
        place = head.rfind(mark)
        if place >= len(head) // 2:  # not so early that a message of one line goes ahead
            return place
    place = head.rfind(" ")
    return place if place > 0 else len(head)
