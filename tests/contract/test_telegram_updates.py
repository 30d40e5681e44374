"""What each kind of update becomes; read by the real library, no network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from telegram import Update, User

from bot.adapters.telegram.updates import read_update
from bot.conversation.messages import IncomingMessage
from tests.contract.telegram_parts import IDENTITY_KEY, raw_message
from tests.platforms.telegram_server import entities_in

ME = User(id=42, first_name="Parlouvert", is_bot=True, username="Parlouvert_bot")
GROUP = {"id": -100, "type": "supergroup", "title": "A group"}
SIZE = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
OURS = {
    "message_id": 9,
    "date": 1_700_000_000,
    "chat": GROUP,
    "from": {"id": 42, "is_bot": True, "first_name": "Parlouvert"},
    "text": "Bonjour",
}
PERSONS = OURS | {"from": {"id": 8, "is_bot": False, "first_name": "B"}}


def read(update: Mapping[str, Any]) -> IncomingMessage | None:
    return read_update(Update.de_json(dict(update), None), ME, identity_key=IDENTITY_KEY, at=5.0)


def text_of(**fields: object) -> str | None:
    message = read(raw_message(**fields))
    return message.text if message else None


def text_in_group(text: str, **fields: object) -> str | None:
    return text_of(chat=GROUP, text=text, entities=entities_in(text), **fields)


def test_private_text_becomes_a_message() -> None:
    message = read(raw_message(text="Bonjour"))
    assert message is not None
    assert message.text == "Bonjour"
    assert message.button is None
    assert message.id == "u500"
    assert message.platform == "telegram"
    assert message.language_hint == "fr"
    assert message.at == 5.0
    assert message.return_address == {"chat": 7}


def test_conversation_differs_by_person_and_by_chat() -> None:
    alone = read(raw_message(text="a"))
    same = read(raw_message(text="b"))
    in_group = read(raw_message(text="a", chat=GROUP, reply_to_message=OURS))
    other = {"id": 8, "is_bot": False, "first_name": "B"}
    somebody = read(
        raw_message(**{"text": "a", "chat": GROUP, "from": other}, reply_to_message=OURS)
    )
    assert alone
    assert same
    assert in_group
    assert somebody
    assert alone.conversation == same.conversation
    assert len({alone.conversation, in_group.conversation, somebody.conversation}) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", "/start"),
        ("/start c_abc_fr", "/start c_abc_fr"),
        ("/help@Parlouvert_bot", "/help"),
        ("/help@parlouvert_BOT please", "/help please"),
        ("/ask What is open data?", "What is open data?"),
        ("/ask\nWhat is\nopen data?", "What is\nopen data?"),
        ("/ask", ""),
        ("/asking", "/asking"),
        ("/ start", "/ start"),
        ("//", "//"),
        ('/admin{"x":1}', '/admin{"x":1}'),
        ("un /start au milieu", "un /start au milieu"),
    ],
)
def test_command_in_private_is_normalised(text: str, expected: str) -> None:
    assert text_of(text=text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/ask@Parlouvert_bot c'est quoi?", "c'est quoi?"),
        ("/start@parlouvert_bot", "/start"),
        ("@Parlouvert_bot c'est quoi?", "c'est quoi?"),
        ("@parlouvert_bot, c'est quoi?", "c'est quoi?"),
        ("🎉🎉 dis @Parlouvert_bot c'est quoi?", "🎉🎉 dis  c'est quoi?"),
        ("@Parlouvert_bot", ""),
        ("@Parlouvert_bot /help", "/help"),
        ("c'est quoi?", None),
        ("/start", None),
        ("/start@other_bot", None),
        ("@other_bot c'est quoi?", None),
        ("courriel: a@Parlouvert_bot", None),
    ],
)
def test_group_talk_is_read_only_when_addressed_to_us(text: str, expected: str | None) -> None:
    assert text_in_group(text) == expected


def test_group_mention_by_name_is_read() -> None:
    entity = {"type": "text_mention", "offset": 0, "length": 10, "user": ME.to_dict()}
    assert text_of(chat=GROUP, text="Parlouvert aide-moi", entities=[entity]) == "aide-moi"


def test_group_reply_to_us_is_read_and_answered_as_a_reply() -> None:
    message = read(raw_message(chat=GROUP, text="oui", reply_to_message=OURS))
    assert message is not None
    assert message.text == "oui"
    assert message.return_address == {"chat": -100, "reply_to": 10}


def test_group_reply_to_us_with_a_bare_command_is_read() -> None:
    assert text_in_group("/help", reply_to_message=OURS) == "/help"


@pytest.mark.parametrize(
    "fields",
    [
        {"reply_to_message": PERSONS},
        {"reply_to_message": OURS | {"forum_topic_created": {"name": "t", "icon_color": 1}}},
    ],
    ids=["reply to a person", "first notice of a topic we made"],
)
def test_group_reply_to_others_is_not_read(fields: dict[str, Any]) -> None:
    assert text_in_group("oui", **fields) is None


def test_group_reply_to_us_that_calls_another_bot_is_not_read() -> None:
    assert text_in_group("/help@other_bot", reply_to_message=OURS) is None


def test_topic_is_kept_for_the_answer() -> None:
    fields = {"message_thread_id": 33, "is_topic_message": True, "reply_to_message": OURS}
    message = read(raw_message(chat=GROUP, text="oui", **fields))
    assert message is not None
    assert message.return_address == {"chat": -100, "thread": 33, "reply_to": 10}


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": SIZE | {"is_animated": False, "is_video": False, "type": "regular"}},
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}},
        {"photo": [SIZE]},
        {"document": {"file_id": "f", "file_unique_id": "u"}},
        {"location": {"latitude": 45.4, "longitude": -75.7}},
        {"contact": {"phone_number": "+15555550100", "first_name": "A"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {
            "poll": {
                "id": "1",
                "question": "?",
                "options": [],
                "total_voter_count": 0,
                "is_closed": False,
                "is_anonymous": True,
                "type": "regular",
                "allows_multiple_answers": False,
                "allows_revoting": False,
                "members_only": False,
            }
        },
    ],
    ids=lambda content: next(iter(content)),
)
def test_message_without_words_becomes_an_empty_text(content: dict[str, Any]) -> None:
    assert text_of(**content) == ""


def test_caption_is_the_text() -> None:
    assert text_of(photo=[SIZE], caption="C'est quoi?") == "C'est quoi?"


def test_caption_in_group_is_read_when_it_mentions_us() -> None:
    caption = "@Parlouvert_bot c'est quoi?"
    fields = {"photo": [SIZE], "caption": caption, "caption_entities": entities_in(caption)}
    assert text_of(chat=GROUP, **fields) == "c'est quoi?"
    assert text_of(chat=GROUP, photo=[SIZE]) is None


def test_album_without_words_has_one_id_for_all_its_pictures() -> None:
    first = read(raw_message(photo=[SIZE], media_group_id="77"))
    second = read({**raw_message(photo=[SIZE], media_group_id="77"), "update_id": 501})
    worded = read(raw_message(photo=[SIZE], media_group_id="77", caption="Regarde"))
    assert first
    assert second
    assert worded
    assert first.id == second.id
    assert worded.id == "u500"


@pytest.mark.parametrize(
    "fields",
    [
        {"new_chat_members": [{"id": 8, "is_bot": False, "first_name": "B"}]},
        {"left_chat_member": {"id": 8, "is_bot": False, "first_name": "B"}},
        {"group_chat_created": True},
        {"pinned_message": OURS},
        {"from": {"id": 8, "is_bot": True, "first_name": "B"}, "text": "hello"},
        {"sender_chat": GROUP, "text": "hello"},
        {"something_new": {"a": 1}},
    ],
    ids=["join", "leave", "made", "pin", "a bot", "a channel", "of the future"],
)
def test_message_that_no_person_said_is_ignored(fields: dict[str, Any]) -> None:
    assert read(raw_message(**fields)) is None


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "edited_channel_post"])
def test_edits_and_channels_are_ignored(kind: str) -> None:
    assert read({"update_id": 1, kind: raw_message(text="hello")["message"]}) is None


def test_block_and_unknown_updates_are_ignored() -> None:
    person = {"id": 7, "is_bot": False, "first_name": "A"}
    change = {
        "chat": {"id": 7, "type": "private"},
        "from": person,
        "date": 1,
        "old_chat_member": {"status": "member", "user": ME.to_dict()},
        "new_chat_member": {"status": "kicked", "user": ME.to_dict(), "until_date": 0},
    }
    assert read({"update_id": 1, "my_chat_member": change}) is None
    assert read({"update_id": 1, "something_new": {"a": 1}}) is None
    assert read({"update_id": 1}) is None


def test_long_text_is_passed_on_up_to_the_limit_of_telegram() -> None:
    assert text_of(text="a" * 1_001) == "a" * 1_001
    assert text_of(text="a" * 5_000) == "a" * 4_096


def test_text_that_cannot_be_stored_is_made_storable() -> None:
    text = text_of(text="moitié \ud83d d'émoji")
    assert text is not None
    assert text.encode("utf-8").startswith("moitié ".encode())


def press(**fields: object) -> dict[str, Any]:
    query: dict[str, Any] = {
        "id": "77",
        "from": {"id": 7, "is_bot": False, "first_name": "A", "language_code": "en"},
        "message": raw_message(text="Bonjour")["message"],
        "chat_instance": "1",
        "data": "a:help",
        **fields,
    }
    return {"update_id": 600, "callback_query": query}


def test_press_becomes_a_button_in_the_conversation_of_the_person() -> None:
    message = read(press())
    text = read(raw_message(text="Bonjour"))
    assert message is not None
    assert text is not None
    assert (message.button, message.text, message.id) == ("a:help", None, "u600")
    assert message.conversation == text.conversation
    assert message.return_address == {"chat": 7}
    assert message.language_hint == "en"


def test_press_under_a_message_telegram_has_forgotten_is_read() -> None:
    forgotten = {"message_id": 3, "date": 0, "chat": GROUP}
    message = read(press(message=forgotten))
    assert message is not None
    assert message.return_address == {"chat": -100}


@pytest.mark.parametrize("missing", ["message", "data"])
def test_press_without_chat_or_value_is_ignored(missing: str) -> None:
    update = press()
    del update["callback_query"][missing]
    assert read(update) is None


@pytest.mark.parametrize(
    ("code", "expected"), [("fr", "fr"), ("en-GB", "en"), ("es", None), (None, None)]
)
def test_language_hint_comes_from_the_interface(code: str | None, expected: str | None) -> None:
    person = {"id": 7, "is_bot": False, "first_name": "A"}
    if code:
        person["language_code"] = code
    message = read(raw_message(**{"from": person, "text": "hello"}))
    assert message is not None
    assert message.language_hint == expected
