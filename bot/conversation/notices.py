"""What staff decided, told to the person it is about: once, in order, in their language.

The recorder leaves a notice as a message of the conversation. Where nobody is listening, on the web
and in a Discord guild, it waits for the person's next message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation import handover
from bot.conversation.given import PENDING
from bot.conversation.ports import AnswerCall
from bot.conversation.visit import Visit

NEWS = "news"
"""Notices that wait, in the state of a conversation."""
MOST_NEWS = 5


def take(visit: Visit, notice: Mapping[str, Any]) -> list[AnswerCall]:
    """What to say of a notice; nothing when it is about what the person has taken back."""
    if notice["kind"] == "handover":
        return handover.take(visit, notice)
    calls = _decision(visit, notice) if notice["kind"] == "decision" else _outcome(visit, notice)
    if calls and not visit.message.can_be_told_later:
        waiting = [*visit.state.get(NEWS, []), dict(notice)]
        visit.state[NEWS] = waiting[-MOST_NEWS:]
        return []
    return calls


def waiting(visit: Visit) -> list[AnswerCall]:
    """What waited for this person's next message."""
    calls = []
    for notice in visit.state.pop(NEWS, []):
        tell = _decision if notice["kind"] == "decision" else _outcome
        calls += tell(visit, notice)
    return calls


def _decision(visit: Visit, notice: Mapping[str, Any]) -> list[AnswerCall]:
    view = visit.given.views.get(notice["view"])
    if view is None:
        return []
    status, reason = notice["status"], notice.get("reason")
    view.status, view.reason = status, reason
    if status == PENDING or visit.given.is_stopped:
        return []
    values = {"text": view.text}
    if status == "rejected":
        key = f"view.reason_{reason}"  # staff may have taken it out of the list since
        values["reason"] = visit.word(key if key in visit.library.words else "view.other_reason")
    return [AnswerCall(f"view_{status}", values=values)]


def _outcome(visit: Visit, notice: Mapping[str, Any]) -> list[AnswerCall]:
    if "hear" not in visit.given.consents:
        return []
    values = {"text": notice["texts"][visit.language], "url": notice.get("url") or ""}
    return [AnswerCall("view_outcome", values=values)]
