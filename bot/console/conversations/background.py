"""Looks at the record beside the pages."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.console.parts import Parts


async def keep_index(parts: Parts) -> AsyncIterator[None]:
    """Nothing yet."""
    yield
