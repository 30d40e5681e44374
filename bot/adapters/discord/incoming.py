"""Reads Discord's objects: which of them are for us, and what they say. Called by `receiving`."""

from __future__ import annotations

import re
from typing import Any

import discord

from bot.adapters.discord.address import Address
from bot.conversation.identity import conversation_id
from bot.conversation.messages import IncomingMessage, Language, as_language

AnyInteraction = discord.Interaction[Any]

MESSAGE, INTERACTION = "m", "i"
"""What the id of a delivery begins with; Discord's own number follows."""

WRITTEN = (discord.MessageType.default, discord.MessageType.reply)
"""Kinds of message that a person writes; the others say that somebody joined, pinned, and so on."""

_MARKUP = re.compile(r"<(?:@[!&]?|#)\d+>|<a?:\w+:\d+>")
"""Mentions of the bot, of others, of roles and channels, and custom emoji: ids, and no words."""


def is_from_discord(delivery: str) -> bool:
    """Whether the id of a delivery is one that Discord made; what staff decided has others."""
    return delivery[:1] in (MESSAGE, INTERACTION) and delivery[1:].isdigit()


def is_for_us(message: discord.Message, bot: int) -> bool:
    """Whether a person wrote this to the bot: directly, by a mention, or by a reply to it."""
    author = message.author
    if author.bot or author.system or message.webhook_id or message.type not in WRITTEN:
        return False
    if is_direct(message) or any(user.id == bot for user in message.mentions):
        return True
    # Without a mention Discord shows us no text, unless we are given more than we ask for.
    replied = message.reference.resolved if message.reference else None
    is_reply = isinstance(replied, discord.Message) and replied.author.id == bot
    return is_reply and bool(message.content)


def is_direct(message: discord.Message) -> bool:
    """Whether nobody else is in the room; a guild not loaded yet does not make it so."""
    return isinstance(message.channel, discord.DMChannel)


def read_message(message: discord.Message, key: bytes, *, at: float) -> IncomingMessage:
    """The message in our form; pictures, stickers and voices alone become an empty text."""
    user, channel = message.author.id, message.channel.id
    return IncomingMessage(
        conversation=conversation_id(key, "discord", str(user), str(channel)),
        platform="discord",
        id=f"{MESSAGE}{message.id}",
        at=at,
        text=without_markup(message.content),
        return_address=Address(
            channel=channel, message=message.id, is_shared=not is_direct(message)
        ).to_json(),
    )


def read_interaction(
    interaction: AnyInteraction,
    key: bytes,
    *,
    at: float,
    text: str | None = None,
    button: str | None = None,
) -> IncomingMessage:
    """The command's text, or the button's value, in our form."""
    user, channel = interaction.user.id, interaction.channel_id or 0
    return IncomingMessage(
        conversation=conversation_id(key, "discord", str(user), str(channel)),
        platform="discord",
        id=f"{INTERACTION}{interaction.id}",
        at=at,
        text=None if text is None else without_markup(text),
        button=button,
        language_hint=language_of(interaction),
        return_address=Address(
            channel=interaction.channel_id if is_alone_with_us(interaction) else None,
            application=interaction.application_id,
            token=interaction.token,
            at=at,
        ).to_json(),
    )


def is_alone_with_us(interaction: AnyInteraction) -> bool:
    """Whether it comes from the person's direct channel with the bot."""
    return interaction.guild_id is None and not interaction.context.private_channel


def language_of(interaction: AnyInteraction) -> Language | None:
    """French or English, from the person's settings or else the guild's."""
    return as_language(interaction.locale) or as_language(interaction.guild_locale)


def button_of(interaction: AnyInteraction) -> str | None:
    """The value of the button that was pressed, or None for anything else."""
    data: Any = interaction.data or {}
    if interaction.type is not discord.InteractionType.component:
        return None
    if data.get("component_type") != discord.ComponentType.button.value:
        return None
    return str(data["custom_id"])


def is_form(interaction: AnyInteraction, form: str) -> bool:
    """Whether it is this form, filled in."""
    data: Any = interaction.data or {}
    return (
        interaction.type is discord.InteractionType.modal_submit and data.get("custom_id") == form
    )


def written_in(interaction: AnyInteraction, field: str) -> str | None:
    """What stands in a field of a form, or None where the form has no such field."""
    data: Any = interaction.data or {}
    for row in data.get("components") or ():
        # A label holds one field; a row, as forms had them before, holds a list.
        for item in [row.get("component") or {}, *(row.get("components") or ())]:
            if item.get("custom_id") == field and isinstance(item.get("value"), str):
                return str(item["value"])
    return None


def without_markup(text: str) -> str:
    """The text without mentions and custom emoji."""
    return _MARKUP.sub("", text).strip()
