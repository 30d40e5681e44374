"""The pages of this room."""

from __future__ import annotations

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.pages import Page
from bot.store.sql.sessions import Session

PAGES: tuple[Page, ...] = ()


def ask_to_sign_in(asked: Asked, over: Session | None) -> Response:
    """Send whoever is not signed in to the sign-in page."""
    return asked.go_to("/console/sign-in")
