"""How a decision is answered: with a page that goes on, or a sentence for the script that asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.console.asked import Asked
from bot.console.rendering import readable_moment
from bot.store.sql.moderation import Also
from bot.store.sql.refusals import AlreadyDecided, AlreadySettled, Refused

GONE = frozenset(
    ("decided", "decided_before", "settled", "released", "withdrawn", "no_view", "no_hold", "gone")
)
"""Refusals after which there is nothing left to decide."""
ROOMS = ("/console/queue", "/console/views")

OnRefused = Callable[[str, int], Response]
"""Makes the page that says why, with everything that was typed; takes the sentence and status."""


def wants_json(asked: Asked) -> bool:
    """Whether a script of ours asks, which shows the answer itself."""
    return "application/json" in asked.request.headers.get("accept", "")


def noting(asked: Asked, action: str, subject: str, **details: Any) -> Also:
    """What notes a deed in the audit, in the deed's own transaction."""
    account = asked.account

    def note(connection: Connection) -> None:
        asked.parts.audit.note_within(
            connection,
            by=account.email,
            role=account.role,
            action=action,
            subject=subject,
            **details,
        )

    return note


def answer(
    asked: Asked, do: Callable[[], object], *, said: str, otherwise: OnRefused, to: str
) -> Response:
    """Do something and say so, or say why it was not done.

    Args:
        asked: The request, whose field `back` may name the page to go on with.
        do: What to do; may raise `Refused`.
        said: A key of `words/said.yml`.
        otherwise: Makes the page where it was refused.
        to: The page to go on with, unless the form names another of ours.
    """
    try:
        do()
    except Refused as refused:
        sentence, status = why(asked, refused), 409 if refused.code in GONE else 422
        if wants_json(asked):
            return JSONResponse({"problem": sentence, "gone": status == 409}, status)
        return otherwise(sentence, status)
    if wants_json(asked):
        return JSONResponse({"said": asked.word(f"said.{said}")})
    back = _back(asked, to)
    return RedirectResponse(f"{back}{'&' if '?' in back else '?'}{urlencode({'said': said})}", 303)


def why(asked: Asked, refused: Refused) -> str:
    """Why something was not done, in the reader's language."""
    values: dict[str, object] = dict(refused.values)
    key = f"views.refused_{refused.code}"
    if isinstance(refused, AlreadyDecided):
        key = f"views.refused_{refused.status}"
        values |= {"by": refused.by, "at": refused.at}
    if isinstance(refused, AlreadySettled):
        outcome = asked.word(f"queue.outcome_{refused.outcome}")
        values |= {"by": refused.by, "at": refused.at, "outcome": outcome}
    if not asked.parts.words.has(key):
        return str(refused)
    if "at" in values:
        values["when"] = readable_moment(float(str(values.pop("at"))), asked.language)
    if "language" in values:
        values["language"] = asked.word(f"views.of_{values['language']}")
    if "kinds" in values:
        words = asked.parts.library.words
        values["kinds"] = ", ".join(
            words[f"personal_data.{kind}"][asked.language].strip("[]")
            for kind in refused.values["kinds"]
        )
    return asked.word(key, **values)


def _back(asked: Asked, to: str) -> str:
    """The page that the form names, if it is one of these rooms."""
    wanted = asked.field("back")
    path, _, _ = wanted.partition("?")
    is_ours = any(path == room or path.startswith(f"{room}/") for room in ROOMS)
    return wanted if is_ours and wanted.isprintable() and "\\" not in wanted else to
