"""The form in which a person writes their view: its button, its looks, and what comes back.

Discord wants a form within three seconds, so it is opened without the engine. Nothing of it is kept
in memory: one that was opened before a restart still works after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from bot.adapters.discord.incoming import AnyInteraction, is_form, written_in
from bot.content.library import Library
from bot.conversation.messages import Language

STEP = "view_text"
"""The answer that asks a person for their view."""
FORM = "t:view_text"
"""The value of the button, and of the form that it opens."""
FIELD = "view"
MOST_CHARACTERS = 280


def make_form(library: Library, languages: Sequence[Language]) -> discord.ui.Modal:
    """The form in the person's language, or in both where it is not known."""

    def word(key: str) -> str:
        return " / ".join(library.word(f"discord.{key}", language) for language in languages)

    form = discord.ui.Modal(title=word("write_view"), custom_id=FORM)
    field: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=FIELD,
        style=discord.TextStyle.paragraph,
        placeholder=word("write_view_example"),
        max_length=MOST_CHARACTERS,
    )
    form.add_item(discord.ui.Label(text=word("write_view_label"), component=field))
    form.stop()  # else the library keeps it, and every later one, in memory
    return form


def view_in(interaction: AnyInteraction) -> str | None:
    """The view that was written; None for anything but this form, as it is now."""
    return written_in(interaction, FIELD) if is_form(interaction, FORM) else None
