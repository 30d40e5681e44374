"""One topic: both languages side by side, problems at their fields, what differs from live."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.content.choices import answers_to_choose, sources_to_choose
from bot.console.content.desk import Desk, author_of
from bot.console.content.door import at_desk
from bot.console.content.merging import Merge, merge, taken_from_them
from bot.console.content.says import Says, by_field, says_of
from bot.console.content.typed import Typed, change_of, read_typed, read_versions, typed_of
from bot.content.checks.answers import LONGEST_MORE, LONGEST_TEXT, LONGEST_TITLE, MOST_BUTTONS
from bot.editing.records import Change, Topic, TopicChange, Versions
from bot.editing.refusals import Conflict, NotByFields, TooLarge

LENGTHS = {"title": LONGEST_TITLE, "text": LONGEST_TEXT, "more": LONGEST_MORE}
MOST_BYTES = 2_000_000
"""Of a form: both languages, examples and held-out messages, with room for what must be refused."""


@at_desk
def show_topic(asked: Asked, desk: Desk) -> Response:
    """The form of a topic as the draft has it."""
    topic = desk.workshop.topic(asked.path("id"))
    typed = typed_of(topic)
    said = says_of(asked, desk.problems(topic.id), typed)
    return _page(asked, desk, topic, typed, topic.versions, said)


@at_desk
def save_topic(asked: Asked, desk: Desk) -> Response:
    """Save the draft, check what is typed, or take the live version back."""
    topic = desk.workshop.topic(asked.path("id"))
    if asked.field("do") == "discard":
        return _discard(asked, desk, topic)
    typed, versions = read_typed(asked, topic), read_versions(asked)
    change = _change(asked, typed)
    try:
        if asked.field("do") == "check":
            said = says_of(asked, desk.workshop.problems_if(topic.id, change), typed)
            return _page(asked, desk, topic, typed, versions, said, is_checked=True)
        saved = desk.workshop.save(topic.id, change, versions, author_of(asked))
    except Conflict as conflict:
        return _in_conflict(asked, desk, topic, typed, versions, conflict)
    except TooLarge as error:
        said = [Says(error.field, too_large(asked, error), is_error=True)]
        return _page(asked, desk, topic, typed, versions, said, status=422)
    except NotByFields as error:
        said = [Says("", asked.word("content.not_by_fields", path=error.path), is_error=True)]
        return _page(asked, desk, topic, typed, versions, said, status=422)
    if saved.commit:
        asked.note("saved_content", topic.id, commit=saved.commit)
    return asked.go_to(_address(topic.id), said="content_saved" if saved.commit else "content_same")


def _discard(asked: Asked, desk: Desk, topic: Topic) -> Response:
    saved = desk.workshop.discard(topic.id, author_of(asked))
    if saved.commit:
        asked.note("discarded_content", topic.id, commit=saved.commit)
    is_left = any(each.id == topic.id for each in desk.workshop.topics())
    path = _address(topic.id) if is_left else "/console/content"
    return asked.go_to(path, said="content_discarded")


def _in_conflict(
    asked: Asked, desk: Desk, topic: Topic, typed: Typed, versions: Versions, conflict: Conflict
) -> Response:
    """The form with both texts wherever both changed one."""
    merged = merge(typed, conflict.fields)
    newest = {**versions, **conflict.versions}
    return _page(asked, desk, topic, merged.typed, newest, [], status=409, merged=merged)


def _page(
    asked: Asked,
    desk: Desk,
    topic: Topic,
    typed: Typed,
    versions: Versions,
    said: list[Says],
    *,
    status: int = 200,
    merged: Merge | None = None,
    is_checked: bool = False,
) -> Response:
    topics = desk.workshop.topics()
    context: dict[str, Any] = {
        "topic": topic,
        "typed": typed,
        "versions": versions,
        "sayings": said,
        "says": by_field(said),
        "merged": merged or Merge(typed, {}),
        "is_checked": is_checked,
        "lengths": LENGTHS,
        "most_buttons": MOST_BUTTONS,
        "most_bytes": MOST_BYTES,
        "answers": answers_to_choose(topics, asked.language),
        "sources": sources_to_choose(desk.workshop),
        "change": _change_of_topic(topic.id, desk.workshop.changes()),
    }
    return asked.page("content/topic.html", status=status, **context)


def _change(asked: Asked, typed: Typed) -> TopicChange:
    return change_of(
        typed,
        by=asked.account.name,
        today=datetime.fromtimestamp(asked.parts.now(), UTC).date(),
        without=taken_from_them(asked),
    )


def _change_of_topic(id: str, changes: Iterable[Change]) -> Change | None:
    return next((change for change in changes if change.topic == id), None)


def too_large(asked: Asked, error: TooLarge) -> str:
    """What was typed, and what fits."""
    size, most = (f"{number:,}".replace(",", "\u00a0") for number in (error.size, error.most))
    return asked.word("content.too_large", size=size, most=most)


def _address(id: str) -> str:
    return f"/console/content/topics/{id}"
