"""Reacting to others' views: one at a time, agree, disagree or pass; the last one can be undone."""

from __future__ import annotations

from bot.conversation.board import Statement
from bot.conversation.messages import Button
from bot.conversation.ports import AnswerCall
from bot.conversation.visit import Visit
from bot.opinions.lots import choose_statement

VOTE = "v:"
"""Button under a view: `v:<view>:<a|d|p>`."""
VALUES = {"a": 1, "p": 0, "d": -1}
_CHOICES = {"a": "agree", "d": "disagree", "p": "pass"}
ENOUGH = 7
"""So many reactions place a person on the map; then the picture is offered."""
STARTING = "view_vote_start"


def read_vote(value: str) -> tuple[str, int] | None:
    """View and vote of a button's value without its `v:`, or None."""
    view, _, letter = value.rpartition(":")
    return (view, VALUES[letter]) if view and letter in VALUES else None


def show(visit: Visit) -> list[AnswerCall]:
    """The next view to react to; before the first one, what becomes of reactions."""
    if not any(id not in visit.given.views for id in visit.board.statements):
        return [AnswerCall("view_vote_done" if visit.board.statements else "view_vote_none")]
    if "vote" not in visit.given.consents:
        return [_start(visit)]
    return [_next(visit)]


def vote(visit: Visit, view: str, value: int) -> list[AnswerCall]:
    """Count a reaction, once, the newest of several; then show the next view."""
    if "vote" not in visit.given.consents:
        return [_start(visit)]
    if view in visit.given.views:
        return [AnswerCall("view_vote_own"), _next(visit)]
    if view not in visit.board.statements:
        return [AnswerCall("view_vote_gone"), _next(visit)]
    if visit.given.votes.get(view) != value:
        visit.given.votes.pop(view, None)  # to its end, where undoing looks
        visit.given.votes[view] = value
        visit.note("vote", platform=visit.message.platform, view=view, value=value)
    return [_next(visit)]


def _start(visit: Visit) -> AnswerCall:
    choices = visit.library.answers[STARTING].choices
    return AnswerCall(STARTING, choices=tuple(visit.choice(STARTING, each) for each in choices))


def undo(visit: Visit) -> list[AnswerCall]:
    """Take the last reaction back."""
    if not visit.given.votes:
        return [AnswerCall("view_vote_nothing_to_undo")]
    view, _ = visit.given.votes.popitem()
    visit.note("vote", platform=visit.message.platform, view=view, value=None)
    statement = visit.board.statements.get(view)
    if statement is None:
        return [AnswerCall("view_undo")]
    text = statement.texts[visit.language]
    return [AnswerCall("view_vote_undone", values={"text": text}), _question(visit, statement)]


def stop(visit: Visit) -> list[AnswerCall]:
    """Enough for now."""
    return [AnswerCall("view_vote_stopped", values={"count": str(len(visit.given.votes))})]


def _next(visit: Visit) -> AnswerCall:
    statements = visit.board.statements
    chosen = choose_statement(
        {id: statement.weight for id, statement in statements.items()},
        conversation=visit.message.conversation,
        seen=visit.given.votes,
        own=visit.given.views,
    )
    if chosen is None:
        return AnswerCall("view_vote_done", choices=_undo_button(visit))
    return _question(visit, statements[chosen])


def _question(visit: Visit, statement: Statement) -> AnswerCall:
    done = len(visit.given.votes)
    of = sum(1 for id in visit.board.statements if id not in visit.given.views)
    buttons = [
        Button(visit.word(f"choices.view_vote_{name}"), f"{VOTE}{statement.id}:{letter}")
        for letter, name in _CHOICES.items()
    ]
    buttons += _undo_button(visit)
    buttons.append(visit.choice("view_vote", "stop"))
    if done >= ENOUGH:
        title = visit.library.text("view_picture", visit.language).title
        buttons.append(Button(title, "a:view_picture", "view_picture"))
    return AnswerCall(
        "view_vote",
        values={"text": statement.texts[visit.language], "place": f"{min(done + 1, of)}/{of}"},
        choices=tuple(buttons),
    )


def _undo_button(visit: Visit) -> tuple[Button, ...]:
    if not visit.given.votes:
        return ()
    return (Button(visit.word("choices.view_undo"), "a:view_undo", "view_undo"),)
