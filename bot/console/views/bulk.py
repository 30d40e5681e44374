"""Deciding on many views at once: each for itself, and each result is told."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.queue.answering import noting, why
from bot.console.queue.page import reasons_of
from bot.console.views.page import subject_of
from bot.store.sql.refusals import Refused

MOST = 200
"""Views of one form."""


@dataclass(frozen=True)
class Result:
    """What became of one of them."""

    id: str
    is_done: bool
    sentence: str


def decide_many(asked: Asked) -> Response:
    """Reject all that were chosen, or approve those whose translation is reviewed."""
    chosen = list(dict.fromkeys(asked.many("view")))
    deed, reason = asked.field("deed"), asked.field("reason")
    problem = _what_is_wrong(asked, chosen, deed, reason)
    if problem:
        return asked.page("views/bulk.html", status=422, problem=problem, results=[], done=0)
    results = [_decide(asked, id, deed, reason) for id in chosen]
    done = sum(result.is_done for result in results)
    return asked.page("views/bulk.html", problem="", results=results, done=done)


def _what_is_wrong(asked: Asked, chosen: list[str], deed: str, reason: str) -> str:
    if deed not in ("approve", "reject"):
        return asked.word("views.bulk_no_deed")
    if not chosen:
        return asked.word("views.bulk_none")
    if len(chosen) > MOST:
        return asked.word("views.bulk_many", most=MOST)
    if deed == "reject" and reason not in reasons_of(asked):
        return asked.word("views.refused_no_reason")
    return ""


def _decide(asked: Asked, id: str, deed: str, reason: str) -> Result:
    by, views = asked.account.name, asked.parts.views
    try:
        if deed == "approve":
            note = noting(asked, "view_approved", subject_of(id), in_bulk=True)
            views.approve_reviewed(id, by, also=note)
        else:
            note = noting(asked, "view_rejected", subject_of(id), in_bulk=True, reason=reason)
            views.reject(id, reason, by, also=note)
    except Refused as refused:
        return Result(id, False, why(asked, refused))
    return Result(id, True, asked.word(f"views.bulk_done_{deed}"))
