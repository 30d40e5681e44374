"""What people think, as a short text that a screen reader reads well, and a picture."""

from __future__ import annotations

from bot.conversation.board import Results, Shared
from bot.conversation.messages import Image
from bot.conversation.ports import AnswerCall
from bot.conversation.visit import Visit
from bot.conversation.voting import ENOUGH

LEAST_GROUPED = 50
MOST_SHOWN = 3
SHORT = 140
"""Characters of a view in a result: all of it fits one message of Discord."""


def show(visit: Visit) -> list[AnswerCall]:
    """The groups, where the person stands, what all share and what marks each."""
    results = visit.board.results
    if results is None:
        if visit.board.voters:
            return [AnswerCall("view_picture_early", values={"people": str(visit.board.voters)})]
        return [AnswerCall("view_picture_soon")]
    values = {
        "people": str(results.people),
        "groups": _groups(visit, results),
        "you": _you(visit, results),
        "shared": _shared(visit, results),
        "differs": _differs(visit, results),
    }
    groups = ", ".join(line.rstrip(".") for line in values["groups"].splitlines())
    alt = visit.word("view.map_alt", groups=groups)
    name = results.pictures.get(visit.language)
    image = Image(f"/pictures/{name}.png", alt) if name else None
    return [AnswerCall("view_picture", values=values, image=image)]


def _groups(visit: Visit, results: Results) -> str:
    return "\n".join(
        visit.word("view.group_size", letter=group.letter, size=group.size)
        for group in results.groups
    )


def _you(visit: Visit, results: Results) -> str:
    letter = results.group_of(visit.given.votes) if len(visit.given.votes) >= ENOUGH else None
    if letter is None:
        return visit.word("view.you_too_few")
    size = next(group.size for group in results.groups if group.letter == letter)
    return visit.word("view.you_in_group", letter=letter, size=size)


def _shared(visit: Visit, results: Results) -> str:
    lines = [
        visit.word(f"view.shared_{shared.answer}", text=text)
        for shared in results.bridges
        if (text := _text(visit, shared))
    ]
    return "\n".join(lines[:MOST_SHOWN]) or visit.word("view.nothing_shared")


def _differs(visit: Visit, results: Results) -> str:
    """The first mark of each group that is not shared by all."""
    common = {shared.statement for shared in results.bridges}
    lines = []
    for group in results.groups:
        marks = (m for m in results.marks.get(group.letter, ()) if m.statement not in common)
        for mark in marks:
            if text := _text(visit, mark):
                key = f"view.mark_{mark.answer}"
                lines.append(visit.word(key, letter=group.letter, text=text))
                break
    return "\n".join(lines) or visit.word("view.nothing_differs")


def _text(visit: Visit, shared: Shared) -> str | None:
    statement = visit.board.statements.get(shared.statement)
    if statement is None:  # taken back since
        return None
    text = statement.texts[visit.language]
    return text if len(text) <= SHORT else text[: SHORT - 1].rstrip() + "…"
