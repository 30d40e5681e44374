"""What Telegram shows of the bot outside messages: its commands and its descriptions."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.content.library import Library
from bot.conversation.commands import OFFERED
from bot.conversation.messages import Language

log = logging.getLogger(__name__)

COMMANDS = ("start", *OFFERED)
AUDIENCES: tuple[tuple[Language, str | None], ...] = (("en", None), ("fr", "fr"))
"""Our language, and whose interface shows it; None is everybody else."""


async def publish_profile(bot: Bot, library: Library) -> None:
    """Set commands and descriptions in both languages; a refusal leaves the old ones."""
    for call in _calls(bot, library):
        try:
            await call()
        except TelegramError as error:
            log.warning("A part of the profile was not set (%s).", type(error).__name__)


def _calls(bot: Bot, library: Library) -> Iterator[Callable[[], Awaitable[object]]]:
    for language, audience in AUDIENCES:
        commands = [
            BotCommand(name, library.word(f"telegram.command_{name}", language))
            for name in COMMANDS
        ]
        description = library.word("telegram.description", language)
        short_description = library.word("telegram.short_description", language)
        yield partial(bot.set_my_commands, commands, language_code=audience)
        yield partial(bot.set_my_description, description, language_code=audience)
        yield partial(bot.set_my_short_description, short_description, language_code=audience)
