"""Putting labels and notes on a conversation, and taking them off."""

from __future__ import annotations

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.conversations.reading import gone, transcript_page
from bot.store.sql.labels import NotKept
from bot.store.sql.refusals import Refused


def add_label(asked: Asked) -> Response:
    """`POST /conversations/{id}/labels`."""
    room, conversation, label = asked.parts.conversations, asked.path("id"), asked.field("label")
    try:
        kept = room.labels.add(conversation, label, asked.account.email)
    except NotKept:
        return gone(asked)
    except Refused:
        return transcript_page(asked, status=422, wrong="label", kept={"label": label})
    room.forget_choices()
    asked.note("label_added", _subject(asked), label=kept)
    return _back(asked, "saved")


def remove_label(asked: Asked) -> Response:
    """`POST /conversations/{id}/labels/remove`."""
    room, label = asked.parts.conversations, asked.field("label")
    if room.labels.remove(asked.path("id"), label):
        room.forget_choices()
        asked.note("label_removed", _subject(asked), label=label)
    return _back(asked, "saved")


def add_note(asked: Asked) -> Response:
    """`POST /conversations/{id}/notes`."""
    text = asked.field("note")
    try:
        number = asked.parts.conversations.labels.write_note(
            asked.path("id"), text, asked.account.email
        )
    except NotKept:
        return gone(asked)
    except Refused:
        return transcript_page(asked, status=422, wrong="note", kept={"note": text})
    asked.note("note_added", _subject(asked), note=number)
    return _back(asked, "saved")


def remove_note(asked: Asked) -> Response:
    """`POST /conversations/{id}/notes/remove`: one's own."""
    number = asked.field("number")
    is_number = number.isascii() and number.isdigit() and len(number) <= 9
    if is_number and asked.parts.conversations.labels.remove_note(
        asked.path("id"), int(number), asked.account.email
    ):
        asked.note("note_removed", _subject(asked), note=int(number))
    return _back(asked, "saved")


def _subject(asked: Asked) -> str:
    return asked.parts.audit.about(asked.path("id"))


def _back(asked: Asked, said: str) -> Response:
    return asked.go_to(f"/console/conversations/{asked.path('id')}", said=said)
