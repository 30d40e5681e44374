"""Files that were edited without the console: shown, adopted, never overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.content.desk import Desk, author_of
from bot.console.content.door import at_desk
from bot.console.content.topic import MOST_BYTES
from bot.editing.differences import word_diff
from bot.editing.records import FieldChange, FileConflict, HandEdit, Resolution
from bot.editing.refusals import ConflictWithFiles, NotYaml

LONGEST_SHOWN = 200_000
"""Characters of a file whose difference is shown."""


@at_desk
def show_by_hand(asked: Asked, desk: Desk) -> Response:
    """What was edited, beside the draft."""
    return _page(asked, desk)


@at_desk
def adopt(asked: Asked, desk: Desk) -> Response:
    """Bring it into the draft; where both changed one file, ask which text stands."""
    resolutions, why = _resolutions(asked), ""
    paths = [edit.path for edit in desk.workshop.hand_edits()]
    try:
        try:
            commit = desk.workshop.adopt(author_of(asked), resolutions)
        except NotYaml as error:
            why = f"{error.path}. {asked.word('content.not_yaml', n=error.line)}"
            commit = desk.workshop.adopt(author_of(asked))
    except ConflictWithFiles as error:
        return _page(asked, desk, error.conflicts, why=why, status=409)
    asked.note("adopted_files", commit=commit, paths=paths)
    return asked.go_to("/console/content/by_hand", said="content_adopted")


def _resolutions(asked: Asked) -> list[Resolution]:
    """What the reader decided; a file without a choice is left open."""
    found = []
    for path in asked.many("path"):
        choice = asked.field(f"choice:{path}")
        if choice not in ("draft", "hand", "text"):
            continue
        is_gone = choice != "text" and asked.field(f"{choice}_is_gone:{path}") == "1"
        text = None if is_gone else asked.field(f"{choice}:{path}")
        draft, hand = (asked.field(f"{name}_version:{path}") for name in ("draft", "hand"))
        found.append(Resolution(path, text, draft, hand))
    return found


def _page(
    asked: Asked,
    desk: Desk,
    conflicts: Sequence[FileConflict] = (),
    *,
    why: str = "",
    status: int = 200,
) -> Response:
    edits = desk.workshop.hand_edits()
    return asked.page(
        "content/by_hand.html",
        status=status,
        edits=[(edit, _difference(desk, edit)) for edit in edits],
        conflicts=conflicts,
        typed={path: asked.field(f"text:{path}") for path in asked.many("path")},
        why=why,
        most_bytes=MOST_BYTES,
    )


def _difference(desk: Desk, edit: HandEdit) -> FieldChange:
    draft, home = (_text(root / edit.path) for root in (desk.draft, desk.home))
    return FieldChange("", word_diff(draft, home))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")[:LONGEST_SHOWN]
    except OSError:
        return ""
