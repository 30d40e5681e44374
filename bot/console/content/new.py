"""A new topic: its id, and then its form."""

from __future__ import annotations

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.content.desk import Desk, author_of
from bot.console.content.door import at_desk
from bot.content.checks.answers import LONGEST_ID, is_id
from bot.content.plain_words import plain_words
from bot.editing.refusals import IdRefused


@at_desk
def show_new(asked: Asked, desk: Desk) -> Response:
    """Ask for the id."""
    return asked.page("content/new.html", id="", why="", longest=LONGEST_ID)


@at_desk
def make_new(asked: Asked, desk: Desk) -> Response:
    """Write the topic's files, to be filled in."""
    id = asked.field("id").strip()
    try:
        topic = desk.workshop.new_topic(id, author_of(asked))
    except IdRefused:
        why = _why(asked, desk, id)
        return asked.page("content/new.html", status=422, id=id, why=why, longest=LONGEST_ID)
    asked.note("saved_content", topic.id)
    return asked.go_to(f"/console/content/topics/{topic.id}", said="content_new")


def _why(asked: Asked, desk: Desk, id: str) -> str:
    """In the reader's language, what is wrong with an id."""
    if not is_id(id):
        better = plain_words(id).replace(" ", "_")[:LONGEST_ID]
        hint = asked.word("content.id_like", id=better) if is_id(better) else ""
        return f"{asked.word('content.id_form', most=LONGEST_ID)} {hint}".strip()
    if any(topic.id == id for topic in desk.workshop.topics()):
        return asked.word("content.id_taken", id=id)
    return asked.word("content.id_kept", id=id)
