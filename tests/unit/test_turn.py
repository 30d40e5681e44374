"""One turn: what is answered, in which language, and what is left behind of it."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.messages import IncomingMessage, Language
from bot.conversation.ports import AnswerCall, Claim, ConversationRecord, Turn, Understanding
from bot.conversation.turn import Parts, run_turn
from bot.safety.crisis import CrisisCheck
from bot.safety.personal_data import PersonalData
from tests.unit.small_library import ListedDialogue, message, parts_with, small_crisis_check

ENGLISH: dict[str, Any] = {"language": "en", "language_chosen": False}
ENGLISH_CHOSEN: dict[str, Any] = {"language": "en", "language_chosen": True}
FRENCH: dict[str, Any] = {"language": "fr", "language_chosen": False}


@pytest.fixture
def crisis(tmp_path: Path) -> CrisisCheck:
    return small_crisis_check(tmp_path)


@pytest.fixture
def dialogue() -> ListedDialogue:
    return ListedDialogue()


@pytest.fixture
def parts(crisis: CrisisCheck, dialogue: ListedDialogue) -> Parts:
    return parts_with(crisis, dialogue)


async def turn_of(
    parts: Parts,
    said: IncomingMessage,
    state: dict[str, Any] | None = None,
    *,
    attempts: int = 1,
    turns: int = 0,
) -> Turn:
    events = tuple([{"event": "action", "name": "earlier"}] for _ in range(turns))
    record = ConversationRecord(state or {}, events)
    return await run_turn(Claim(said, record, "token", attempts), parts)


def given(turn: Turn) -> list[tuple[str, Language]]:
    assert turn.delivery is not None
    return [(reply.answer, reply.language) for reply in turn.delivery.replies]


async def test_question_gets_the_answer_of_its_intent_in_its_language(parts: Parts) -> None:
    turn = await turn_of(parts, message("what is the topic"))
    assert given(turn) == [("topic", "en")]
    assert turn.delivery is not None
    assert turn.delivery.conversation == "c" * 32
    assert turn.delivery.message_id == "id-1"
    assert turn.delivery.return_address == {"chat": 7}
    assert not turn.forget


async def test_turn_leaves_language_events_and_the_dialogues_own_state(parts: Parts) -> None:
    turn = await turn_of(parts, message("c'est quoi"), turns=5)
    assert turn.state == {
        "language": "fr",
        "language_chosen": False,
        "dialogue": {"folded": 5},
        "visit": {"address": {"chat": 7}, "topics": 1},
    }
    assert turn.events == ({"event": "action", "name": "said"},)
    assert turn.keep == 3


async def test_dialogue_is_told_the_language_and_the_text(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    await turn_of(parts, message("  what is\tthe /topic"), FRENCH)
    assert dialogue.responded == [(Understanding("topic", 0.75), "en", "what is the /topic")]


async def test_button_is_not_guessed_at(parts: Parts, dialogue: ListedDialogue) -> None:
    turn = await turn_of(parts, message(button="a:other"), ENGLISH)
    assert given(turn) == [("other", "en")]
    assert dialogue.asked == []
    assert dialogue.responded == [(Understanding("other", 1.0), "en", "")]


async def test_journal_tells_what_happened(parts: Parts, dialogue: ListedDialogue) -> None:
    dialogue.meanings = {"what is it": Understanding("other", 0.123456)}
    turn = await turn_of(parts, message("what is it"))
    assert turn.journal == [
        {
            "kind": "turn",
            "conversation": "c" * 32,
            "platform": "web",
            "at": 1000.5,
            "language": "en",
            "text": "what is it",
            "button": None,
            "campaign": None,
            "intent": "other",
            "confidence": 0.1235,
            "answers": ["other"],
        }
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (message(button="m:topic"), {"button": "m:topic", "text": None, "intent": "tell_more"}),
        (message("/start c_rentree_fr"), {"campaign": "rentree", "text": None, "language": "fr"}),
        (message("😀"), {"text": None, "intent": None, "answers": ["fallback_empty"]}),
        (message(button="gone"), {"intent": None, "answers": ["button_gone"]}),
    ],
    ids=["button", "campaign", "emoji", "old button"],
)
async def test_journal_of_what_is_no_question(
    parts: Parts, dialogue: ListedDialogue, said: IncomingMessage, expected: dict[str, Any]
) -> None:
    dialogue.answers = (AnswerCall("topic"),)
    (entry,) = (await turn_of(parts, said)).journal
    assert {key: entry[key] for key in expected} == expected


async def test_journal_keeps_no_more_than_a_message_may_hold(parts: Parts) -> None:
    (entry,) = (await turn_of(parts, message("é\ud800" * 3_000))).journal
    assert entry["answers"] == ["too_long"]
    assert entry["text"] == "é" * 1_000


async def test_dialogue_without_an_answer_becomes_a_fallback(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    dialogue.answers = ()
    assert given(await turn_of(parts, message("what is it"))) == [("fallback_unclear", "en")]


async def test_several_answers_are_all_said_in_order(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    dialogue.answers = (AnswerCall("topic", part="more"), AnswerCall("help"))
    turn = await turn_of(parts, message("what is it"))
    assert given(turn) == [("topic", "en"), ("help", "en")]


@pytest.mark.parametrize("text", ["what is the secret", "c'est quoi le secret"])
async def test_what_goes_wrong_becomes_an_apology_and_logs_only_its_kind(
    parts: Parts, dialogue: ListedDialogue, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    caplog.set_level(logging.DEBUG)
    dialogue.error = ValueError(f"cannot read: {text}")
    turn = await turn_of(parts, message(text), turns=20)
    assert given(turn) == [("unavailable", "en" if text.startswith("what") else "fr")]
    assert (turn.events, turn.keep) == ((), 0)
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


async def test_answer_that_nobody_wrote_becomes_an_apology(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    dialogue.answers = (AnswerCall("not_written"),)
    turn = await turn_of(parts, message("what is it"), ENGLISH)
    assert given(turn) == [("unavailable", "en")]
    assert turn.events == ()


@pytest.mark.parametrize(("attempts", "answer"), [(1, "topic"), (3, "topic"), (4, "unavailable")])
async def test_message_that_kills_workers_is_given_up_at_the_fourth_try(
    parts: Parts, dialogue: ListedDialogue, attempts: int, answer: str
) -> None:
    turn = await turn_of(parts, message("what is it"), attempts=attempts)
    assert given(turn) == [(answer, "en")]
    assert bool(dialogue.asked) is (answer == "topic")


@pytest.mark.parametrize(
    ("text", "language"),
    [("je veux mourir", "fr"), ("jveux vraiment MOURIR", "fr"), ("i want to die", "en")],
)
@pytest.mark.parametrize("state", [{}, FRENCH, ENGLISH, ENGLISH_CHOSEN], ids=str)
async def test_crisis_is_answered_in_the_words_language_before_any_dialogue(
    parts: Parts,
    dialogue: ListedDialogue,
    text: str,
    language: Language,
    state: dict[str, Any],
) -> None:
    turn = await turn_of(parts, message(text), state)
    assert given(turn) == [("crisis_suicide", language)]
    assert (dialogue.asked, dialogue.responded) == ([], [])


async def test_crisis_leaves_the_chosen_language_as_it_was(parts: Parts) -> None:
    turn = await turn_of(parts, message("je veux mourir"), ENGLISH_CHOSEN)
    assert (turn.state["language"], turn.state["language_chosen"]) == ("en", True)


async def test_crisis_leaves_the_dialogue_as_it_was(parts: Parts) -> None:
    state = ENGLISH | {"dialogue": {"slots": {"last_answer": "topic"}}}
    turn = await turn_of(parts, message("i want to die"), state, turns=20)
    assert turn.state["dialogue"] == {"slots": {"last_answer": "topic"}}
    assert (turn.events, turn.keep) == ((), 0)


@pytest.mark.parametrize("share", [0.4, 0.9])
async def test_crisis_that_only_the_classifier_sees_stops_the_dialogue_too(
    parts: Parts, dialogue: ListedDialogue, share: float
) -> None:
    ranking = (("topic", 0.6), ("crisis_suicide", share))
    dialogue.meanings = {"what is the point": Understanding("topic", 0.6, ranking)}
    turn = await turn_of(parts, message("what is the point"))
    assert given(turn) == [("crisis_suicide", "en")]
    assert dialogue.responded == []
    assert "what is the point" not in json.dumps(turn.journal)


@pytest.mark.parametrize("position", [0, 990, 1_500, 4_080])
async def test_crisis_is_found_anywhere_in_what_platforms_let_through(
    parts: Parts, position: int
) -> None:
    text = "x " * (position // 2) + "i want to die" + " y" * 600
    assert given(await turn_of(parts, message(text))) == [("crisis_suicide", "en")]


@pytest.mark.parametrize(
    ("meaning", "answer"),
    [
        (Understanding("topic", 0.5, (("topic", 0.5),)), "crisis_suicide"),
        (Understanding("topic", 0.95, (("topic", 0.95),)), "topic"),
        (
            Understanding("topic", 0.92, (("topic", 0.92), ("crisis_suicide", 0.06))),
            "crisis_suicide",
        ),
    ],
    ids=["unsure", "sure and calm", "sure but not calm"],
)
async def test_mere_phrase_gives_way_to_a_sure_classifier_only(
    parts: Parts, dialogue: ListedDialogue, meaning: Understanding, answer: str
) -> None:
    dialogue.meanings = {"the bus is hopeless": meaning}
    turn = await turn_of(parts, message("the bus is hopeless"), ENGLISH)
    assert given(turn) == [(answer, "en")]


async def test_mere_phrase_alarms_where_nothing_can_be_understood(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    too_long = await turn_of(parts, message("x " * 600 + "it is hopeless"), ENGLISH)
    dialogue.error = ValueError("broken")
    broken = await turn_of(parts, message("it is hopeless"), ENGLISH)
    for turn in (too_long, broken):
        assert given(turn) == [("crisis_suicide", "en")]
        assert turn.journal[0]["kind"] == "alert"
        assert "hopeless" not in json.dumps(turn.journal)


async def test_crisis_journal_holds_no_text(parts: Parts) -> None:
    turn = await turn_of(parts, message("i want to die says Camille"))
    assert turn.journal == [
        {
            "kind": "alert",
            "conversation": "c" * 32,
            "platform": "web",
            "at": 1000.5,
            "language": "en",
            "answer": "crisis_suicide",
        }
    ]
    assert "Camille" not in json.dumps([turn.state, *turn.events])


def offered(turn: Turn) -> list[str | None]:
    assert turn.delivery is not None
    return [button.answer for button in turn.delivery.replies[0].buttons]


async def test_wrong_alarm_leads_back_to_what_was_asked(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    ranking = (("topic", 0.5), ("crisis_suicide", 0.4), ("unwritten", 0.06), ("other", 0.02))
    dialogue.meanings = {"what is the point": Understanding("topic", 0.5, ranking)}
    alarm = await turn_of(parts, message("what is the point"))
    assert given(alarm) == [("crisis_suicide", "en")]
    back = await turn_of(parts, message(button="a:crisis_not_meant"), alarm.state)
    assert given(back) == [("crisis_not_meant", "en")]
    assert offered(back) == ["topic"]
    later = await turn_of(parts, message(button="a:crisis_not_meant"), back.state)
    assert offered(later) == []


async def test_no_after_an_alarm_means_that_the_alarm_is_wrong(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    dialogue.meanings = {"what no": Understanding("deny", 0.9)}
    alarm = await turn_of(parts, message("i want to die"))
    back = await turn_of(parts, message("what no"), alarm.state)
    assert given(back) == [("crisis_not_meant", "en")]
    assert dialogue.responded[-1][0] == Understanding("crisis_not_meant", 0.9)


@pytest.mark.parametrize("texts", [("i want to die, i'm in Lagos",), ("i want to die", "Nigeria")])
async def test_distress_outside_canada_gets_help_that_works_there(
    parts: Parts, texts: tuple[str, ...]
) -> None:
    state: dict[str, Any] = ENGLISH
    for text in texts:
        turn = await turn_of(parts, message(text), state)
        state = turn.state
    assert given(turn) == [("crisis_elsewhere", "en")]
    assert turn.journal[0]["kind"] == "alert"
    assert "text" not in turn.journal[0]


async def test_place_without_distress_changes_nothing(parts: Parts) -> None:
    turn = await turn_of(parts, message("what is it in Nigeria"), ENGLISH)
    assert given(turn) == [("topic", "en")]


async def test_helplines_that_a_person_asks_for_by_button_alarm_too(parts: Parts) -> None:
    turn = await turn_of(parts, message(button="a:crisis_suicide"), ENGLISH)
    assert given(turn) == [("crisis_suicide", "en")]
    assert [event["kind"] for event in turn.journal] == ["alert"]


@pytest.mark.parametrize("answer", ["talk_to_human", "report_problem"])
async def test_wish_for_a_person_is_told_to_moderators(parts: Parts, answer: str) -> None:
    said, alert = (await turn_of(parts, message(button=f"a:{answer}"), ENGLISH)).journal
    assert (said["kind"], said["answers"]) == ("turn", [answer])
    assert alert == {
        "kind": "alert",
        "conversation": "c" * 32,
        "platform": "web",
        "at": 1000.5,
        "language": "en",
        "answer": answer,
    }


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("what is the topic lea.tremblay@exemple.ca", "lea.tremblay"),
        ("je veux le topic, appelle-moi au 418 555-0188", "555"),
    ],
)
async def test_journal_holds_no_personal_data(parts: Parts, text: str, left: str) -> None:
    (event,) = (await turn_of(parts, message(text))).journal
    assert "topic" in event["text"]
    assert left not in event["text"]


@pytest.mark.parametrize("text", ["/help jveux", "/stop hopeless"])
async def test_words_after_a_command_are_read(
    parts: Parts, dialogue: ListedDialogue, text: str
) -> None:
    await turn_of(parts, message(text))
    assert dialogue.asked == [text.removeprefix("/")]


async def test_figure_of_speech_is_no_crisis(parts: Parts) -> None:
    turn = await turn_of(parts, message("mdr mourir de rire, c'est quoi le topic"))
    assert given(turn) == [("topic", "fr")]


@pytest.mark.parametrize(
    "said", [message("/delete"), message("/effacer"), message(button="a:delete_done")]
)
async def test_erasing_forgets_all_and_tells_the_recorder_only_that(
    parts: Parts, said: IncomingMessage
) -> None:
    turn = await turn_of(parts, said, ENGLISH, turns=3)
    assert given(turn) == [("delete_done", "en")]
    assert turn.forget
    assert turn.journal == [{"kind": "erased", "conversation": "c" * 32, "at": 1000.5}]


async def test_asking_about_erasing_erases_nothing(parts: Parts) -> None:
    assert not (await turn_of(parts, message(button="a:delete_my_data"))).forget


@pytest.mark.parametrize(
    ("state", "slot", "expected"),
    [(FRENCH, "en", "en"), (ENGLISH, "fr", "fr"), (ENGLISH_CHOSEN, "fr", "fr")],
)
async def test_change_of_language_is_answered_in_the_new_one_and_kept(
    parts: Parts,
    dialogue: ListedDialogue,
    state: dict[str, Any],
    slot: str,
    expected: Language,
) -> None:
    dialogue.slots = {"language": slot}
    turn = await turn_of(parts, message(button="a:change_language"), state)
    assert given(turn) == [("change_language", expected)]
    assert (turn.state["language"], turn.state["language_chosen"]) == (expected, True)


async def test_other_answers_do_not_change_the_language(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    dialogue.slots = {"language": "fr"}
    turn = await turn_of(parts, message(button="a:topic"), ENGLISH)
    assert (turn.state["language"], turn.state["language_chosen"]) == ("en", False)


@pytest.mark.parametrize(
    ("state", "text", "spoken"),
    [
        (FRENCH, "i want the other language", "fr"),
        (ENGLISH, "je veux la langue", "en"),
        ({}, "i want the other language", "en"),
    ],
)
async def test_change_of_language_leads_away_from_what_was_spoken_before(
    parts: Parts, dialogue: ListedDialogue, state: dict[str, Any], text: str, spoken: Language
) -> None:
    """A French conversation asked in English to change means English, not French again."""
    dialogue.meanings = {text: Understanding("change_language", 0.9)}
    await turn_of(parts, message(text), state)
    assert dialogue.responded == [(Understanding("change_language", 0.9), spoken, text)]


@pytest.mark.parametrize(
    ("text", "language"), [("/start c_x_en", "en"), ("/start t_topic_fr", "fr")]
)
async def test_link_chooses_its_language(parts: Parts, text: str, language: Language) -> None:
    turn = await turn_of(parts, message(text), FRENCH if language == "en" else ENGLISH)
    assert turn.delivery is not None
    assert turn.delivery.replies[0].language == language
    assert (turn.state["language"], turn.state["language_chosen"]) == (language, True)


async def test_state_of_an_unknown_language_is_settled_anew(parts: Parts) -> None:
    turn = await turn_of(parts, message("what is it"), {"language": "de"})
    assert turn.state["language"] == "en"


async def test_figure_of_speech_is_read_once_more_without_it(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    """The classifier alarms at "mourir de rire", but at nothing else that is said."""
    text = "mourir de rire en regardant le topic"
    alarmed = Understanding("topic", 0.4, (("topic", 0.4), ("crisis_suicide", 0.5)))
    calm = Understanding("topic", 0.9, (("topic", 0.9),))
    dialogue.meanings = {text: alarmed, "en regardant le topic": calm}
    assert given(await turn_of(parts, message(text))) == [("topic", "fr")]


async def test_distress_beside_a_figure_of_speech_still_alarms(
    parts: Parts, dialogue: ListedDialogue
) -> None:
    text = "mourir de rire mais le soir il me bat"
    alarmed = Understanding("topic", 0.4, (("topic", 0.4), ("crisis_suicide", 0.5)))
    dialogue.meanings = {text: alarmed, "mais le soir il me bat": alarmed}
    assert given(await turn_of(parts, message(text))) == [("crisis_suicide", "fr")]


async def test_figure_of_speech_alone_alarms_nobody(parts: Parts, dialogue: ListedDialogue) -> None:
    alarmed = Understanding("topic", 0.4, (("topic", 0.4), ("crisis_suicide", 0.5)))
    dialogue.meanings = {"mourir de rire quoi": alarmed}
    assert given(await turn_of(parts, message("mourir de rire quoi"))) == [("hyperbole", "fr")]


async def test_personal_data_at_the_cut_is_not_left_in_half(parts: Parts) -> None:
    text = "word " * 198 + "lea.tremblay@exemple.ca " + "more " * 10
    (entry,) = (await turn_of(parts, message(text))).journal
    assert entry["answers"] == ["too_long"]
    assert len(entry["text"]) <= 1_000
    assert "lea" not in entry["text"]


class BrokenRemoval(PersonalData):
    """Fails at every text."""

    def __init__(self) -> None:
        pass

    def remove(self, text: str, language: str) -> str:
        raise ValueError(text)


async def test_text_that_cannot_be_cleared_is_answered_and_not_recorded(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    turn = await turn_of(replace(parts, personal_data=BrokenRemoval()), message("what is it"))
    assert given(turn) == [("topic", "en")]
    assert turn.journal[0]["text"] is None
    assert "ValueError" in caplog.text
    assert "what is it" not in caplog.text


@pytest.mark.parametrize("opening", ["greet", "thanks", "hyperbole"])
async def test_question_beside_small_talk_is_answered(
    parts: Parts, dialogue: ListedDialogue, opening: str
) -> None:
    dialogue.meanings = {"hey mate, what is it": Understanding(opening, 0.95)}
    assert given(await turn_of(parts, message("hey mate, what is it"))) == [("topic", "en")]


async def test_figure_of_speech_alone_stays_one(parts: Parts, dialogue: ListedDialogue) -> None:
    dialogue.meanings = {"this exam is killing me": Understanding("hyperbole", 0.9)}
    assert given(await turn_of(parts, message("this exam is killing me"))) == [("hyperbole", "en")]


async def test_piece_of_small_talk_alarms_nobody(parts: Parts, dialogue: ListedDialogue) -> None:
    library = parts.library
    cited = replace(library.answers["crisis_suicide"], sources=("both_fr",))  # as the real one is
    answers = {**library.answers, "crisis_suicide": cited}
    dialogue.meanings = {
        "lol dead, see you at the bridge": Understanding("hyperbole", 0.9),
        "see you at the bridge": Understanding("crisis_suicide", 0.9),
    }
    turn = await turn_of(
        replace(parts, library=replace(library, answers=answers)),
        message("lol dead, see you at the bridge"),
    )
    assert given(turn) == [("hyperbole", "en")]
