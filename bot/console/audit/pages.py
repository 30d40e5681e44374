"""The pages of this room."""

from __future__ import annotations

from bot.console.pages import Page

PAGES: tuple[Page, ...] = ()
