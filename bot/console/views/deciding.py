"""Deciding on one view: its translation, approval, rejection, and taking it down."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.queue.answering import answer, noting
from bot.console.views.page import subject_of, view_page
from bot.store.sql.moderation import Also
from bot.store.sql.refusals import Refused


def approve(asked: Asked) -> Response:
    """Publish a view, with its other text; whoever does it says that they have read both."""
    id = asked.path("id")

    def decide() -> None:
        if not asked.field("reviewed"):
            raise Refused("Say that you have read both texts.", "unread")
        asked.parts.views.approve(
            id, asked.field("other"), asked.account.name, also=_noting(asked, "view_approved")
        )

    return _answer(asked, decide, said="view_approved", form="approve")


def save_translation(asked: Asked) -> Response:
    """Keep the other text, read against the view or not, and decide later."""
    is_reviewed = bool(asked.field("reviewed"))

    def save() -> None:
        asked.parts.views.save_translation(
            asked.path("id"),
            asked.field("other"),
            asked.account.name,
            is_reviewed=is_reviewed,
            also=_noting(asked, "translation_saved", is_reviewed=is_reviewed),
        )

    return _answer(asked, save, said="translation_saved", form="approve")


def reject(asked: Asked) -> Response:
    """Keep a view from being published, for a reason that its author reads."""
    reason = asked.field("reason")

    def decide() -> None:
        asked.parts.views.reject(
            asked.path("id"),
            reason,
            asked.account.name,
            also=_noting(asked, "view_rejected", reason=reason),
        )

    return _answer(asked, decide, said="view_rejected", form="reject")


def withdraw(asked: Asked) -> Response:
    """Take a view down, once its id or its receipt was typed."""
    id, typed = asked.path("id"), asked.field("confirm").strip()

    def take_down() -> None:
        view = asked.parts.views.get(id)
        if typed.upper() not in (view.id.upper(), view.receipt.upper()):
            raise Refused("Type the view's id or its receipt.", "unconfirmed")
        asked.parts.views.withdraw(id, asked.account.name, also=_noting(asked, "view_withdrawn"))

    return _answer(asked, take_down, said="view_withdrawn", form="withdraw")


def _noting(asked: Asked, action: str, **details: object) -> Also:
    return noting(asked, action, subject_of(asked.path("id")), **details)


def _answer(asked: Asked, do: Callable[[], object], *, said: str, form: str) -> Response:
    """Go on, or show the view's page with the form as it was typed."""
    id = asked.path("id")
    return answer(
        asked,
        do,
        said=said,
        otherwise=lambda problem, status: view_page(
            asked, id, problems={form: problem}, status=status
        ),
        to=f"/console/views/{id}",
    )
