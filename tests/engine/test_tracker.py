"""The tracker rebuilt for each turn is the one that would have been kept, without any text."""

from __future__ import annotations

import json
import random
from functools import lru_cache
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    LoopInterrupted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation.ports import ConversationRecord, JsonObject
from bot.engine.tracker import (
    TURNS_BEFORE_FOLDING,
    TURNS_KEPT,
    TurnTrackers,
    compact,
    kept_events,
)

DOMAIN = """
version: "3.1"
intents: [ask, give]
entities: [answer]
slots:
  language: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  last_answer: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  misses: {type: any, mappings: [{type: custom}]}
  theme: {type: categorical, values: [a, b], mappings: [{type: custom}]}
forms:
  view_form: {required_slots: [theme]}
actions: [action_answer]
"""
LOOKED_BACK = 4
"""Turns that the policies of config.yml look back."""
SECRET = "my name is Camille"


@lru_cache
def domain() -> Domain:
    """A domain with a slot of each kind and a form."""
    return Domain.from_yaml(DOMAIN)


def turn(
    number: int,
    *,
    slots: dict[str, Any] | None = None,
    loop: str | None = "",
    hidden: bool = False,
    interrupted: bool = False,
) -> list[Event]:
    """The events of one turn; `loop` empty changes nothing, None ends the loop."""
    said = UserUttered(
        SECRET,
        intent={"name": "ask", "confidence": 0.9},
        entities=[{"entity": "answer", "value": f"answer_{number}"}],
        parse_data={
            "text": SECRET,
            "intent": {"name": "ask", "confidence": 0.9},
            "intent_ranking": [{"name": "ask", "confidence": 0.9}],
            "entities": [{"entity": "answer", "value": f"answer_{number}"}],
        },
    )
    events = [
        said,
        DefinePrevUserUtteredFeaturization(False),
        ActionExecuted("action_answer", policy="RulePolicy", confidence=1.0, hide_rule_turn=hidden),
        BotUttered(None, {"custom": {"answer": f"answer_{number}"}}),
        *(SlotSet(name, value) for name, value in (slots or {}).items()),
    ]
    if loop != "":
        events.append(ActiveLoop(loop))
    if interrupted:
        events.append(LoopInterrupted(True))
    listen = ActionExecuted(
        "action_listen", policy="RulePolicy", confidence=1.0, hide_rule_turn=hidden
    )
    return [*events, listen]


def beginning(language: str) -> list[Event]:
    return [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        SlotSet("language", language),
        ActionExecuted("action_listen"),
    ]


def kept_after(record: ConversationRecord, new: list[Event]) -> ConversationRecord:
    """What a store keeps after a turn, as `Turn.keep` says; and through JSON, as at rest."""
    dialogue, keep = compact(record)
    items = (*record.events, json.loads(json.dumps(kept_events(new))))
    return ConversationRecord({"dialogue": dialogue}, items[-keep:])


def rebuilt(record: ConversationRecord, slots: dict[str, Any]) -> DialogueStateTracker:
    store = TurnTrackers(domain())
    store.begin("c", record, slots)
    tracker = store._tracker
    assert tracker is not None
    return tracker


def tail(tracker: DialogueStateTracker) -> list[JsonObject]:
    """What the policies see of the last turns, without the sums of earlier ones."""
    return [
        dict(state)
        for without_rules in (False, True)
        for state in tracker.past_states(
            domain(), omit_unset_slots=True, ignore_rule_only_turns=without_rules
        )[-LOOKED_BACK:]
    ]


@pytest.mark.parametrize("seed", range(5))
def test_rebuilt_tracker_equals_the_straight_one_after_each_of_forty_turns(seed: int) -> None:
    chance = random.Random(seed)
    straight = beginning("fr")
    record = kept_after(ConversationRecord(), [*straight])
    is_first = True
    longest = 0
    for number in range(40):
        choices: dict[str, list[Any]] = {
            "last_answer": [f"answer_{number}", None],
            "misses": [0, 1, 2],
            "theme": ["a", "b", None],
            "language": ["fr", "en"],
        }
        slots = {
            name: chance.choice(values) for name, values in choices.items() if chance.random() < 0.3
        }
        new = turn(
            number,
            slots=slots,
            loop=chance.choice(["", "", "view_form", None]),
            hidden=chance.random() < 0.3,
            interrupted=chance.random() < 0.3,
        )
        straight += new
        if is_first:  # the first turn's item holds the beginning too
            record = ConversationRecord({}, ([*record.events[0], *kept_of(new)],))
            is_first = False
        else:
            record = kept_after(record, new)
        longest = max(longest, len(record.events))
        expected = DialogueStateTracker.from_events("c", straight, slots=domain().slots)
        language = expected.get_slot("language")
        tracker = rebuilt(record, {"language": language})
        assert tracker.current_slot_values() == expected.current_slot_values()
        assert tracker.active_loop_name == expected.active_loop_name
        assert tracker.is_active_loop_interrupted == expected.is_active_loop_interrupted
        assert tracker.latest_action_name == expected.latest_action_name == "action_listen"
        assert tail(tracker) == tail(expected)
    assert longest == TURNS_BEFORE_FOLDING


def kept_of(new: list[Event]) -> list[JsonObject]:
    return list(json.loads(json.dumps(kept_events(new))))


def test_cost_stays_flat_however_long_the_conversation() -> None:
    record = ConversationRecord()
    for number in range(100):
        record = kept_after(record, turn(number, slots={"last_answer": f"answer_{number}"}))
        assert len(record.events) <= TURNS_BEFORE_FOLDING
        assert len(json.dumps(record.state)) < 200


def test_folding_keeps_the_turns_that_policies_look_at() -> None:
    assert TURNS_KEPT > LOOKED_BACK
    record = ConversationRecord({}, tuple([] for _ in range(TURNS_BEFORE_FOLDING)))
    assert compact(record)[1] == TURNS_KEPT


@pytest.mark.parametrize("turns", [0, 1, TURNS_BEFORE_FOLDING - 1])
def test_short_conversation_is_not_folded(turns: int) -> None:
    base = {"slots": {"misses": 1}, "loop": None}
    record = ConversationRecord({"dialogue": base}, tuple([] for _ in range(turns)))
    assert compact(record) == (base, 0)


def test_fold_takes_the_last_value_of_each_slot_and_the_loop() -> None:
    """Twelve turns: the first seven are folded, five stay; a sixth comes with the new turn."""
    items: list[list[JsonObject]] = [[] for _ in range(12)]
    items[0] = [{"event": "slot", "name": "misses", "value": 1}]
    items[1] = [{"event": "active_loop", "name": "view_form"}]
    items[6] = [
        {"event": "slot", "name": "misses", "value": 2},
        {"event": "slot", "name": "theme", "value": None},
    ]
    items[7] = [
        {"event": "slot", "name": "misses", "value": 9},
        {"event": "active_loop", "name": None},
    ]
    before = {"slots": {"misses": 0, "theme": "a", "language": "fr"}, "loop": None}
    base, keep = compact(ConversationRecord({"dialogue": before}, tuple(items)))
    assert base == {
        "slots": {"misses": 2, "theme": None, "language": "fr"},
        "loop": "view_form",
    }
    assert keep == 6


def test_folding_changes_nothing_it_was_given() -> None:
    before = {"slots": {"misses": 0}, "loop": None}
    items = tuple([{"event": "slot", "name": "misses", "value": 1}] for _ in range(12))
    compact(ConversationRecord({"dialogue": before}, items))
    assert before == {"slots": {"misses": 0}, "loop": None}


def test_kept_events_hold_no_text() -> None:
    kept = kept_events([*beginning("fr"), *turn(1, slots={"misses": 1}, loop="view_form")])
    assert SECRET not in json.dumps(kept)
    assert "Camille" not in json.dumps(kept)
    assert {event["event"] for event in kept} == {
        "action",
        "active_loop",
        "session_started",
        "slot",
        "user",
    }
    (user,) = [event for event in kept if event["event"] == "user"]
    assert (user["text"], user["parse_data"]["text"]) == ("", "")
    assert user["parse_data"]["intent"] == {"name": "ask", "confidence": 0.9}


def test_kept_events_are_small() -> None:
    assert len(json.dumps(kept_events(turn(1)))) < 700


def test_first_turn_begins_a_session_with_the_language() -> None:
    store = TurnTrackers(domain())
    assert store.begin("c", ConversationRecord(), {"language": "en"}) == 4
    tracker = store._tracker
    assert tracker is not None
    assert tracker.get_slot("language") == "en"
    assert tracker.latest_action_name == "action_listen"


def test_language_of_the_turn_counts_more_than_the_one_kept() -> None:
    record = ConversationRecord({}, (kept_of([*beginning("fr"), *turn(1)]),))
    assert rebuilt(record, {"language": "en"}).get_slot("language") == "en"


async def test_store_hands_out_and_takes_back_the_one_tracker_of_the_turn() -> None:
    store = TurnTrackers(domain())
    store.begin("c", ConversationRecord(), {})
    tracker = await store.retrieve("c")
    assert store.saved is None
    assert tracker is not None
    await store.save(tracker)
    assert store.saved is tracker
    assert list(await store.keys()) == []
    store.begin("c", ConversationRecord(), {})
    assert store.saved is None
