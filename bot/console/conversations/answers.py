"""The whole text of an answer, for somebody who reads a transcript."""

from __future__ import annotations

from starlette.responses import Response

from bot.console.asked import Asked
from bot.console.gate import trouble


def show_answer(asked: Asked) -> Response:
    """`GET /conversations/answers/{id}`: what the bot says there now, in both languages."""
    answer = asked.parts.library.answers.get(asked.path("id"))
    if answer is None:
        return trouble(asked, 404)
    return asked.page("conversations/answer.html", answer=answer)
