"""The form in which a person shares a view: consent, age, theme, text, check, then two extras.

The form never sees the words of a view, only whether there are some (`written`). A question, a
greeting or a change of language in between is answered, and the same step is asked again.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Type

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.answers import (
    OFFERS,
    ActionAgree,
    ActionAnswer,
    ActionOfferTopics,
    ActionResume,
    ActionTellMore,
)
from bot.actions.language import ActionChangeLanguage
from bot.actions.say import say
from bot.conversation.sharing import CHECKING, REMOVED, STEPS, WRITING

ASKED = "requested_slot"
PAUSED_AFTER = 24 * 3600.0
"""Seconds after which a form that was left is not taken up again."""
FUNCTIONAL = frozenset(
    (
        "cancel",
        "change_language",
        "help",
        "talk_to_human",
        "report_problem",
        "delete_my_data",
        "my_data",
        "stop_messages",
        "withdraw_view",
        "see_views",
        "bot_privacy",
        "bot_delete",
        "view_picture",
        "crisis_not_meant",
    )
)
"""What a few words may ask for where a view is awaited."""
SMALL_TALK = frozenset(("greet", "goodbye", "thanks", "joke"))
"""What a word or two may be where a view is awaited."""
SURE = 0.6
FEW_WORDS = 8
VERY_FEW_WORDS = 3
QUESTIONS = ("?", "؟")
ENDINGS = {
    ("view_consent", "no"): "view_cancelled",
    ("view_age", "under"): "view_under_14",
    ("view_check", "cancel"): "view_cancelled",
}
"""Choices that end the form, and what is said."""

Events = List[EventType]


class ValidateViewForm(Action):
    """Takes the answer to the step that was asked; answers anything else and asks again."""

    def name(self) -> str:
        """See `Action.name`."""
        return "validate_view_form"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Events:
        """See `Action.run`."""
        asked = tracker.get_slot(ASKED)
        if asked not in STEPS or not tracker.active_loop:
            return []
        if _was_left(tracker):
            say(dispatcher, "view_paused")
            _answer(dispatcher, tracker, domain)
            return _end()
        step, choice = _choice(tracker)
        if step == asked:
            return _choose(dispatcher, asked, choice)
        if step in STEPS:  # a button of an earlier step, pressed again
            return [SlotSet(asked, None)]
        if asked == WRITING and _is_view(tracker):
            return _write(dispatcher, tracker)
        return _digress(dispatcher, tracker, domain, asked)


class ActionEndView(Action):
    """Forgets the steps of a form that is over, and says goodbye where it was finished."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_end_view"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Events:
        """See `Action.run`."""
        if tracker.get_slot(STEPS[-1]) is not None:
            say(dispatcher, "view_done")
        return [SlotSet(step, None) for step in STEPS]


class ActionViewStep(Action):
    """A button of a step while no form is under way."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_view_step"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Events:
        """See `Action.run`."""
        say(dispatcher, OUTSIDE.get(_choice(tracker), "view_expired"))
        return []


OUTSIDE = {
    ("view_vote_start", "over"): "see_views",
    ("view_vote_start", "under"): "view_under_14",
    ("view_vote", "stop"): "view_vote_stopped",
    ("view_done", "hear"): "view_hear_on",
    ("view_done", "not_hear"): "view_hear_off",
    ("view_invite", "no"): "view_invite_no",
}


def _entity(tracker: Tracker, name: str) -> str:
    return str(next(tracker.get_latest_entity_values(name), "") or "")


def _choice(tracker: Tracker) -> tuple[str, str]:
    step = _entity(tracker, "step").replace(REMOVED, CHECKING)
    return step, _entity(tracker, "choice")


def _was_left(tracker: Tracker) -> bool:
    at = [event["timestamp"] for event in tracker.events if event.get("event") == "user"]
    return len(at) > 1 and at[-1] - at[-2] > PAUSED_AFTER


def _end() -> Events:
    return [SlotSet(ASKED, None), SlotSet(STEPS[-1], None)]


def _choose(dispatcher: CollectingDispatcher, asked: str, choice: str) -> Events:
    if choice == "back":
        before = STEPS[STEPS.index(asked) - 1]
        return [SlotSet(asked, None), SlotSet(before, None), SlotSet(ASKED, before)]
    if (asked, choice) in ENDINGS:
        say(dispatcher, ENDINGS[asked, choice])
        return _end()
    if (asked, choice) == ("view_check", "rewrite"):
        return [SlotSet(asked, None), SlotSet(WRITING, None), SlotSet(ASKED, WRITING)]
    if asked == "view_check":
        say(dispatcher, "view_received")
    return [SlotSet(asked, choice)]


def _is_view(tracker: Tracker) -> bool:
    """Whether words at the step of the text are the view, rather than a wish or a question."""
    if not _entity(tracker, "written"):
        return False
    if _choice(tracker) == ("view_text_question", "mine"):
        return True
    intent, text = tracker.latest_message["intent"], tracker.latest_message.get("text") or ""
    if intent["name"] in FUNCTIONAL:
        return intent["confidence"] < SURE or len(text.split()) > FEW_WORDS
    if intent["name"] in SMALL_TALK:
        return intent["confidence"] < SURE or len(text.split()) > VERY_FEW_WORDS
    is_question = text.rstrip().endswith(QUESTIONS) and intent["name"] != "nlu_fallback"
    return not is_question or intent["confidence"] < SURE


def _write(dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    written = _entity(tracker, "written")
    if written == "given":
        return [SlotSet(WRITING, "given")]
    say(dispatcher, f"view_text_{written}", values={"count": _entity(tracker, "count")})
    return [SlotSet(WRITING, None)]


def _digress(
    dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any], asked: str
) -> Events:
    """Answer something else; then the form asks its step again by itself."""
    intent = tracker.latest_message["intent"]["name"]
    is_offer = tracker.get_slot("last_answer") in OFFERS
    if intent == "cancel" and not is_offer:
        say(dispatcher, "view_cancelled" if asked not in STEPS[-2:] else "view_done")
        return _end()
    if intent == "share_view":
        return [SlotSet(asked, None)]
    events = _answer(dispatcher, tracker, domain)
    if asked == WRITING and intent not in FUNCTIONAL and _entity(tracker, "written") == "given":
        say(dispatcher, "view_text_question")
    return [*events, SlotSet(asked, None)]


BY_INTENT: Dict[str, Type[Action]] = {
    "nlu_fallback": ActionOfferTopics,
    "change_language": ActionChangeLanguage,
    "tell_more": ActionTellMore,
    "affirm": ActionAgree,
    "crisis_not_meant": ActionResume,
    "view_step": ActionViewStep,
}
"""The same as the rules say outside the form."""


def _answer(dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> Events:
    action = BY_INTENT.get(tracker.latest_message["intent"]["name"], ActionAnswer)
    run: Callable[..., Events] = action().run
    return run(dispatcher, tracker, domain)
