"""The action that changes the conversation's language."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.say import LANGUAGES, say, understood

ASKED_FOR = {
    "en": re.compile(r"angl|engl|ingl", re.IGNORECASE),
    "fr": re.compile(r"fran[cç]|french|frnch|\bfr\b", re.IGNORECASE),
}


class ActionChangeLanguage(Action):
    """Takes the language of the button or the one named, else the other one."""

    def name(self) -> str:
        """See `Action.name`."""
        return "action_change_language"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """See `Action.run`."""
        language = wanted_language(
            pressed=next(tracker.get_latest_entity_values("language"), None),
            text=tracker.latest_message.get("text") or "",
            spoken=tracker.get_slot("language"),
        )
        say(dispatcher, "change_language")
        return [SlotSet("language", language), *understood("change_language")]


def wanted_language(*, pressed: str | None, text: str, spoken: str | None) -> str:
    """`fr` or `en`; when a text names both or none, the one not spoken now."""
    if pressed in LANGUAGES:
        return str(pressed)
    named = [language for language in LANGUAGES if ASKED_FOR[language].search(text)]
    if len(named) == 1:
        return named[0]
    return "en" if spoken == "fr" else "fr"
