"""Taking items out of the queue, and putting one back."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection
from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.queue.answering import answer, noting
from bot.console.queue.page import ADDRESS, queue_page
from bot.store.sql.refusals import Refused
from bot.store.sql.settling import AlsoAbout, Settling


def settle_alert(asked: Asked) -> Response:
    """Somebody looked at an alert."""
    outcome = asked.field("outcome")
    also = _noting_about(asked, "alert_settled", outcome=outcome)
    return _answer(
        asked,
        lambda: _settling(asked).alert(
            asked.field("alert"), outcome, asked.account.name, also=also
        ),
        "settled",
    )


def undo_alert(asked: Asked) -> Response:
    """Whoever settled an alert a moment ago puts it back."""
    also = _noting_about(asked, "alert_undone")
    return _answer(
        asked,
        lambda: _settling(asked).undo_alert(asked.field("alert"), asked.account.name, also=also),
        "undone",
    )


def release_votes(asked: Asked) -> Response:
    """Let somebody's votes count, for good."""
    whose = asked.field("whose")
    also = noting(asked, "votes_released", asked.parts.audit.about(whose))
    return _answer(
        asked,
        lambda: asked.parts.views.release(whose, asked.account.name, also=also),
        "votes_released",
    )


def leave_votes_held(asked: Asked) -> Response:
    """Somebody looked at held votes and leaves them out."""
    whose = asked.field("whose")
    also = noting(asked, "votes_left_held", asked.parts.audit.about(whose))
    return _answer(
        asked,
        lambda: _settling(asked).leave_held(whose, asked.account.name, also=also),
        "votes_left_held",
    )


def settle_questions(asked: Asked) -> Response:
    """Questions are answered from now on, or are none of ours."""
    outcome = asked.field("outcome")

    def settle() -> None:
        cluster = asked.parts.watch.cluster_of(asked.field("turn"))
        if cluster is None:
            raise Refused("These questions are grouped anew.", "gone")
        _settling(asked).questions(
            cluster.wordings,
            outcome,
            asked.account.name,
            also=noting(asked, "questions_settled", "", outcome=outcome, times=cluster.times),
        )

    return _answer(asked, settle, "questions_settled")


def _settling(asked: Asked) -> Settling:
    return Settling(asked.parts.engine, asked.parts.vault, asked.parts.now)


def _noting_about(asked: Asked, action: str, **details: str) -> AlsoAbout:
    def note(connection: Connection, conversation: str) -> None:
        noting(asked, action, asked.parts.audit.about(conversation), **details)(connection)

    return note


def _answer(asked: Asked, do: Callable[[], object], said: str) -> Response:
    return answer(
        asked,
        do,
        said=said,
        otherwise=lambda problem, status: queue_page(asked, problem=problem, status=status),
        to=ADDRESS,
    )
