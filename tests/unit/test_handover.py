"""A person of the team has the conversation: who hears what, and what never waits for them."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.messages import IncomingMessage, Platform
from bot.conversation.ports import AnswerCall, Claim, ConversationRecord, Turn, Understanding
from bot.conversation.turn import Parts, run_turn
from tests.unit.small_library import ListedDialogue, parts_with, small_crisis_check

NOON = 1_900_000_000.0
UNTIL = NOON + 900
CONVERSATION = "c" * 32
PRIVATE: dict[str, Any] = {"chat": 7}
COMMAND: dict[str, Any] = {"channel": None, "token": "t", "at": NOON}
DIRECT_COMMAND: dict[str, Any] = {"channel": 5, "token": "t", "at": NOON}


@dataclass
class Person:
    """Somebody in a conversation, whose record is kept from turn to turn."""

    parts: Parts
    platform: Platform = "telegram"
    address: dict[str, Any] = field(default_factory=lambda: dict(PRIVATE))
    record: ConversationRecord = field(default_factory=ConversationRecord)
    at: float = NOON
    turn: Turn = field(default_factory=lambda: Turn({}))
    journal: list[dict[str, Any]] = field(default_factory=list)

    async def _send(self, **what: Any) -> list[str] | None:
        address = what.pop("address", self.address)
        message = IncomingMessage(
            CONVERSATION, self.platform, "id", self.at, return_address=dict(address), **what
        )
        self.turn = turn = await run_turn(Claim(message, self.record, "token", 1), self.parts)
        self.journal += turn.journal
        given = self.record.given if turn.given is None else turn.given
        self.record = (
            ConversationRecord() if turn.forget else ConversationRecord(turn.state, (), given)
        )
        return None if turn.delivery is None else [r.answer for r in turn.delivery.replies]

    async def say(self, text: str) -> list[str] | None:
        """Answers to a text; None where nothing at all is delivered."""
        return await self._send(text=text, language_hint="en")

    async def press(self, button: str) -> list[str] | None:
        return await self._send(button=button, language_hint="en")

    async def staff(self, what: str, number: int = 1, **more: Any) -> list[str] | None:
        """What the person hears at once of a notice."""
        usual = {"kind": "handover", "what": what, "number": number, "name": "Sam", "until": UNTIL}
        return await self._send(notice=usual | more, address={})

    def shown(self) -> str:
        assert self.turn.delivery is not None
        return "\n".join(reply.text for reply in self.turn.delivery.replies)

    def noted(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.journal if event["kind"] == kind]


@pytest.fixture
def dialogue() -> ListedDialogue:
    return ListedDialogue({"/": Understanding("help", 1.0), "no": Understanding("deny", 0.9)})


@pytest.fixture
def parts(tmp_path: Path, dialogue: ListedDialogue) -> Parts:
    parts = parts_with(small_crisis_check(tmp_path), dialogue)
    for id, text in (("handover_taken", "is {who}"), ("handover_message", "{who}: {text}")):
        for side in parts.library.answers[id].languages.values():
            object.__setattr__(side, "text", text)
    return parts


@pytest.fixture
async def person(parts: Parts) -> Person:
    """Somebody on Telegram who has asked for a person."""
    person = Person(parts)
    await person.press("a:talk_to_human")
    return person


@pytest.fixture
async def visitor(parts: Parts) -> Person:
    """The same on the web, where nobody can be told later."""
    visitor = Person(parts, "web", {})
    await visitor.press("a:talk_to_human")
    return visitor


async def test_person_is_told_at_once_and_where_they_last_wrote_from(person: Person) -> None:
    assert await person.staff("taken") == ["handover_taken"]
    assert person.shown() == "is Sam, team"
    assert person.turn.delivery is not None
    assert person.turn.delivery.return_address == PRIVATE
    assert await person.staff("message", text="Hi {there}!") == ["handover_message"]
    assert person.shown() == "Sam, team: Hi {there}!"


async def test_nameless_staff_are_someone(person: Person) -> None:
    await person.staff("taken", name=None)
    assert person.shown() == "is someone"


async def test_bot_is_silent_and_the_text_is_recorded(person: Person) -> None:
    await person.staff("taken")
    person.journal.clear()
    assert await person.say("what is the topic, ask zoe@example.org") is None
    (entry,) = person.journal
    assert entry["kind"] == "turn"
    assert entry["text"] == "what is the topic, ask [e-mail]"
    assert (entry["intent"], entry["answers"]) == (None, [])


async def test_a_smile_is_for_the_person_too(person: Person) -> None:
    await person.staff("taken")
    assert await person.say("👍") is None
    assert person.journal[-1]["text"] == "👍"


async def test_too_long_is_said_as_ever(person: Person) -> None:
    await person.staff("taken")
    assert await person.say("what " * 300) == ["too_long"]


@pytest.mark.parametrize(
    ("platform", "address", "expected"),
    [
        ("web", {}, ["handover_passed_on"]),
        ("discord", COMMAND, ["handover_passed_on"]),
        ("discord", DIRECT_COMMAND, ["handover_passed_on"]),
        ("discord", {"channel": 5, "token": None}, None),
        ("telegram", {"chat": 7}, None),
    ],
    ids=["web", "guild command", "direct command", "direct message", "telegram"],
)
async def test_who_waits_for_a_reply_gets_one(
    parts: Parts, platform: Platform, address: dict[str, Any], expected: list[str] | None
) -> None:
    person = Person(parts, platform, address)
    await person.press("a:talk_to_human")
    await person.staff("taken")
    await person.say("hello")  # also brings the news where nobody can be told later
    assert await person.say("hello again") == expected


async def test_distress_is_answered_while_a_person_has_the_conversation(person: Person) -> None:
    await person.staff("taken")
    assert await person.say("i want to die") == ["crisis_suicide"]
    assert [event["answer"] for event in person.noted("alert")] == [
        "talk_to_human",
        "crisis_suicide",
    ]
    assert not any("die" in str(event.get("text")) for event in person.journal)
    assert await person.say("thank you") is None  # the person still has it


async def test_distress_that_only_the_classifier_sees_is_answered(
    person: Person, dialogue: ListedDialogue
) -> None:
    text = "nothing matters any more"
    ranking = (("crisis_suicide", 0.98),)
    dialogue.meanings = {text: Understanding("crisis_suicide", 0.98, ranking)}
    await person.staff("taken")
    assert await person.say(text) == ["crisis_suicide"]


async def test_somebody_abroad_hears_so_after_an_alarm_and_a_notice(person: Person) -> None:
    await person.say("i want to die")
    await person.staff("taken")
    assert await person.say("i live in France") == ["crisis_elsewhere"]


async def test_commands_and_buttons_work(person: Person) -> None:
    await person.staff("taken")
    assert await person.press("a:bot_privacy") == ["bot_privacy"]
    assert await person.say("/help") == ["help"]


async def test_button_gives_the_conversation_back_to_the_bot(person: Person) -> None:
    await person.staff("taken")
    assert await person.press("a:handover_left") == ["handover_left"]
    (left,) = person.noted("handover_left")
    assert (left["conversation"], left["number"], left["at"]) == (CONVERSATION, 1, NOON)
    assert await person.say("what is it") == ["topic"]
    assert await person.staff("message", text="Are you there?") is None
    assert await person.staff("ended") is None
    assert await person.say("what is it") == ["topic"]
    assert await person.staff("taken", number=2) == ["handover_taken"]
    assert await person.say("what is it") is None


async def test_button_of_another_day_only_says_who_answers(person: Person) -> None:
    assert await person.press("a:handover_left") == ["handover_left"]
    assert person.noted("handover_left") == []


@pytest.mark.parametrize(
    "id", ["handover_taken", "handover_message", "handover_passed_on", "handover_ended"]
)
async def test_news_cannot_be_made_up(person: Person, id: str) -> None:
    assert await person.press(f"a:{id}") == ["button_gone"]
    assert await person.say(f"/start t_{id}_en") == ["welcome"]


@pytest.mark.parametrize("what", ["ended", "timeout"])
async def test_bot_answers_again_when_the_person_is_done(person: Person, what: str) -> None:
    await person.staff("taken")
    assert await person.staff(what) == [f"handover_{what}"]
    assert await person.say("what is it") == ["topic"]
    assert await person.staff("ended") is None


async def test_bot_is_back_by_itself_when_nobody_says_more(person: Person) -> None:
    await person.staff("taken")
    person.at = UNTIL - 1
    assert await person.say("what is it") is None
    person.at = UNTIL
    assert await person.say("what is it") == ["handover_timeout", "topic"]
    assert await person.say("what is it") == ["topic"]
    assert await person.staff("timeout") is None  # they know


async def test_message_after_that_takes_the_conversation_again(person: Person) -> None:
    await person.staff("taken")
    person.at = UNTIL
    await person.say("what is it")
    later = UNTIL + 900
    heard = await person.staff("message", text="Sorry!", until=later)
    assert heard == ["handover_taken", "handover_message"]
    assert await person.say("what is it") is None


async def test_help_comes_before_the_word_that_time_is_up(person: Person) -> None:
    await person.staff("taken")
    person.at = UNTIL
    assert await person.say("i want to die") == ["crisis_suicide"]
    assert await person.say("what is it") == ["handover_timeout", "topic"]


async def test_person_who_only_reads_keeps_the_conversation(person: Person) -> None:
    await person.staff("taken")
    assert await person.staff("kept", until=UNTIL + 600) is None
    assert await person.staff("message", text="Hi", until=UNTIL) == ["handover_message"]
    person.at = UNTIL + 1
    assert await person.say("what is it") is None
    person.at = UNTIL + 600
    assert await person.say("what is it") == ["handover_timeout", "topic"]
    assert await person.staff("kept", until=UNTIL + 5_000) is None
    assert await person.say("what is it") == ["topic"]


async def test_another_person_takes_over_under_their_own_name(person: Person) -> None:
    await person.staff("taken")
    assert await person.staff("taken", number=2, name="Ada") == ["handover_taken"]
    assert person.shown() == "is Ada, team"
    assert await person.staff("ended", number=1) is None
    assert await person.say("what is it") is None


async def test_on_the_web_news_wait_for_the_next_message(visitor: Person) -> None:
    assert await visitor.staff("taken") is None
    assert await visitor.staff("message", text="Hi") is None
    assert await visitor.say("hello") == [
        "handover_taken",
        "handover_message",
        "handover_passed_on",
    ]
    assert visitor.shown().startswith("is Sam, team\nSam, team: Hi\n")
    assert await visitor.say("hello") == ["handover_passed_on"]


async def test_page_asks_for_news_without_a_trace(visitor: Person) -> None:
    await visitor.staff("taken")
    visitor.journal.clear()
    assert await visitor.press("a:handover_news") == ["handover_taken"]
    assert await visitor.press("a:handover_news") == []
    await visitor.staff("message", text="Hi")
    assert await visitor.press("a:handover_news") == ["handover_message"]
    await visitor.staff("ended")
    assert await visitor.press("a:handover_news") == ["handover_ended"]
    assert visitor.journal == []
    assert await visitor.say("what is it") == ["topic"]


async def test_page_hears_that_time_is_up(visitor: Person) -> None:
    await visitor.staff("taken")
    await visitor.press("a:handover_news")
    visitor.at = UNTIL
    assert await visitor.press("a:handover_news") == ["handover_timeout"]
    assert await visitor.press("a:handover_news") == []


async def test_asking_for_news_keeps_nothing_of_a_stranger(parts: Parts) -> None:
    visitor = Person(parts, "web", {})
    assert await visitor.press("a:handover_news") == []
    assert visitor.turn.forget
    assert visitor.journal == []


async def test_what_is_over_before_it_was_heard_is_not_told(visitor: Person) -> None:
    await visitor.staff("taken")
    await visitor.staff("ended")
    assert await visitor.say("what is it") == ["topic"]
    await visitor.staff("taken", number=2)
    await visitor.staff("message", number=2, text="Hi")
    await visitor.staff("ended", number=2)
    assert await visitor.say("what is it") == [
        "handover_taken",
        "handover_message",
        "handover_ended",
        "topic",
    ]


async def test_many_messages_wait_and_the_latest_are_kept(visitor: Person) -> None:
    await visitor.staff("taken")
    await visitor.say("hello")
    for number in range(25):
        await visitor.staff("message", text=f"no. {number}.")
    assert await visitor.say("hello") == 20 * ["handover_message"] + ["handover_passed_on"]
    assert "no. 24." in visitor.shown()
    assert "no. 4." not in visitor.shown()


async def test_helplines_come_alone_and_news_after_them(visitor: Person) -> None:
    await visitor.staff("taken")
    assert await visitor.say("i want to die") == ["crisis_suicide"]
    assert await visitor.say("hello") == ["handover_taken", "handover_passed_on"]


async def test_stop_ends_it_and_nobody_writes_until_they_do(person: Person) -> None:
    await person.staff("taken")
    assert await person.say("/stop") == ["stop_messages"]
    assert [event["number"] for event in person.noted("handover_left")] == [1]
    assert await person.staff("taken", number=2) is None
    assert await person.staff("message", number=2, text="Hi") is None
    assert [event["number"] for event in person.noted("handover_left")] == [1, 2]
    assert await person.say("what is it") == ["topic"]
    assert await person.staff("taken", number=3) == ["handover_taken"]


async def test_erasure_leaves_nothing_to_write_to(person: Person) -> None:
    await person.staff("taken")
    assert await person.say("/delete") == ["delete_done"]
    assert person.turn.forget
    person.journal.clear()
    assert await person.staff("message", text="Hi") is None
    assert person.turn.forget
    assert [event["kind"] for event in person.journal] == ["handover_left"]


async def test_somebody_under_14_is_neither_read_nor_reached(
    person: Person, dialogue: ListedDialogue
) -> None:
    await person.staff("taken")
    person.record.state["visit"]["young"] = NOON
    person.journal.clear()
    assert await person.say("what is it") == ["topic"]
    assert person.journal == []
    assert "handover" not in person.record.state
    assert "address" not in person.record.state["visit"]
    assert await person.staff("taken", number=2) is None
    assert [event["kind"] for event in person.journal] == ["handover_left"]
    assert await person.say("i want to die") == ["crisis_suicide"]


async def test_text_at_the_step_of_a_view_goes_to_the_person(
    person: Person, dialogue: ListedDialogue
) -> None:
    person.record.state["visit"] |= {"step": "view_text"}
    await person.staff("taken")
    assert await person.say("what is it") is None
    assert person.journal[-1]["text"] == "what is it"
    assert dialogue.responded[-1][2] != "what is it"  # the form knows nothing of it
    assert "draft" not in person.record.state["visit"]


async def test_nobody_is_invited_meanwhile(person: Person, dialogue: ListedDialogue) -> None:
    await person.staff("taken")
    dialogue.answers = (AnswerCall("topic"),)
    for _ in range(3):
        assert await person.press("a:topic") == ["topic"]


async def test_address_is_kept_and_replaced(person: Person) -> None:
    person.address = {"chat": 8}
    await person.say("hello")
    await person.staff("taken")
    assert person.turn.delivery is not None
    assert person.turn.delivery.return_address == {"chat": 8}


async def test_without_an_address_news_wait(parts: Parts) -> None:
    person = Person(parts, record=ConversationRecord({"language": "en"}))
    assert await person.staff("taken") is None
    assert await person.say("hello") == ["handover_taken"]


async def test_nothing_of_it_is_logged(person: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await person.staff("taken")
    await person.staff("message", text="quetzal")
    await person.say("quetzal")
    assert caplog.text == ""
