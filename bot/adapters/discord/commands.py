"""The slash commands: what they pass on, their names in each language, when to register them.

Built by `client`; registered by `adapter`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from hashlib import sha256
from typing import Any, Protocol

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot.adapters.discord.api import discord_errors
from bot.adapters.discord.incoming import AnyInteraction
from bot.content.library import Library
from bot.conversation.commands import OFFERED
from bot.conversation.messages import MOST_CHARACTERS, as_language

log = logging.getLogger(__name__)

Callback = Callable[..., Coroutine[Any, Any, None]]

REGISTERED_LANGUAGE = "en"
"""Discord's own name of a command, for people whose language we do not speak."""


class RegisteredCommands(Protocol):
    """Remembers which commands Discord has, so that they are not sent at every start."""

    async def get(self) -> str | None:
        """The fingerprint of the commands last registered."""
        ...

    async def set(self, value: str) -> None:
        """Remember a fingerprint."""
        ...


class CommandHandler(Protocol):
    """What the commands need; `receiving.Receiver` is one."""

    def receive_interaction(
        self, interaction: AnyInteraction, *, text: str | None = None, button: str | None = None
    ) -> Awaitable[None]:
        """Take a command's text in."""
        ...

    def decline(self, interaction: AnyInteraction) -> Awaitable[None]:
        """Say that a command is not ours any more."""
        ...


class CommandTree(app_commands.CommandTree[Any]):
    """All our commands, in guilds, direct messages and for people who installed the bot alone."""

    def __init__(self, client: discord.Client, handler: CommandHandler, library: Library) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.words = WordTranslator(library)
        """The client's `setup_hook` gives it to the library."""
        self._handler = handler
        self._library = library
        self.add_command(self._ask())
        for name in OFFERED:  # `/aide` is French for `help` and passes the text "/help" on
            self.add_command(self._passing_on(name))

    async def on_error(
        self, interaction: AnyInteraction, error: app_commands.AppCommandError
    ) -> None:
        """Called for a command that Discord still shows and we no longer have."""
        log.warning("A command was not understood (%s).", type(error).__name__)
        if interaction.type is discord.InteractionType.application_command:
            await self._handler.decline(interaction)

    def _ask(self) -> app_commands.Command[Any, ..., None]:
        handler = self._handler

        @app_commands.rename(question=self._word("ask_question"))
        @app_commands.describe(question=self._word("ask_question_description"))
        async def ask(
            interaction: AnyInteraction, question: app_commands.Range[str, 1, MOST_CHARACTERS]
        ) -> None:
            await handler.receive_interaction(interaction, text=question)

        return self._command("ask", ask)

    def _passing_on(self, name: str) -> app_commands.Command[Any, ..., None]:
        handler = self._handler

        async def pass_on(interaction: AnyInteraction) -> None:
            await handler.receive_interaction(interaction, text=f"/{name}")

        return self._command(name, pass_on)

    def _command(self, name: str, callback: Callback) -> app_commands.Command[Any, ..., None]:
        return app_commands.Command(
            name=self._word(f"{name}_command"),
            description=self._word(f"{name}_description"),
            callback=callback,
        )

    def _word(self, key: str) -> locale_str:
        key = f"discord.{key}"
        return locale_str(self._library.word(key, REGISTERED_LANGUAGE), key=key)


class WordTranslator(app_commands.Translator):
    """Gives the library our words for each locale of Discord that is French or English."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def translate(
        self,
        string: locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """The word in the locale's language, or None where we do not speak it."""
        language = as_language(locale)
        if language is None:
            return None
        return self._library.word(string.extras["key"], language)


async def register(tree: CommandTree, registered: RegisteredCommands) -> bool:
    """Send our commands to Discord where they differ from those it has; whether they were sent.

    Raises:
        PlatformRefused: Discord did not take them.
        StoreUnavailable: what Discord has is not known, or could not be remembered.
    """
    wanted = await fingerprint(tree)
    if await registered.get() == wanted:
        return False
    with discord_errors():
        await tree.sync()
    await registered.set(wanted)
    return True


async def fingerprint(tree: CommandTree) -> str:
    """A hash of all that Discord is told about the commands, and of whose they are."""
    definitions = [
        await command.get_translated_payload(tree, tree.words) for command in tree.get_commands()
    ]
    whole = [tree.client.application_id, definitions]
    return sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()
