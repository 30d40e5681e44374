"""Every change of the content: who, when, what; and taking one back."""

from __future__ import annotations

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.content.desk import Desk, author_of
from bot.console.content.door import at_desk
from bot.editing.refusals import CannotUndo

MOST = 100


@at_desk
def show_history(asked: Asked, desk: Desk) -> Response:
    """The last changes; one of them with its difference."""
    return _page(asked, desk)


@at_desk
def undo(asked: Asked, desk: Desk) -> Response:
    """Take one change back with a new one."""
    commit = asked.field("commit")
    try:
        saved = desk.workshop.undo(commit, author_of(asked))
    except CannotUndo as error:
        key = "content.cannot_undo" if error.paths else "content.cannot_undo_merge"
        why = asked.word(key, paths=", ".join(error.paths))
        return _page(asked, desk, why=why, status=409)
    if saved.commit:
        asked.note("saved_content", f"undo {commit[:10]}", commit=saved.commit)
    return asked.go_to("/console/content/history", said="content_undone")


def _page(asked: Asked, desk: Desk, *, why: str = "", status: int = 200) -> Response:
    commits = desk.workshop.history(MOST)
    chosen = asked.query("commit")
    shown = next((commit for commit in commits if chosen and commit.id == chosen), None)
    fields = desk.workshop.changes_of(shown.id) if shown else ()
    return asked.page(
        "content/history.html", status=status, commits=commits, shown=shown, changes=fields, why=why
    )
