"""The queue's page, whole or only the piece that changes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.queue.counting import NEEDS
from bot.console.queue.showing import parts_of, version_of
from bot.content.reasons import reasons_among
from bot.store.sql.queue import Queue
from bot.store.sql.settling import ALERT_OUTCOMES, UNDO_SECONDS

A_DAY = 86_400.0
ADDRESS = "/console/queue"


def queue(asked: Asked) -> Response:
    """What needs a person, first things first."""
    return queue_page(asked)


def queue_page(asked: Asked, *, problem: str = "", status: int = 200) -> Response:
    """The page, with what went wrong just now."""
    kind = asked.query("kind")
    kind = kind if kind in NEEDS and asked.may(NEEDS[kind]) else ""
    number = asked.query("page")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    parts = parts_of(asked, kind, page)
    shown = next((part for part in parts if part.name == kind), None)
    query = {"kind": kind, "page": str(shown.page)} if shown else {}
    context: dict[str, Any] = {
        "kind": kind,
        "parts": parts,
        "here_is": ADDRESS + (f"?{urlencode(query)}" if query else ""),
        "piece": f"{ADDRESS}?{urlencode({**query, 'piece': '1'})}",
        "version": version_of,
        "outcomes": ALERT_OUTCOMES,
        "settled": _settled(asked),
        "reasons": reasons_of(asked),
        "problem": problem,
    }
    if asked.query("piece"):
        return asked.piece("queue/list.html", **context)
    return asked.page("queue/queue.html", status=status, **context)


def reasons_of(asked: Asked) -> dict[str, str]:
    """Why a view may be rejected, in the words that its author reads."""
    words = asked.parts.library.words
    return {
        reason: words[f"view.reason_{reason}"][asked.language] for reason in reasons_among(words)
    }


def _settled(asked: Asked) -> list[dict[str, object]]:
    """What was settled within a day, and whether this account may still undo it."""
    if not asked.may(NEEDS["crisis"]):
        return []
    now = asked.parts.now()
    queue = Queue(asked.parts.engine, asked.parts.vault, asked.parts.now)
    answers = asked.parts.library.answers
    return [
        {
            "what": answers[each.answer].languages[asked.language].title
            if each.answer and each.answer in answers
            else asked.word(f"queue.kind_{each.kind}"),
            "outcome": asked.word(f"queue.outcome_{each.outcome}"),
            "subject": each.subject,
            "by": each.by,
            "at": each.at,
            "may_undo": each.kind == "alert"
            and each.by == asked.account.name
            and each.at >= now - UNDO_SECONDS,
        }
        for each in queue.settled_since(now - A_DAY)
    ]
