"""Actions that give answers: the one asked for, more of it, or the nearest ones."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.say import say, understood

CHOICES = 3
SURE = 0.9
"""Confidence from which an answer stands alone; below it, what else may be meant is offered."""
LIKELY = 0.04
ALTERNATIVES = 2
NOT_OFFERED = (
    "nlu_fallback",
    "crisis_",
    "hyperbole",
    "greet",
    "goodbye",
    "thanks",
    "compliment",
    "insult",
    "joke",
    "off_topic",
    "affirm",
    "deny",
    "cancel",
    "tell_more",
)


OFFERS = {"delete_my_data": "delete_done"}
"""Answers that ask for a yes, and what the yes brings."""


class ActionAnswer(Action):
    """Gives the answer that is named like the intent."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_answer"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See `Action.run`."""
        answer = tracker.latest_message["intent"]["name"]
        say(dispatcher, answer, offered=_alternatives(answer, tracker))
        return understood(answer)


class ActionAgree(Action):
    """Does what the bot has just offered to do; else takes the yes for a yes."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_agree"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See `Action.run`."""
        offered = OFFERS.get(tracker.get_slot("last_answer"))
        say(dispatcher, offered or "affirm")
        return understood(offered or "affirm")


class ActionResume(Action):
    """After a wrong alarm: back to what the conversation was about."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_resume"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See `Action.run`."""
        before = tracker.get_slot("last_answer")
        is_topic = before is not None and not before.startswith(NOT_OFFERED)
        say(dispatcher, "crisis_not_meant", offered=[before] if is_topic else [])
        return []


class ActionTellMore(Action):
    """Gives the second part of an answer: of the button's, else of the last one."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_tell_more"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See `Action.run`."""
        pressed = next(tracker.get_latest_entity_values("answer"), None)
        answer = pressed or tracker.get_slot("last_answer")
        if answer is None:
            say(dispatcher, "tell_more_nothing")
            return [SlotSet("misses", 0)]
        say(dispatcher, answer, part="more")
        return [*understood(answer), SlotSet("last_answer", None)]  # there is no third part


class ActionOfferTopics(Action):
    """Offers the three nearest topics; the second time in a row, the list of what there is."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_offer_topics"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See `Action.run`."""
        misses = int(tracker.get_slot("misses") or 0) + 1
        ranking = tracker.latest_message.get("intent_ranking") or []
        names = [item["name"] for item in ranking if _can_be_offered(item["name"])]
        if names and misses == 1:
            say(dispatcher, "fallback_nearest", offered=names[:CHOICES])
        else:
            say(dispatcher, "fallback_unclear", offered=names[:CHOICES])
        return [SlotSet("misses", misses)]


def _alternatives(answer: str, tracker: Tracker) -> list[str]:
    """What else the message may well have meant, where the answer is not sure."""
    if tracker.latest_message["intent"]["confidence"] >= SURE:
        return []
    ranking = tracker.latest_message.get("intent_ranking") or []
    names = [
        item["name"]
        for item in ranking
        if item["confidence"] >= LIKELY and item["name"] != answer and _can_be_offered(item["name"])
    ]
    return names[:ALTERNATIVES]


def _can_be_offered(intent: str) -> bool:
    return not intent.startswith(NOT_OFFERED)
