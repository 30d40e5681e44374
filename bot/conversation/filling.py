"""Answers that need more than their file: each with the room that completes it.

The dialogue only names an answer. Where saying it also does something (a view is sent, all is
erased), that happens here, so that what is said and what is done are one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.conversation import handover, own_data, results, sharing, voting
from bot.conversation.journal import ERASING
from bot.conversation.ports import AnswerCall
from bot.conversation.visit import Visit

Filler = Callable[[Visit], list[AnswerCall]]


def _first_say(answer: str, then: Filler) -> Filler:
    return lambda visit: [AnswerCall(answer), *then(visit)]


def _stop_messages(visit: Visit) -> list[AnswerCall]:
    handover.leave(visit)
    return sharing.stop_messages(visit)


FILLERS: dict[str, Filler] = {
    "see_views": _first_say("see_views", voting.show),
    "view_vote_stopped": voting.stop,
    "view_undo": voting.undo,
    "view_picture": results.show,
    "my_data": own_data.show,
    "view_check": sharing.check,
    "view_received": sharing.submit,
    "view_hear_on": lambda visit: sharing.hear(visit, is_on=True),
    "view_hear_off": lambda visit: sharing.hear(visit, is_on=False),
    "stop_messages": _stop_messages,
    ERASING: own_data.erased,
}


def fill(visit: Visit, call: AnswerCall, text: str) -> list[AnswerCall]:
    """The answers to give for one that the dialogue named."""
    if call.part == "more":
        return [call]
    if call.answer == "withdraw_view":
        return own_data.offer_withdrawal(visit, text)
    if call.answer in FILLERS:
        return FILLERS[call.answer](visit)
    if visit.library.answers[call.answer].choices and not call.choices:
        return [replace(step, values=call.values) for step in sharing.step(visit, call.answer)]
    return [call]
