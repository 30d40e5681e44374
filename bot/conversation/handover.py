"""While a person of the team has the conversation: the bot is silent and brings what they write.

What they decide in the console comes as notices from the recorder (`notices`). Two things never
wait for them: distress is screened as ever (`turn`), and buttons and commands work. Past the time
that the last notice named, the bot answers again by itself, so that a recorder or a console that
died silences nobody for ever.

Nobody is written to whose last word was `/stop`, nor somebody under 14, whose words are not kept
and so could not be read; the record is told that they left, and the moderator sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversation import sharing
from bot.conversation.ports import AnswerCall, ConversationRecord, JsonObject
from bot.conversation.visit import Visit

STATE = "handover"
"""What `Visit.handover` keeps until the next turn; in the state of a conversation."""
ADDRESS = "address"
"""How to reach the person who wrote last; in the state that the person may read."""
PREFIX = "handover_"
"""What the ids of our answers begin with."""
LEAVE, NEWS = "handover_left", "handover_news"
"""What our buttons ask for: the bot again; what has come since, where nobody can be told later."""
MOST_NEWS = 20
"""What a person writes at most before somebody on the web looks again; the latest is kept."""


def read(record: ConversationRecord) -> JsonObject:
    """Who has the conversation, as the last turn left it."""
    return dict(record.state.get(STATE, {}))


def kept_address(state: Mapping[str, Any]) -> JsonObject:
    """Where the person was last reached; empty where that is not known, or not kept."""
    return dict(state.get(ADDRESS, {}))


def is_open(visit: Visit) -> bool:
    """Whether a person has the conversation now."""
    return "number" in visit.handover and visit.message.at < visit.handover["until"]


def take(visit: Visit, notice: Mapping[str, Any]) -> list[AnswerCall]:
    """What to say of a notice: a person takes over, writes, or is done."""
    number, what = notice["number"], notice["what"]
    is_held = visit.handover.get("number") == number
    if what in ("ended", "timeout"):
        if not is_held:  # the person left, or the bot is back already
            return []
        _close(visit)
        return _tell(visit, notice)
    if visit.handover.get("left") == number:
        return []
    if not _may_be_written_to(visit):
        _leave(visit, number)
        return []
    if what == "kept" and not is_held:
        return []
    until = max(notice["until"], visit.handover["until"]) if is_held else notice["until"]
    visit.handover |= {"number": number, "until": until}
    news = [] if is_held else [dict(notice) | {"what": "taken"}]
    if what == "message":
        news.append(dict(notice))
    return _tell(visit, *news)


def _may_be_written_to(visit: Visit) -> bool:
    is_unheard = visit.is_stranger or bool(visit.state.get(sharing.STOPPED))
    return not is_unheard and not sharing.is_young(visit)


def _tell(visit: Visit, *news: Mapping[str, Any]) -> list[AnswerCall]:
    """Say it now, or with the person's next message."""
    if visit.message.can_be_told_later:
        return [_call(visit, each) for each in news]
    waiting = [*visit.handover.get("news", []), *map(dict, news)]
    if waiting:
        visit.handover["news"] = waiting[-MOST_NEWS:]
    return []


def _call(visit: Visit, news: Mapping[str, Any]) -> AnswerCall:
    values = {}
    if news["what"] in ("taken", "message"):
        name = news.get("name")
        known, unknown = "handover.who_named", "handover.who_unnamed"
        values["who"] = visit.word(known, name=name) if name else visit.word(unknown)
    if news["what"] == "message":
        values["text"] = news["text"]
    return AnswerCall(f"{PREFIX}{news['what']}", values=values)


def catch_up(visit: Visit) -> list[AnswerCall]:
    """What has waited for this message of the person's; a kind word where the time ran out."""
    news = visit.handover.pop("news", [])
    if "number" in visit.handover and not is_open(visit):
        _close(visit)
        news.append({"what": "timeout"})
    told = {each["what"] for each in news}
    if "taken" in told and "message" not in told and not is_open(visit):
        news = [each for each in news if each["what"] == "timeout"]  # that somebody came is past
    return [_call(visit, each) for each in news]


def pass_on(visit: Visit) -> list[AnswerCall]:
    """What to say to a text that goes to a person: nothing, unless a caller waits for a reply."""
    return [AnswerCall("handover_passed_on")] if visit.message.awaits_reply else []


def press(visit: Visit, button: str) -> list[AnswerCall]:
    """What our buttons bring: the bot again, or no more than the news."""
    if button == NEWS:
        return []
    leave(visit)
    return [AnswerCall(LEAVE)]


def leave(visit: Visit) -> None:
    """The person wants the bot again, or no more messages; staff hear of it."""
    if "number" in visit.handover:
        _leave(visit, visit.handover["number"])


def _leave(visit: Visit, number: int) -> None:
    _close(visit)
    visit.handover["left"] = number
    visit.note("handover_left", number=number)


def _close(visit: Visit) -> None:
    for name in ("number", "until"):
        visit.handover.pop(name, None)
