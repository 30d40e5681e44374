"""All views, by status, theme, language and words."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from bot.console.asked import Asked
from bot.store.sql.moderation import THEMES
from bot.store.sql.view_reading import Wanted

A_PAGE = 25
STATUSES = ("pending", "approved", "rejected", "withdrawn")
LANGUAGES = ("fr", "en")
LONGEST_SEARCH = 200


def views(asked: Asked) -> Response:
    """One page of the views that somebody looks for."""
    wanted = Wanted(
        status=_one_of(asked.query("status"), STATUSES),
        theme=_one_of(asked.query("theme"), THEMES),
        language=_one_of(asked.query("language"), LANGUAGES),
        words=asked.query("words")[:LONGEST_SEARCH],
    )
    number = asked.query("page")
    page = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    found, count = asked.parts.views.find(wanted, first=(page - 1) * A_PAGE, most=A_PAGE)
    fields = {
        "status": wanted.status,
        "theme": wanted.theme,
        "language": wanted.language,
        "words": wanted.words,
    }
    query = urlencode({name: value for name, value in fields.items() if value})
    return asked.page(
        "views/list.html",
        wanted=wanted,
        found=found,
        count=count,
        page_number=page,
        pages=max(1, -(-count // A_PAGE)),
        address=f"/console/views?{query}&" if query else "/console/views?",
        statuses=STATUSES,
        themes=THEMES,
    )


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else ""
