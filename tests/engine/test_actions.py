"""Actions: which answer they name, what they remember, and no words of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from bot.actions.answers import (
    ActionAgree,
    ActionAnswer,
    ActionOfferTopics,
    ActionResume,
    ActionTellMore,
)
from bot.actions.language import ActionChangeLanguage, wanted_language
from bot.content.yaml_files import read_yaml
from bot.conversation.sharing import STEPS
from bot.engine.action_endpoint import InProcessActions

ROOT = Path(__file__).parents[2]


def tracker(
    intent: str = "topic",
    *,
    slots: dict[str, Any] | None = None,
    entities: dict[str, str] | None = None,
    ranking: tuple[str, ...] = (),
    text: str = "",
    confidence: float = 1.0,
    shares: tuple[tuple[str, float], ...] = (),
) -> Tracker:
    latest = {
        "intent": {"name": intent, "confidence": confidence},
        "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
        "intent_ranking": [
            {"name": name, "confidence": share}
            for name, share in (*shares, *((name, 0.1) for name in ranking))
        ],
        "text": text,
    }
    return Tracker("c", slots or {}, latest, [], False, None, {}, "action_listen")


def run(action: Action, of: Tracker) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What was said, and the slots that were set."""
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, of, {})
    assert all(event["event"] == "slot" for event in events)
    for message in dispatcher.messages:
        assert not message["text"]
        assert set(message["custom"]) == {"answer", "part", "offered"}
    said = [message["custom"] for message in dispatcher.messages]
    return said, {event["name"]: event["value"] for event in events}


def call(answer: str, part: str = "text", offered: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"answer": answer, "part": part, "offered": list(offered)}


def test_answer_is_the_one_named_like_the_intent() -> None:
    said, slots = run(ActionAnswer(), tracker("open_government", slots={"misses": 1}))
    assert said == [call("open_government")]
    assert slots == {"last_answer": "open_government", "misses": 0}


@pytest.mark.parametrize(
    ("slots", "entities", "answer"),
    [
        ({"last_answer": "topic"}, {}, "topic"),
        ({"last_answer": "topic"}, {"answer": "other"}, "other"),
        ({"last_answer": None}, {"answer": "other"}, "other"),
    ],
    ids=["last answer", "button before last answer", "button"],
)
def test_more_is_told_of_the_button_or_the_last_answer(
    slots: dict[str, Any], entities: dict[str, str], answer: str
) -> None:
    said, set_slots = run(ActionTellMore(), tracker("tell_more", slots=slots, entities=entities))
    assert said == [call(answer, "more")]
    assert set_slots == {"last_answer": None, "misses": 0}


def test_more_of_nothing_is_said_so() -> None:
    said, slots = run(ActionTellMore(), tracker("tell_more"))
    assert said == [call("tell_more_nothing")]
    assert slots == {"misses": 0}


@pytest.mark.parametrize(
    ("confidence", "shares", "offered"),
    [
        (0.95, (("topic", 0.95), ("other", 0.05)), ()),
        (
            0.5,
            (("topic", 0.5), ("other", 0.3), ("third", 0.1), ("fourth", 0.05)),
            ("other", "third"),
        ),
        (0.8, (("topic", 0.8), ("other", 0.03)), ()),
        (0.6, (("topic", 0.6), ("greet", 0.2), ("crisis_abuse", 0.1), ("other", 0.1)), ("other",)),
        (0.5, (), ()),
    ],
    ids=["sure", "two alternatives at most", "unlikely", "not to be offered", "button"],
)
def test_answer_that_is_not_sure_offers_what_else_may_be_meant(
    confidence: float, shares: tuple[tuple[str, float], ...], offered: tuple[str, ...]
) -> None:
    said, _ = run(ActionAnswer(), tracker(confidence=confidence, shares=shares))
    assert said == [call("topic", offered=offered)]


@pytest.mark.parametrize(
    ("before", "answer"),
    [("delete_my_data", "delete_done"), ("open_government", "affirm"), (None, "affirm")],
)
def test_yes_does_what_was_offered(before: str | None, answer: str) -> None:
    said, slots = run(ActionAgree(), tracker("affirm", slots={"last_answer": before}))
    assert said == [call(answer)]
    assert slots == {"last_answer": answer, "misses": 0}


@pytest.mark.parametrize(
    ("before", "offered"), [("open_government", ("open_government",)), ("greet", ()), (None, ())]
)
def test_wrong_alarm_leads_back_to_the_last_topic(
    before: str | None, offered: tuple[str, ...]
) -> None:
    said, slots = run(ActionResume(), tracker("crisis_not_meant", slots={"last_answer": before}))
    assert said == [call("crisis_not_meant", offered=offered)]
    assert slots == {}


@pytest.mark.parametrize("misses", [None, 0, 0.0])
def test_first_miss_offers_the_three_nearest(misses: float | None) -> None:
    ranking = ("nlu_fallback", "a", "b", "c", "d")
    said, slots = run(ActionOfferTopics(), tracker(slots={"misses": misses}, ranking=ranking))
    assert said == [call("fallback_nearest", offered=("a", "b", "c"))]
    assert slots == {"misses": 1}


@pytest.mark.parametrize("misses", [1, 2, 1.0])
def test_later_misses_say_what_there_is(misses: float) -> None:
    said, slots = run(ActionOfferTopics(), tracker(slots={"misses": misses}, ranking=("a",)))
    assert said == [call("fallback_unclear", offered=("a",))]
    assert slots == {"misses": misses + 1}


@pytest.mark.parametrize(
    "name",
    [
        "crisis_suicide",
        "hyperbole",
        "off_topic",
        "affirm",
        "deny",
        "cancel",
        "tell_more",
        "nlu_fallback",
    ],
)
def test_what_is_no_topic_is_not_offered(name: str) -> None:
    said, _ = run(ActionOfferTopics(), tracker(ranking=(name, "a")))
    assert said == [call("fallback_nearest", offered=("a",))]


def test_nothing_near_is_said_so_at_once() -> None:
    assert run(ActionOfferTopics(), tracker(ranking=("off_topic",)))[0] == [
        call("fallback_unclear")
    ]


@pytest.mark.parametrize(
    ("pressed", "text", "spoken", "wanted"),
    [
        ("en", "", "fr", "en"),
        ("en", "", "en", "en"),
        ("fr", "in english please", "en", "fr"),
        (None, "parle anglais", "fr", "en"),
        (None, "ANGLAIS stp", "en", "en"),
        (None, "speak french", "en", "fr"),
        (None, "en français", "fr", "fr"),
        (None, "en francais", "en", "fr"),
        (None, "fr", "en", "fr"),
        (None, "inglés", "fr", "en"),
        (None, "english not french", "en", "fr"),
        (None, "pas anglais, français", "fr", "en"),
        (None, "switch language", "en", "fr"),
        (None, "l'autre langue", "fr", "en"),
        (None, "", None, "fr"),
        ("de", "", "fr", "en"),
    ],
)
def test_wanted_language(pressed: str | None, text: str, spoken: str | None, wanted: str) -> None:
    assert wanted_language(pressed=pressed, text=text, spoken=spoken) == wanted


def test_change_of_language_is_remembered_and_answered() -> None:
    said, slots = run(
        ActionChangeLanguage(),
        tracker("change_language", slots={"language": "fr"}, entities={"language": "en"}),
    )
    assert said == [call("change_language")]
    assert slots == {"language": "en", "last_answer": "change_language", "misses": 0}


def test_every_action_of_the_domain_exists_and_no_other() -> None:
    executor = ActionExecutor()
    executor.register_package("bot.actions")
    domain = read_yaml(ROOT / "stories/domain/domain.yml")
    assert tuple(domain["forms"]["view_form"]["required_slots"]) == STEPS
    steps = {f"utter_ask_{step}" for step in domain["forms"]["view_form"]["required_slots"]}
    assert set(executor.actions) | steps == set(domain["actions"])


def test_endpoint_runs_the_named_action_in_this_process() -> None:
    endpoint = InProcessActions()
    request = {
        "next_action": "action_answer",
        "sender_id": "c",
        "domain": {},
        "tracker": {
            "sender_id": "c",
            "slots": {},
            "latest_message": {"intent": {"name": "greet", "confidence": 1.0}, "entities": []},
            "events": [],
            "paused": False,
            "followup_action": None,
            "active_loop": {},
            "latest_action_name": "action_listen",
        },
    }
    result = asyncio.run(endpoint.request(json=request))
    assert [response["custom"] for response in result["responses"]] == [call("greet")]
    assert {event["name"] for event in result["events"]} == {"last_answer", "misses"}
