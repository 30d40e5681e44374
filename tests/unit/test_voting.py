"""Reactions, results and taking back, by whole turns without Rasa."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.content.library import load_library
from bot.conversation.board import Board, GroupShown, Results, Shared, Statement
from bot.conversation.given import Given
from bot.conversation.messages import IncomingMessage, Reply
from bot.conversation.own_data import proof_of_erasure
from bot.conversation.ports import Claim, ConversationRecord, Turn, Understanding
from bot.conversation.turn import Parts, run_turn
from tests.unit.small_library import ROOT, ListedDialogue, parts_with, small_crisis_check

SEE, MINE, WITHDRAW = "what do others think", "what do you have on me", "withdraw my view"
MEANINGS = {
    SEE: Understanding("see_views", 0.95),
    MINE: Understanding("my_data", 0.95),
    WITHDRAW: Understanding("withdraw_view", 0.95),
    "stop": Understanding("stop_messages", 0.95),
    "picture": Understanding("view_picture", 1.0),
    "erase": Understanding("delete_done", 1.0),
}
ME = "a" * 32


def statement(id: str, weight: float = 1.0) -> Statement:
    return Statement(id, "impact", {"fr": f"opinion {id}", "en": f"view {id}"}, weight)


def board(*ids: str, results: Results | None = None, voters: int = 0) -> Board:
    return Board({id: statement(id) for id in ids}, voters, results)


@dataclass
class FixedBoard:
    board: Board

    async def current(self) -> Board:
        return self.board


@dataclass
class Person:
    """Somebody who writes to the core, and what is kept of them."""

    parts: Parts
    boards: FixedBoard
    record: ConversationRecord = field(default_factory=ConversationRecord)
    turns: list[Turn] = field(default_factory=list)
    platform: Any = "telegram"
    address: dict[str, Any] = field(default_factory=lambda: {"chat": 7})
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def send(self, **what: Any) -> list[str]:
        """Send a text, button or notice; the answers."""
        n = next(self.numbers)
        message = IncomingMessage(
            ME,
            self.platform,
            str(n),
            1000.0 + n,
            language_hint="en",
            return_address=self.address,
            **what,
        )
        turn = await run_turn(Claim(message, self.record, "t", 1), self.parts)
        given = self.record.given if turn.given is None else turn.given
        self.record = (
            ConversationRecord()
            if turn.forget
            else ConversationRecord(turn.state, (*self.record.events, turn.events), given)
        )
        self.turns.append(turn)
        return [reply.answer for reply in self.replies]

    async def press(self, value: str) -> list[str]:
        return await self.send(button=value)

    async def say(self, text: str) -> list[str]:
        return await self.send(text=text)

    @property
    def replies(self) -> Sequence[Reply]:
        delivery = self.turns[-1].delivery
        return delivery.replies if delivery else ()

    @property
    def given(self) -> Given:
        return Given.from_json(self.record.given)

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [event for turn in self.turns for event in turn.journal if event["kind"] == kind]

    @property
    def shown(self) -> str:
        """The id of the view under the last reply's buttons."""
        values = [button.value for reply in self.replies for button in reply.buttons]
        return next(value.split(":")[1] for value in values if value.startswith("v:"))


@pytest.fixture
def person(tmp_path: Path) -> Person:
    boards = FixedBoard(board("v1", "v2", "v3"))
    small = parts_with(small_crisis_check(tmp_path), ListedDialogue(dict(MEANINGS)))
    parts = replace(small, library=load_library(ROOT), boards=boards)
    return Person(parts, boards)


def meanings(person: Person) -> dict[str, Understanding]:
    """What the person's texts mean; may be added to."""
    dialogue = person.parts.dialogue
    assert isinstance(dialogue, ListedDialogue)
    assert isinstance(dialogue.meanings, dict)
    return dialogue.meanings


async def agree_to_vote(person: Person) -> None:
    assert await person.say(SEE) == ["see_views", "view_vote_start"]
    person.record = replace(
        person.record, given=replace_given(person.given, consents={"vote": 1.0})
    )


def replace_given(given: Given, **changes: Any) -> dict[str, Any]:
    return replace(given, **changes).to_json()


async def test_first_time_says_what_becomes_of_reactions(person: Person) -> None:
    assert await person.say(SEE) == ["see_views", "view_vote_start"]
    assert await person.press("v:v1:a") == ["view_vote_start"]
    assert person.events("vote") == []


async def test_first_time_offers_its_two_buttons(person: Person) -> None:
    await person.say(SEE)
    values = [button.value for button in person.replies[1].buttons]
    assert values == ["f:view_vote_start:over", "f:view_vote_start:under"]


async def test_every_view_is_shown_once_and_then_no_more(person: Person) -> None:
    await agree_to_vote(person)
    assert await person.say(SEE) == ["see_views", "view_vote"]
    seen = []
    for letter in "adp":
        seen.append(person.shown)
        answers = await person.press(f"v:{person.shown}:{letter}")
    assert answers == ["view_vote_done"]
    assert sorted(seen) == ["v1", "v2", "v3"]
    assert "a:view_undo" in [button.value for button in person.replies[0].buttons]
    assert [event["value"] for event in person.events("vote")] == [1, -1, 0]
    assert person.given.votes == dict(zip(seen, [1, -1, 0]))
    assert all(turn.events == () for turn in person.turns[-3:])


async def test_button_pressed_twice_counts_once_and_later_another_replaces_it(
    person: Person,
) -> None:
    await agree_to_vote(person)
    await person.press("v:v1:a")
    await person.press("v:v1:a")
    assert len(person.events("vote")) == 1
    await person.press("v:v1:d")
    assert [event["value"] for event in person.events("vote")] == [1, -1]
    assert person.given.votes == {"v1": -1}


async def test_last_reaction_is_taken_back_and_asked_again(person: Person) -> None:
    await agree_to_vote(person)
    await person.press("v:v1:a")
    await person.press("v:v2:d")
    assert await person.press("a:view_undo") == ["view_vote_undone", "view_vote"]
    assert "view v2" in person.replies[0].text
    assert person.shown == "v2"
    assert person.events("vote")[-1]["value"] is None
    await person.press("a:view_undo")
    assert await person.press("a:view_undo") == ["view_vote_nothing_to_undo"]
    assert person.given.votes == {}


@pytest.mark.parametrize(
    ("value", "first"),
    [
        ("v:gone:a", "view_vote_gone"),
        ("v:mine:a", "view_vote_own"),
        ("v:v1:x", "button_gone"),
        ("v:", "button_gone"),
    ],
)
async def test_reaction_to_no_view_of_others_is_answered_and_not_counted(
    person: Person, value: str, first: str
) -> None:
    await agree_to_vote(person)
    own = {"receipt": "AAAA-1111", "theme": "other", "language": "en", "text": "x", "at": 1.0}
    person.record.given["views"]["mine"] = own | {"status": "approved", "reason": None}
    assert (await person.press(value))[0] == first
    assert person.events("vote") == []


async def test_own_view_is_never_shown(person: Person) -> None:
    person.boards.board = board("mine")
    await agree_to_vote_with_view(person)
    assert await person.say(SEE) == ["see_views", "view_vote_done"]


async def agree_to_vote_with_view(person: Person) -> None:
    given = Given(consents={"vote": 1.0, "view": 1.0, "hear": 1.0}).to_json()
    view = {"receipt": "7KQ2-M9XD", "theme": "other", "language": "en", "text": "more bus lanes"}
    given["views"]["mine"] = view | {"at": 1.0, "status": "pending", "reason": None}
    person.record = replace(person.record, given=given)


async def test_heavier_views_come_earlier_for_most_people(person: Person) -> None:
    """Of two, one weighs nine times as much: nine people in ten see it first."""
    person.boards.board = Board({"v1": statement("v1", 1.0), "v2": statement("v2", 9.0)})
    first = 0
    for n in range(300):
        somebody = Person(person.parts, person.boards)
        given = Given(consents={"vote": 1.0}).to_json()
        message = IncomingMessage(f"{n:032x}", "web", "1", 1.0, text=SEE)
        record = ConversationRecord(given=given)
        somebody.turns.append(await run_turn(Claim(message, record, "t", 1), person.parts))
        first += somebody.shown == "v2"
    assert 245 <= first <= 290


# --- The picture ----------------------------------------------------------------------------------

RESULTS = Results(
    people=60,
    at=1.0,
    groups=(GroupShown("A", 40, (1.0, 0.0)), GroupShown("B", 20, (-1.0, 0.0))),
    bridges=(Shared("v3", "agree"),),
    marks={"A": (Shared("v3", "agree"), Shared("v1", "agree")), "B": (Shared("v1", "disagree"),)},
    means={f"v{n}": 0.0 for n in range(1, 8)},
    directions={f"v{n}": (0.5, 0.0) for n in range(1, 8)},
    pictures={"fr": "map-0-fr", "en": "map-0-en"},
    input_hash="0",
    seed=0,
)


@pytest.mark.parametrize(("value", "letter"), [(1, "A"), (-1, "B")])
async def test_picture_says_where_one_stands_and_what_is_shared(
    person: Person, value: int, letter: str
) -> None:
    person.boards.board = board("v1", "v2", "v3", results=RESULTS, voters=60)
    votes = {f"v{n}": value for n in range(1, 8)}
    person.record = replace(person.record, given=Given(votes=votes).to_json())
    assert await person.say("picture") == ["view_picture"]
    (reply,) = person.replies
    assert reply.image is not None
    assert reply.image.url == "/pictures/map-0-en.png"
    assert "A" in reply.image.alt
    assert "40" in reply.image.alt
    assert re.search(rf"group {letter}\b", reply.text)
    assert reply.text.count("view v3") == 1
    assert reply.text.count("view v1") == 2
    assert len(reply.text) <= 2000


async def test_picture_of_too_few_people_shows_no_group(person: Person) -> None:
    assert await person.say("picture") == ["view_picture_soon"]
    person.boards.board = board("v1", voters=12)
    assert await person.say("picture") == ["view_picture_early"]
    assert "12" in person.replies[0].text


async def test_six_reactions_place_nobody(person: Person) -> None:
    person.boards.board = board("v1", results=RESULTS, voters=60)
    votes = {f"v{n}": 1 for n in range(1, 7)}
    person.record = replace(person.record, given=Given(votes=votes).to_json())
    await person.say("picture")
    assert "closest to" not in person.replies[0].text


# --- In control -----------------------------------------------------------------------------------


async def test_what_is_held_is_listed_and_a_file_comes_with_it(person: Person) -> None:
    await agree_to_vote_with_view(person)
    assert await person.say(MINE) == ["my_data", "view_mine"]
    assert "7KQ2-M9XD" in person.replies[1].text
    assert "more bus lanes" in person.replies[1].text
    assert person.replies[1].file == "parlouvert.json"
    (asked,) = person.events("asked_for_data")
    assert asked["given"] == person.record.given


async def test_list_names_a_consent_alone(person: Person) -> None:
    person.record = replace(person.record, given=Given(consents={"vote": 1.0}).to_json())
    assert await person.say(MINE) == ["my_data", "view_mine"]
    assert "1970-01-01" in person.replies[1].text


async def test_person_of_whom_nothing_is_held_gets_the_file_too(person: Person) -> None:
    assert await person.say(MINE) == ["my_data"]
    assert person.replies[0].file == "parlouvert.json"


@pytest.mark.parametrize(
    "how", ["withdraw my view 7KQ2-M9XD", "7kq2 m9xd", "w:mine"], ids=["words", "receipt", "button"]
)
async def test_view_is_taken_back(person: Person, how: str) -> None:
    await agree_to_vote_with_view(person)
    meanings(person)[how] = Understanding("withdraw_view", 0.9)
    send = person.press if how.startswith("w:") else person.say
    assert await send(how) == ["view_withdrawn"]
    assert [event["view"] for event in person.events("withdrawn")] == ["mine"]
    assert person.given.views == {}
    assert await send(how) != ["view_withdrawn"]


async def test_receipt_of_somebody_else_takes_nothing_back(person: Person) -> None:
    await agree_to_vote_with_view(person)
    words = "withdraw my view 9KQ2-M9XD"
    meanings(person)[words] = Understanding("withdraw_view", 0.9)
    assert await person.say(words) == ["view_withdraw_unknown"]
    assert await person.press("w:another") == ["view_withdraw_unknown"]
    assert person.events("withdrawn") == []
    assert list(person.given.views) == ["mine"]


async def test_which_view_to_take_back_is_asked_with_a_button_each(person: Person) -> None:
    assert await person.say(WITHDRAW) == ["view_withdraw_none"]
    await agree_to_vote_with_view(person)
    assert await person.say(WITHDRAW) == ["view_withdraw_which"]
    assert [button.value for button in person.replies[0].buttons][:1] == ["w:mine"]


async def test_erasing_gives_a_proof_and_leaves_nothing(person: Person) -> None:
    await agree_to_vote_with_view(person)
    assert await person.say("erase") == ["delete_done"]
    at = person.turns[-1].journal[0]["at"]
    assert proof_of_erasure(ME, at) in person.replies[0].text
    assert [event["kind"] for event in person.turns[-1].journal] == ["erased"]
    assert person.turns[-1].forget
    assert proof_of_erasure(ME, at) != proof_of_erasure("b" * 32, at)


# --- Notices --------------------------------------------------------------------------------------

APPROVED = {"kind": "decision", "view": "mine", "status": "approved", "reason": None}
REJECTED = APPROVED | {"status": "rejected", "reason": "spam"}
OUTCOME = {
    "kind": "outcome",
    "outcome": 1,
    "theme": "other",
    "view": None,
    "texts": {"fr": "On ajoute des voies.", "en": "Bus lanes are coming."},
    "url": "https://example.org",
}


async def test_author_is_told_of_the_decision_once_in_their_language(person: Person) -> None:
    await agree_to_vote_with_view(person)
    await person.say(SEE)
    assert await person.send(notice=APPROVED) == ["view_approved"]
    assert "more bus lanes" in person.replies[0].text
    assert person.turns[-1].delivery is not None
    assert person.turns[-1].delivery.return_address == {"chat": 7}
    assert person.given.views["mine"].status == "approved"
    assert await person.send(notice=REJECTED) == ["view_rejected"]
    assert person.turns[-1].journal == []


async def test_reason_that_left_the_list_since_is_told_in_general_words(person: Person) -> None:
    await agree_to_vote_with_view(person)
    await person.say(SEE)
    assert await person.send(notice=REJECTED | {"reason": "gone_since"}) == ["view_rejected"]
    assert person.parts.library.word("view.other_reason", "en") in person.replies[0].text


@pytest.mark.parametrize("notice", [APPROVED, OUTCOME], ids=["decision", "outcome"])
async def test_web_tells_with_the_next_answer(person: Person, notice: dict[str, Any]) -> None:
    person.platform = "web"
    await agree_to_vote_with_view(person)
    assert await person.send(notice=notice) == []
    answers = await person.say("picture")
    assert answers[-1] in ("view_approved", "view_outcome")
    assert len(await person.say("picture")) == len(answers) - 1


async def test_guild_of_discord_tells_with_the_next_answer(person: Person) -> None:
    person.platform, person.address = "discord", {"channel": None, "token": "t"}
    await agree_to_vote_with_view(person)
    assert await person.send(notice=APPROVED) == []
    assert (await person.say("picture"))[-1] == "view_approved"


async def test_outcome_is_told_until_they_say_stop(person: Person) -> None:
    await agree_to_vote_with_view(person)
    await person.say(SEE)
    assert await person.send(notice=OUTCOME) == ["view_outcome"]
    assert "https://example.org" in person.replies[0].text
    assert await person.say("stop") == ["stop_messages"]
    assert await person.send(notice=OUTCOME) == []
    assert await person.send(notice=APPROVED) == []


async def test_notice_to_somebody_who_erased_all_leaves_no_trace(person: Person) -> None:
    assert await person.send(notice=APPROVED) == []
    assert person.turns[-1].forget
    assert person.turns[-1].delivery is None
    assert person.turns[-1].journal == []
