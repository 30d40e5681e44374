"""All rooms of the console, joined."""

from __future__ import annotations

from starlette.applications import Starlette

from bot.console.application import create_console
from bot.console.parts import Parts


def open_console(parts: Parts) -> Starlette:
    """The console with every room."""
    from bot.console.audit.pages import PAGES as AUDIT
    from bot.console.content.pages import PAGES as CONTENT
    from bot.console.conversations.background import keep_index
    from bot.console.conversations.pages import PAGES as CONVERSATIONS
    from bot.console.insight.pages import PAGES as INSIGHT
    from bot.console.queue.background import keep_watch
    from bot.console.queue.pages import PAGES as QUEUE
    from bot.console.sign_in.pages import PAGES as SIGN_IN
    from bot.console.sign_in.pages import ask_to_sign_in
    from bot.console.views.pages import PAGES as VIEWS

    return create_console(
        parts,
        pages=[*SIGN_IN, *QUEUE, *CONVERSATIONS, *VIEWS, *CONTENT, *INSIGHT, *AUDIT],
        on_signed_out=ask_to_sign_in,
        background=[keep_index, keep_watch],
    )
