"""Messages, replies and deliveries come back from JSON as they were."""

from __future__ import annotations

import json

import pytest

from bot.conversation.messages import (
    Button,
    Delivery,
    Image,
    IncomingMessage,
    Language,
    Reply,
    Source,
    as_language,
)

FULL = Reply(
    answer="open_government",
    language="en",
    text="Hello",
    buttons=(Button("More", "m:open_government", "open_government"), Button("Other", "l:fr")),
    sources=(Source("A page", "https://example.org"),),
    image=Image("https://example.org/a.png", "A picture"),
)


@pytest.mark.parametrize(
    ("value", "language"),
    [
        ("fr", "fr"),
        ("en", "en"),
        ("fr-CA", "fr"),
        ("FR_ca", "fr"),
        ("en-GB", "en"),
        ("de", None),
        ("french", None),
        ("", None),
        (None, None),
        (7, None),
        ("-fr", None),
    ],
)
def test_language_is_read_from_a_tag(value: object, language: Language | None) -> None:
    assert as_language(value) == language


@pytest.mark.parametrize(
    "message",
    [
        IncomingMessage("c", "web", "1", 12.5, text="hé\n"),
        IncomingMessage("c", "discord", "1", 0.0, button="a:x", language_hint="fr"),
        IncomingMessage("c", "telegram", "1", 1.0, text="x", return_address={"chat": [1, {}]}),
    ],
    ids=["text", "button", "address"],
)
def test_message_survives_json(message: IncomingMessage) -> None:
    assert IncomingMessage.from_json(json.loads(json.dumps(message.to_json()))) == message


@pytest.mark.parametrize("reply", [FULL, Reply("greet", "fr", "Salut")], ids=["full", "plain"])
def test_reply_survives_json(reply: Reply) -> None:
    assert Reply.from_json(json.loads(json.dumps(reply.to_json()))) == reply


def test_reply_has_the_public_form() -> None:
    assert FULL.to_json() == {
        "answer": "open_government",
        "language": "en",
        "text": "Hello",
        "buttons": [
            {"label": "More", "value": "m:open_government", "answer": "open_government"},
            {"label": "Other", "value": "l:fr", "answer": None},
        ],
        "sources": [{"title": "A page", "url": "https://example.org"}],
        "image": {"url": "https://example.org/a.png", "alt": "A picture"},
        "file": None,
    }


def test_delivery_survives_json() -> None:
    delivery = Delivery("c", "9", {"chat": 7}, (FULL, Reply("greet", "fr", "Salut")))
    assert Delivery.from_json(json.loads(json.dumps(delivery.to_json()))) == delivery
