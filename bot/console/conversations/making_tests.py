"""Making a conversation test out of what somebody asked: in words of staff's own."""

from __future__ import annotations

import re

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.content.desk import author_of
from bot.console.conversations.naming import Names
from bot.console.conversations.reading import gone, note_reading
from bot.console.conversations.timeline import read_timeline
from bot.console.conversations.written_test import (
    Line,
    as_yaml,
    check_lines,
    empty_lines,
    typed_lines,
)
from bot.conversation.language import FIRST_LANGUAGE
from bot.conversation.messages import as_language
from bot.editing.refusals import (
    EditingRefused,
    GitFailed,
    GitMissing,
    IdRefused,
    NotARepository,
)
from bot.store.sql.conversation_rows import Listed, Stretch

MOST_TURNS = 12
"""Of one form; the last ones, or those before a place."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def show_form(asked: Asked) -> Response:
    """`GET /conversations/{id}/test`."""
    return _page(asked)


def make_test(asked: Asked) -> Response:
    """`POST /conversations/{id}/test`: write the test into the draft."""
    listed = asked.parts.conversations.conversations.get(asked.path("id"))
    if listed is None:
        return gone(asked)
    lines = typed_lines(asked.many("position"), asked.many("says"), asked.many("answers"))
    lines = check_lines(lines, texts=_texts(asked, listed), answers=asked.parts.library.answers)
    name = asked.field("name").strip()
    wrong = _wrong(name, lines)
    if wrong:
        return _page(asked, status=422, lines=lines, wrong=wrong)
    language = as_language(asked.field("language")) or FIRST_LANGUAGE
    try:
        desk = asked.parts.desk
        desk.open()
        desk.workshop.add_conversation_test(name, as_yaml(language, lines), author_of(asked))
    except IdRefused:
        return _page(asked, status=409, lines=lines, wrong="test_name_there")
    except (GitMissing, NotARepository, GitFailed):
        return _page(asked, status=503, lines=lines, wrong="test_no_draft")
    except EditingRefused:
        return _page(asked, status=422, lines=lines, wrong="test_refused")
    asked.note("made_test", asked.parts.audit.about(listed.conversation), name=name)
    path = f"/console/conversations/{listed.conversation}"
    return asked.go_to(path, said="conversation_test_made")


def _wrong(name: str, lines: list[Line]) -> str:
    if any(line.wrong for line in lines):
        return "test_lines"
    if not any(line.is_used for line in lines):
        return "test_empty"
    return "" if NAME.fullmatch(name) else "test_name"


def _page(
    asked: Asked, *, status: int = 200, lines: list[Line] | None = None, wrong: str = ""
) -> Response:
    room, names = asked.parts.conversations, Names(asked)
    listed = room.conversations.get(asked.path("id"))
    if listed is None:
        return gone(asked)
    note_reading(asked, listed.conversation)
    stretch = _stretch(asked, listed)
    items = read_timeline(room, names, listed.conversation, stretch)
    hints = {item.turn.position: item for item in items if item.turn and item.words}
    if not lines:
        lines = empty_lines(turn for turn in stretch.turns if turn.position in hints)
    return asked.page(
        "conversations/test.html",
        status=status,
        listed=listed,
        names=names,
        hints=hints,
        lines=lines,
        wrong=wrong,
        name=asked.field("name"),
        before=_before(asked),
        speaks=as_language(asked.field("language")) or listed.language or FIRST_LANGUAGE,
    )


def _stretch(asked: Asked, listed: Listed) -> Stretch:
    transcripts = asked.parts.conversations.transcripts
    return transcripts.stretch(listed.conversation, before=_before(asked), most=MOST_TURNS)


def _before(asked: Asked) -> str:
    return asked.query("before") or asked.form.get("before", "")


def _texts(asked: Asked, listed: Listed) -> list[str]:
    """What the person wrote near these turns, of which nothing may stand in a file."""
    transcripts = asked.parts.conversations.transcripts
    stretch = transcripts.stretch(listed.conversation, most=500)
    near = _stretch(asked, listed)
    return [turn.text for turn in (*stretch.turns, *near.turns) if turn.text]
