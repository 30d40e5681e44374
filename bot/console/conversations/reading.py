"""One conversation: its transcript, what staff put on it, and who has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from bot.console.asked import Asked
from bot.console.conversations.canned import canned_replies, preview_of
from bot.console.conversations.naming import Names
from bot.console.conversations.timeline import read_timeline, shorten
from bot.conversation.language import FIRST_LANGUAGE
from bot.conversation.text import clean
from bot.store.sql.conversation_rows import Listed
from bot.store.sql.handover_rows import HandOver
from bot.store.sql.handovers import LONGEST_MESSAGE
from bot.store.sql.labels import LONGEST_LABEL, LONGEST_NOTE

A_STRETCH = 100
"""Turns of a page."""
LIVE_TURNS = 20
"""Turns that a live page looks at again."""
SHORTEST_REASON, LONGEST_REASON = 5, 200
SUGGESTED = ("to-follow-up", "good-example", "wrong-answer", "not-understood", "needs-translation")
"""Labels that are offered; each has words `label_...`."""


def show_conversation(asked: Asked) -> Response:
    """`GET /conversations/{id}`."""
    return transcript_page(asked)


def reveal(asked: Asked) -> Response:
    """`POST /conversations/{id}/reveal`: this one page with nothing hidden, for a reason."""
    reason = clean(asked.field("reason"))
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        return transcript_page(asked, status=422, wrong="reason", kept={"reason": reason})
    listed = asked.parts.conversations.conversations.get(asked.path("id"))
    if listed is None:
        return gone(asked)
    subject = asked.parts.audit.about(listed.conversation)
    asked.note("revealed", subject, reason=reason)
    return transcript_page(asked, is_masked=False)


def transcript_page(
    asked: Asked,
    *,
    status: int = 200,
    is_masked: bool = True,
    wrong: str = "",
    wrong_values: Mapping[str, object] | None = None,
    kept: dict[str, str] | None = None,
) -> Response:
    """The whole page of a conversation.

    Args:
        asked: The request; its path has the conversation.
        status: Of the response.
        is_masked: Whether to hide what could tell who somebody is.
        wrong: What was not done, a key `wrong_...` of the words; empty where nothing went wrong.
        wrong_values: What the words of `wrong` name.
        kept: What was typed into fields, to stand there again.
    """
    room, names = asked.parts.conversations, Names(asked)
    conversation = asked.path("id")
    listed = room.conversations.get(conversation)
    if listed is None:
        return gone(asked)
    note_reading(asked, conversation)
    before = asked.query("before") or asked.form.get("before", "")
    holding = _holding(asked, names, listed)
    stretch = room.transcripts.stretch(conversation, before=before, most=A_STRETCH)
    stretch = shorten(stretch, has_writing=holding["is_mine"])
    items = read_timeline(room, names, conversation, stretch, is_masked=is_masked)
    language = listed.language or FIRST_LANGUAGE
    return asked.page(
        "conversations/transcript.html",
        status=status,
        listed=listed,
        items=items,
        names=names,
        is_masked=is_masked,
        is_last=not before,
        before=before,
        earlier=stretch.turns[0].position if stretch.has_earlier else "",
        labels=room.labels.of(conversation),
        suggested=[*dict.fromkeys([*SUGGESTED, *room.choices().labels])],
        notes=room.labels.notes(conversation),
        speaks=language,
        canned=canned_replies(asked, language),
        preview=preview_of(asked, language),
        most={
            "reason": LONGEST_REASON,
            "label": LONGEST_LABEL,
            "note": LONGEST_NOTE,
            "message": LONGEST_MESSAGE,
        },
        wrong=wrong,
        wrong_text=asked.word(f"conversations.wrong_{wrong}", **(wrong_values or {}))
        if wrong
        else "",
        kept=kept or {},
        **holding,
    )


def show_news(asked: Asked) -> Response:
    """`GET /conversations/{id}/live`: what is new for a page that shows the conversation."""
    room, names = asked.parts.conversations, Names(asked)
    conversation = asked.path("id")
    listed = room.conversations.get(conversation)
    if listed is None:
        return JSONResponse({"is_gone": True}, 404)
    stretch = room.transcripts.stretch(conversation, most=LIVE_TURNS)
    items = read_timeline(room, names, conversation, stretch)
    holding = _holding(asked, names, listed)
    status = asked.render("conversations/holder.html", listed=listed, names=names, **holding)
    note_reading(asked, conversation)
    return JSONResponse(
        {
            "items": [
                {
                    "id": item.id,
                    "at": item.at,
                    "html": asked.render(
                        "conversations/item.html", item=item, names=names, is_masked=True
                    ),
                }
                for item in items
            ],
            "holder": status,
            "number": holding["held"].number if holding["held"] else None,
        }
    )


def note_reading(asked: Asked, conversation: str) -> None:
    """Note that somebody reads a conversation, once in ten minutes."""
    if asked.parts.conversations.is_first_reading(asked.account.email, conversation):
        asked.note("read_conversation", asked.parts.audit.about(conversation))


def gone(asked: Asked) -> Response:
    """Nothing is kept of a conversation, or not any more; says why that may be."""
    return asked.page("conversations/gone.html", status=404)


def _holding(asked: Asked, names: Names, listed: Listed) -> dict[str, Any]:
    """Who has the conversation, for the page and for its live piece."""
    held: HandOver | None = asked.parts.conversations.handovers.current(listed.conversation)
    return {
        "held": held,
        "holder": names.staff(held.taken_by) if held else "",
        "is_mine": held is not None and held.taken_by == asked.account.email,
        "minutes": asked.parts.handover_minutes,
        "reach": _reach(listed.platform),
    }


def _reach(platform: str) -> str:
    """Whether what is written reaches the person at once: a key of the words."""
    return f"reach_{platform}"
