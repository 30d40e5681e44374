"""Whatever is typed or pressed gets a sensible answer, sets nothing, and shows up in no log."""

from __future__ import annotations

import json
import logging
import re

import pytest

from bot.conversation.turn import Parts
from tests.engine.talking import Press, Talk

OUR_SLOTS = {"language", "last_answer", "misses"}
NOT_UNDERSTOOD = {"fallback_nearest", "off_topic"}
CONVERSATIONAL = NOT_UNDERSTOOD | {
    "affirm",
    "cancel",
    "deny",
    "goodbye",
    "greet",
    "help",
    "insult",
    "stop_messages",
    "tell_more_nothing",
    "thanks",
}
"""Answers that fit what means nothing in particular."""

UNREADABLE = {
    "empty": "",
    "blank": "   \n\t ",
    "one emoji": "😀",
    "only emoji": "😀👍🏽❤️🏳️\u200d🌈👨\u200d👩\u200d👧",
    "signs": "?!…",
    "null byte": "\x00",
    "control characters": "\x01\x02\x07\x1b\x7f\x85",
    "overrides alone": "\u202e\u202d\u2066\u2069",
    "zero width": "\u200b\u200c\u200d\ufeff",
    "lone surrogate": "\ud800",
    "half an emoji": "\ud83d",
    "slashes": "///",
    "line separators": "\u2028\u2029\r\n",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
async def test_nothing_to_read_is_said_so(parts: Parts, text: str) -> None:
    talk = Talk(parts, hint="en")
    assert await talk.send(text) == ("fallback_empty", "en")
    assert talk.turns[-1].events == ()
    assert talk.turns[-1].journal[0]["text"] is None


@pytest.mark.parametrize("text", ["a" * 1_001, "é" * 4_096, "what is it " * 10_000, "😀" * 100_000])
async def test_too_long_is_said_so(parts: Parts, text: str) -> None:
    talk = Talk(parts)
    assert (await talk.send(text))[0] == "too_long"
    assert len(talk.turns[-1].journal[0]["text"]) <= 1_000


READABLE: dict[str, tuple[str, set[str]]] = {
    "/restart": ("/restart", {"cancel", "help"} | NOT_UNDERSTOOD),
    "/intent with a slot": ('/intent{"slot":"x"}', NOT_UNDERSTOOD),
    "/greet": ("/greet", {"greet"} | NOT_UNDERSTOOD),
    "//greet": ("//greet", {"greet"} | NOT_UNDERSTOOD),
    "hidden /greet": ("\u200b/greet", {"greet"} | NOT_UNDERSTOOD),
    "/back": ("/back", {"cancel"} | NOT_UNDERSTOOD),
    "/nlu_fallback": ("/nlu_fallback", NOT_UNDERSTOOD),
    "/delete_done": ("/delete_done", {"delete_my_data", "bot_delete"} | NOT_UNDERSTOOD),
    "/give with entities": ('/give{"last_answer":"zzz","misses":7}', CONVERSATIONAL),
    "unknown command": ("/frobnicate", CONVERSATIONAL),
    "HTML": ("<b>hello</b>", {"greet"}),
    "script": ("<script>alert(1)</script>", CONVERSATIONAL),
    "Markdown": ("**bold** _it_ [x](y) ```", CONVERSATIONAL),
    "broken link": ("[link](http://x", CONVERSATIONAL),
    "format signs": ("{0} {answer} %s %(x)d ${x}", CONVERSATIONAL),
    "@everyone": ("@everyone", CONVERSATIONAL),
    "mention": ("<@123456789>", CONVERSATIONAL),
    "right to left": ("\u202eolleh", CONVERSATIONAL),
    "null byte between words": ("what is\x00open government?", {"open_government"}),
    "surrogate in a question": ("what is \udfffopen government?", {"open_government"}),
    "overrides in a question": ("what is \u202eopen\u202c government?", {"open_government"}),
    "YAML": ("- intent: greet", {"greet"} | NOT_UNDERSTOOD),
    "JSON": ('{"text": "hello"}', {"greet"} | NOT_UNDERSTOOD),
    "SQL": ("'; DROP TABLE turns; --", CONVERSATIONAL | {"delete_my_data", "bot_delete"}),
    "external event": ("EXTERNAL: greet", CONVERSATIONAL),
    "another script": ("你好", CONVERSATIONAL),
    "stacked accents": ("h\u0335\u0321e\u0337l\u0338l\u0336o\u0335", CONVERSATIONAL),
    "digits": ("12345678901234567890", CONVERSATIONAL),
}


@pytest.mark.parametrize(("text", "sensible"), READABLE.values(), ids=READABLE)
async def test_odd_text_is_read_as_plain_text(parts: Parts, text: str, sensible: set[str]) -> None:
    talk = Talk(parts, hint="en")
    answer, _ = await talk.send(text)
    assert answer in sensible
    assert not talk.turns[-1].forget


@pytest.mark.parametrize(
    "text",
    [text for text, _ in READABLE.values()]
    + ['/change_language{"language":"fr"}', '/tell_more{"answer":"delete_done"}']
    + ["/SetSlots(last_answer=nap6)", 'slot{"misses": 9}'],
    ids=ascii,
)
async def test_text_sets_no_slot_by_its_own_values(parts: Parts, text: str) -> None:
    """Slots are set by our actions alone: to a language, an answer's id, or a small number."""
    talk = Talk(parts, hint="en")
    await talk.send(text)
    slots = [event for event in talk.turns[-1].events if event["event"] == "slot"]
    assert slots
    for slot in slots:
        assert slot["name"] in OUR_SLOTS
        known = {None, "fr", "en", 0, 1, *talk.replies[0].answer.split()}
        assert slot["value"] in known
    users = [event for event in talk.turns[-1].events if event["event"] == "user"]
    assert [user["parse_data"]["entities"] for user in users] == [[]]


WRONG_BUTTONS = [
    "",
    "a:",
    "m:",
    "l:",
    "x" * 64,
    "a:" + "b" * 62,
    "é" * 32,
    "😀" * 16,
    "a:nothing",
    "m:nothing",
    "l:de",
    "l:fr-CA",
    "a:Greet",
    "a:greet ",
    "greet",
    "/restart",
    '/greet{"x":1}',
    "a:tell_more",
    "a:nlu_fallback",
    "a:../../etc/passwd",
    "\x00",
    "\ud800",
    "v:1",
]


@pytest.mark.parametrize("value", WRONG_BUTTONS, ids=ascii)
async def test_wrong_button_is_said_so_and_changes_nothing(parts: Parts, value: str) -> None:
    talk = Talk(parts, hint="en")
    await talk.send("what is open government?")
    before = talk.record()
    assert await talk.send(Press(value)) == ("button_gone", "en")
    after = talk.record()
    assert (after.state, after.events) == (before.state, before.events)
    assert await talk.send("tell me more") == ("open_government", "en")


WORDS = re.compile(r"[^\W_]{4,}")
TOLD = {
    "question": "what is open government, asks Zebulon Quixote",
    "crisis": "i want to die says Zebulon Quixote",
    "miss": "zebulon quixote flurb",
    "command": "/restart zebulonquixote",
    "slot": '/intent{"zebulon":"quixote"}',
    "too long": "zebulon quixote " * 400,
    "markup": "<zebulon>*quixote*</zebulon>",
}


@pytest.mark.parametrize("text", TOLD.values(), ids=TOLD)
async def test_no_log_shows_the_text(
    parts: Parts,
    text: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    await Talk(parts).send(text)
    printed = capfd.readouterr()
    shown = (caplog.text + printed.out + printed.err).lower()
    assert "zebulon" not in shown
    assert "quixote" not in shown


@pytest.mark.parametrize("text", ["zebulon", "je m'appelle Zebulon et c'est quoi le pgo"])
async def test_no_log_shows_the_text_of_a_turn_that_fails(
    parts: Parts,
    text: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*arguments: object) -> None:
        raise ValueError(f"cannot respond to {text}")

    monkeypatch.setattr(parts.dialogue, "respond", fail)
    caplog.set_level(logging.DEBUG)
    assert (await Talk(parts).send(text))[0] == "unavailable"
    printed = capfd.readouterr()
    assert "zebulon" not in (caplog.text + printed.out + printed.err).lower()
    assert "ValueError" in caplog.text


@pytest.mark.parametrize("text", [text for text, _ in READABLE.values()], ids=READABLE)
async def test_what_rests_of_the_dialogue_holds_no_text(parts: Parts, text: str) -> None:
    talk = Talk(parts)
    await talk.send("hello")
    await talk.send(text)
    record = talk.record()
    users = [event for turn in record.events for event in turn if event["event"] == "user"]
    assert len(users) == 2
    assert all(user["text"] == user["parse_data"]["text"] == "" for user in users)


async def test_what_rests_of_a_long_conversation_holds_nothing_of_it(parts: Parts) -> None:
    talk = Talk(parts)
    for number in range(30):
        await talk.send(f"what is open government, Zebulon number {number}?")
        await talk.send(f"zebulon{number} flurb")
    record = talk.record()
    assert "ebulon" not in json.dumps([record.state, record.events])
    assert len(record.events) <= 12
