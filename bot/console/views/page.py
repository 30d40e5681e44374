"""One view: its words, what was decided, what people think of it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.gate import trouble
from bot.console.queue.page import reasons_of
from bot.console.views.opinions import groups_about
from bot.store.sql.refusals import Refused
from bot.store.sql.rows import SharedView

BETWEEN_RESULTS = 600.0
"""Seconds that counts of votes stand still where there are no results yet."""
LEAST_REASON = 5
LONGEST_REASON = 200
"""Characters of why somebody wants to see what is hidden."""


def subject_of(id: str) -> str:
    """How a view stands in the audit."""
    return f"view {id}"


def view(asked: Asked) -> Response:
    """The page of a view."""
    response = view_page(asked, asked.path("id"))
    if response.status_code == 200:
        asked.note("view_seen", subject_of(asked.path("id")))
    return response


def reveal(asked: Asked) -> Response:
    """The same with what is hidden otherwise, for a reason that is noted."""
    id, reason = asked.path("id"), " ".join(asked.field("reason").split())
    if not LEAST_REASON <= len(reason) <= LONGEST_REASON:
        return view_page(
            asked,
            id,
            problems={"reveal": asked.word("views.reveal_why_needed", least=LEAST_REASON)},
            status=422,
        )
    response = view_page(asked, id, is_revealed=True)
    if response.status_code == 200:
        asked.note("view_revealed", subject_of(id), reason=reason)
    return response


def view_page(
    asked: Asked,
    id: str,
    *,
    problems: Mapping[str, str] | None = None,
    preview: Mapping[str, str] | None = None,
    is_revealed: bool = False,
    status: int = 200,
) -> Response:
    """The page, with what went wrong in one of its forms.

    Args:
        asked: The request; where it is a form, its fields are shown again.
        id: The view's.
        problems: What was wrong, by form.
        preview: What the author would be told of an outcome, by language.
        is_revealed: Whether what tells of the author is shown.
        status: Of the response.
    """
    try:
        shown = asked.parts.views.get(id)
    except Refused:
        return trouble(asked, 404)
    latest = asked.parts.views.last_result()
    now = asked.parts.now()
    until = latest.at if latest else now - now % BETWEEN_RESULTS
    is_approved = shown.status == "approved"
    context: dict[str, Any] = {
        "view": shown,
        "reasons": reasons_of(asked),
        "decisions": asked.parts.views.decisions_about(id),
        "reactions": asked.parts.views.reactions(id, until=until) if is_approved else None,
        "until": until,
        "groups": groups_about(latest, id) if is_approved else None,
        "outcomes": asked.parts.views.outcomes(view=id),
        "typed": asked.form,
        "problems": problems or {},
        "preview": preview,
        "is_revealed": is_revealed,
        "author": _about_author(asked, shown) if is_revealed else {},
        "here_is": f"/console/views/{id}",
    }
    return asked.page("views/view.html", status=status, **context)


def _about_author(asked: Asked, view: SharedView) -> dict[str, str | None]:
    """What is hidden of a view until somebody gives a reason; empty where nothing was said."""

    def choice(of: str, value: str | None) -> str | None:
        labels = asked.parts.library.words.get(f"choices.view_{of}_{value}")
        return labels[asked.language] if labels else value

    return {
        "band": choice("band", view.band),
        "region": choice("region", view.region),
        "receipt": view.receipt,
        "campaign": view.campaign,
    }
