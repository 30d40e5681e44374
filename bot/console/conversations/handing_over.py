"""Taking a conversation, writing to the person, and giving it back to the bot."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.conversations.canned import canned_text
from bot.console.conversations.naming import Names
from bot.console.conversations.reading import gone, transcript_page
from bot.conversation.text import clean
from bot.store.sql.conversation_rows import Listed
from bot.store.sql.handover_rows import AlreadyTaken, Ended
from bot.store.sql.handovers import LONGEST_MESSAGE, AlsoOf

Act = Callable[[Asked, Listed], Response]
MAY_FORCE = "admin"
"""The role that may take a conversation from a colleague."""


def _handing(act: Act) -> Callable[[Asked], Response]:
    """A handler out of something done with a conversation that is there."""

    @wraps(act)
    def handle(asked: Asked) -> Response:
        listed = asked.parts.conversations.conversations.get(asked.path("id"))
        if listed is None:
            return gone(asked)
        kept = {"text": asked.field("text")}
        try:
            return act(asked, listed)
        except AlreadyTaken as error:
            by = {"by": Names(asked).staff(error.by)}
            return transcript_page(asked, status=409, wrong="taken", wrong_values=by, kept=kept)
        except Ended as error:
            wrong = f"ended_{error.why}" if error.why else "ended"
            return transcript_page(asked, status=409, wrong=wrong, kept=kept)

    return handle


@_handing
def take(asked: Asked, listed: Listed) -> Response:
    """`POST /conversations/{id}/take`; an admin may take it from a colleague."""
    is_forced = bool(asked.field("force")) and asked.account.role == MAY_FORCE
    asked.parts.conversations.handovers.take(
        listed.conversation,
        listed.platform,
        listed.language,
        asked.account.email,
        force=is_forced,
        also=_noting(asked, listed, "took", "number", **_forced(is_forced)),
    )
    return _back(asked, listed, "conversation_taken")


@_handing
def write(asked: Asked, listed: Listed) -> Response:
    """`POST /conversations/{id}/write`; with `insert`, only puts a ready reply into the box."""
    text = asked.field("text")
    if asked.field("insert"):
        ready = canned_text(asked, asked.field("insert"))
        joined = "\n".join(filter(None, (text.rstrip(), ready)))
        return transcript_page(asked, kept={"text": joined})
    length = len(clean(text))
    if not 1 <= length <= LONGEST_MESSAGE:
        wrong = "message_empty" if length == 0 else "message_long"
        values: dict[str, object] = {"count": length, "most": LONGEST_MESSAGE} if length else {}
        kept = {"text": text}
        return transcript_page(asked, status=422, wrong=wrong, wrong_values=values, kept=kept)
    asked.parts.conversations.handovers.write(
        _number(asked, listed),
        text,
        asked.account.email,
        also=_noting(asked, listed, "wrote", "message"),
    )
    return _back(asked, listed, "message_left")


@_handing
def give_back(asked: Asked, listed: Listed) -> Response:
    """`POST /conversations/{id}/give-back`; an admin may give back what a colleague has."""
    is_forced = bool(asked.field("force")) and asked.account.role == MAY_FORCE
    asked.parts.conversations.handovers.give_back(
        _number(asked, listed),
        asked.account.email,
        force=is_forced,
        also=_noting(asked, listed, "gave_back", "number", **_forced(is_forced)),
    )
    return _back(asked, listed, "conversation_given_back")


@_handing
def stay(asked: Asked, listed: Listed) -> Response:
    """`POST /conversations/{id}/stay`: whoever has it is there, reading or writing."""
    handovers = asked.parts.conversations.handovers
    held = handovers.current(listed.conversation)
    if held is not None and held.taken_by == asked.account.email:
        handovers.touch(held.number)
    if asked.field("quietly"):
        return Response(status_code=204)
    return _back(asked, listed, "")


def _number(asked: Asked, listed: Listed) -> int:
    """The hand-over that the form is about: one of this conversation, as the audit will say."""
    known = asked.parts.conversations.handovers.of(listed.conversation)
    number = next((each.number for each in known if str(each.number) == asked.field("handover")), 0)
    if not number:
        raise Ended(0, None)
    return number


def _noting(asked: Asked, listed: Listed, action: str, what: str, **details: object) -> AlsoOf:
    """What notes a deed in the deed's own transaction: nobody is written to without a trace."""
    account, about = asked.account, asked.parts.audit.about(listed.conversation)

    def note(connection: Connection, number: int) -> None:
        told: dict[str, Any] = {what: number, **details}
        asked.parts.audit.note_within(
            connection,
            by=account.email,
            role=account.role,
            action=action,
            subject=about,
            **told,
        )

    return note


def _forced(is_forced: bool) -> dict[str, bool]:
    return {"from_colleague": True} if is_forced else {}


def _back(asked: Asked, listed: Listed, said: str) -> Response:
    return asked.go_to(f"/console/conversations/{listed.conversation}", said=said)
