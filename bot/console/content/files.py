"""Rules, words and other files, edited as they are written."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.content.desk import Desk, author_of
from bot.console.content.door import at_desk
from bot.console.content.topic import MOST_BYTES, too_large
from bot.editing.paths import topic_of
from bot.editing.records import FieldConflict, FieldProblem, RawFile
from bot.editing.refusals import Conflict, ConversationTestRefused, NotYaml, TooLarge

GROUPS = ("rules", "flows", "words", "conversations", "other")


@at_desk
def show_files(asked: Asked, desk: Desk) -> Response:
    """The files that belong to no topic, in groups."""
    changed = {path for change in desk.workshop.changes() for path in change.paths}
    grouped: dict[str, list[str]] = {group: [] for group in GROUPS}
    for path in desk.workshop.files():
        if topic_of(path) is None:
            grouped[_group(path)].append(path)
    return asked.page("content/files.html", groups=grouped, changed=changed)


@at_desk
def show_file(asked: Asked, desk: Desk) -> Response:
    """The editor of one file."""
    file = desk.workshop.file(asked.path("path"))
    return _page(asked, desk, file.path, file.text, file.version)


@at_desk
def save_file(asked: Asked, desk: Desk) -> Response:
    """Save a file, or take its live version back; what was typed is never lost."""
    path, text = asked.path("path"), asked.field("text")
    version = asked.field("version")
    try:
        if asked.field("do") == "discard":
            saved = desk.workshop.discard_file(path, author_of(asked))
        else:
            saved = desk.workshop.save_file(path, text, version, author_of(asked))
    except NotYaml as error:
        return _page(asked, desk, path, text, version, not_yaml=error, status=422)
    except TooLarge as error:
        return _page(asked, desk, path, text, version, why=too_large(asked, error), status=422)
    except ConversationTestRefused as error:
        return _page(asked, desk, path, text, version, why=str(error), status=422)
    except Conflict as conflict:
        theirs = next(iter(conflict.fields), None)
        newest = conflict.versions.get(path, "")
        return _page(asked, desk, path, text, newest, conflict=theirs, status=409)
    discards = asked.field("do") == "discard"
    if saved.commit:
        action = "discarded_content" if discards else "saved_content"
        asked.note(action, path, commit=saved.commit)
    said = "content_discarded" if discards else "content_saved" if saved.commit else "content_same"
    if discards and path not in desk.workshop.files():
        return asked.go_to("/console/content/rules", said=said)
    return asked.go_to(f"/console/content/rules/{path}", said=said)


def _page(
    asked: Asked,
    desk: Desk,
    path: str,
    text: str,
    version: str,
    *,
    not_yaml: NotYaml | None = None,
    conflict: FieldConflict | None = None,
    why: str = "",
    status: int = 200,
) -> Response:
    desk.start_checking()
    changes = desk.workshop.changes()
    return asked.page(
        "content/file.html",
        status=status,
        file=RawFile(path, text, version),
        not_yaml=not_yaml,
        conflict=conflict,
        why=why,
        problems=_of_file(desk.problems(), path) if desk.is_checked else [],
        topic=topic_of(path),
        change=next((change for change in changes if path in change.paths), None),
        most_bytes=MOST_BYTES,
    )


def _of_file(problems: Iterable[FieldProblem], path: str) -> list[FieldProblem]:
    return [problem for problem in problems if problem.path == path]


def _group(path: str) -> str:
    return next((group for group in GROUPS if f"/{group}/" in f"/{path}"), "other")
