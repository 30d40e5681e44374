"""What must be set before the library logs in: where Discord is, and that the library stays silent.

Called by `adapter`. The library offers no public option for another address.
"""

from __future__ import annotations

import logging

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route


def use_addresses(api_url: str, gateway_url: str) -> None:
    """Send every request of the library to these addresses."""
    Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


def silence_library() -> None:
    """Keep the library's loggers quiet: they print channel ids, interaction tokens and contents."""
    logging.getLogger("discord").setLevel(logging.CRITICAL + 1)
    root = logging.getLogger()
    if _is_not_the_librarys not in root.filters:
        root.addFilter(_is_not_the_librarys)


def _is_not_the_librarys(record: logging.LogRecord) -> bool:
    """False for the one line, with a channel id in it, that the library logs on the root logger."""
    return not record.pathname.startswith(discord.__path__[0])
