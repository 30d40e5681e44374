"""Saying what came of views: to everybody of a theme, or to the author of one view."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.queue.answering import answer, noting, why
from bot.console.views.page import subject_of, view_page
from bot.store.sql.moderation import THEMES
from bot.store.sql.refusals import Refused
from bot.store.sql.telling import check_outcome

FIELDS = ("theme", "fr", "en", "url")


def outcomes(asked: Asked) -> Response:
    """What was said to have come of each theme."""
    return _page(asked)


def add_outcome(asked: Asked) -> Response:
    """Show what people would read; once they have seen it, tell them."""
    id = asked.request.path_params.get("id")
    typed = {name: asked.field(name).strip() for name in FIELDS}
    seal = hashlib.sha256(repr(sorted(typed.items())).encode("utf-8", "replace")).hexdigest()

    def show(problem: str, status: int) -> Response:
        preview = None if problem else _preview(asked, typed) | {"seal": seal}
        problems = {"outcome": problem} if problem else {}
        if id:
            return view_page(asked, id, problems=problems, preview=preview, status=status)
        return _page(asked, problems=problems, preview=preview, status=status)

    if asked.field("step") != "send" or asked.field("seen") != seal:
        wrong = _what_is_wrong(asked, typed, is_theme=id is None)
        return show(wrong, 422 if wrong else 200)
    subject = subject_of(id) if id else f"theme {typed['theme']}"

    def add() -> None:
        asked.parts.views.add_outcome(
            theme=None if id else typed["theme"],
            view=id,
            fr=typed["fr"],
            en=typed["en"],
            url=typed["url"] or None,
            by=asked.account.name,
            also=noting(asked, "outcome_added", subject),
        )

    to = f"/console/views/{id}" if id else "/console/views/outcomes"
    return answer(asked, add, said="outcome_added", otherwise=show, to=to)


def _what_is_wrong(asked: Asked, typed: Mapping[str, str], *, is_theme: bool) -> str:
    if is_theme and typed["theme"] not in THEMES:
        return asked.word("views.refused_no_subject")
    try:
        check_outcome(typed["fr"], typed["en"], typed["url"])
    except Refused as refused:
        return why(asked, refused)
    return ""


def _preview(asked: Asked, typed: Mapping[str, str]) -> dict[str, str]:
    """The message as people read it, in each language."""
    return {
        language: asked.parts.library.text("view_outcome", language).text.format(
            text=typed[language], url=typed["url"]
        )
        for language in ("fr", "en")
    }


def _page(
    asked: Asked,
    *,
    problems: Mapping[str, str] | None = None,
    preview: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    return asked.page(
        "views/outcomes.html",
        status=status,
        outcomes=asked.parts.views.outcomes(),
        themes=THEMES,
        typed=asked.form,
        problems=problems or {},
        preview=preview,
    )
