"""Replies become Discord messages: within its limits, and showing what the text says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.rendering import Attachment, Message, escape, messages_of, split
from bot.adapters.discord.view_form import make_form
from bot.conversation.messages import (
    LANGUAGES,
    Button,
    Delivery,
    Image,
    Language,
    Reply,
    Source,
)
from tests.contract.discord_bot import library


def _rendered(reply: Reply) -> list[dict[str, Any]]:
    return [message.body for message in _messages(reply)]


def _messages(reply: Reply, *, is_shared: bool = False) -> list[Message]:
    delivery = Delivery("0" * 32, "m1", {}, (reply,))
    return messages_of(delivery, library(), token="f" * 32, is_shared=is_shared)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("*bold* _thin_ ~~no~~", r"\*bold\* \_thin\_ \~\~no\~\~"),
        ("`code` ||spoiler||", r"\`code\` \|\|spoiler\|\|"),
        ("# title", r"\# title"),
        ("one\n\n- two\n  - three", "one\n\n\\- two\n  \\- three"),
        ("> quoted", r"\> quoted"),
        ("https://a.ca/x_y_z and x_y", r"https://a.ca/x_y_z and x\_y"),
        ("[text](https://a.ca)", r"\[text](https://a.ca)"),
        ("Peut-être 18-29 ans, c'est tout!", "Peut-être 18-29 ans, c'est tout!"),
        ("@everyone", "@\u200beveryone"),
        ("<@123456789012345678>", "<@\u200b123456789012345678>"),
    ],
)  # fmt: skip
def test_formatting_and_pings_are_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("short", ["short"]),
        ("aaaa\n\nbbbb\n\ncccc", ["aaaa\n\nbbbb", "cccc"]),
        ("aaaaaa\nbbbbbb", ["aaaaaa", "bbbbbb"]),
        ("aaaaaa bbbbbb", ["aaaaaa", "bbbbbb"]),
        ("aaaaaaaaaabbb", ["aaaaaaaaaa", "bbb"]),
        (r"aaaaaaaaa\*b", ["aaaaaaaaa", r"\*b"]),
    ],
    ids=["nothing to do", "paragraph", "line", "word", "letter", "not within an escape"],
)
def test_text_is_split_at_the_best_place(text: str, parts: list[str]) -> None:
    assert split(text, 10) == parts


@given(st.text(alphabet="ab \n*_\\#-", max_size=300).map(str.strip), st.integers(8, 60))
def test_split_loses_no_letter_and_keeps_the_limit(text: str, most: int) -> None:
    parts = split(text, most)
    assert all(len(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_buttons_stand_in_rows_of_five_with_labels_cut_and_each_value_once() -> None:
    buttons = tuple(Button(f"{number}" * 90, f"a:{number}") for number in range(7))
    [message] = _rendered(Reply("x", "fr", "text", (*buttons, Button("again", "a:0"))))
    rows = message["components"]
    assert [len(row["components"]) for row in rows] == [5, 2]
    values = [button["custom_id"] for row in rows for button in row["components"]]
    assert values == [f"a:{number}" for number in range(7)]
    assert rows[1]["components"][1]["label"] == "6" * 80


def test_more_buttons_than_discord_shows_are_left_out() -> None:
    buttons = tuple(Button(f"{number}", f"a:{number}") for number in range(30))
    [message] = _rendered(Reply("x", "fr", "text", buttons))
    assert [len(row["components"]) for row in message["components"]] == [5, 5, 5, 5, 5]


@pytest.mark.parametrize(
    ("language", "count", "heading"),
    [("fr", 1, "Source :"), ("fr", 2, "Sources :"), ("en", 1, "Source:"), ("en", 2, "Sources:")],
)
def test_sources_stand_under_the_text_without_previews(
    language: Any, count: int, heading: str
) -> None:
    sources = tuple(Source(f"Page {number}", f"https://a.ca/{number}") for number in range(count))
    [message] = _rendered(Reply("x", language, "text", (), sources))
    lines = [f"Page {number} <https://a.ca/{number}>" for number in range(count)]
    assert message["content"].split("\n") == ["text", "", heading, *lines]
    assert message["flags"] == 4
    assert message["allowed_mentions"] == {"parse": [], "replied_user": False}


def test_picture_is_shown_with_the_words_that_stand_for_it() -> None:
    image = Image("https://a.ca/x.png", "Twelve people under 10 signs")
    [message] = _rendered(Reply("x", "en", "text", image=image))
    assert message["embeds"] == [{"image": {"url": image.url}, "description": image.alt}]
    assert message["flags"] == 0


BUTTONS = (Button("More", "m:test"),)


def _pictured(text: str, alt: str) -> list[Message]:
    image = Image("/pictures/views.png", alt)
    return _messages(Reply("x", "en", text, BUTTONS, image=image))


def test_picture_of_ours_is_attached_with_its_words_and_has_the_buttons_below() -> None:
    [message] = _pictured("text", "A *map*")
    assert message.attachment == Attachment("views.png", "views.png", "A *map*")
    assert message.body["content"] == "text"
    assert message.body["flags"] == 4
    assert message.otherwise == message.body | {"content": "text\n\nA \\*map\\*"}
    assert len(message.body["components"]) == 1


@pytest.mark.parametrize(
    ("text", "alt", "contents", "otherwise"),
    [
        ("a" * 1_900, "b" * 98, ["a" * 1_900], "a" * 1_900 + "\n\n" + "b" * 98),
        ("a" * 1_900, "b" * 99, ["a" * 1_900, ""], "b" * 99),
        ("a", "b" * 1_024, ["a"], "a\n\n" + "b" * 1_024),
        ("a", "b" * 1_025, ["a\n\n" + "b" * 1_025], "a\n\n" + "b" * 1_025),
        ("a", "*" * 1_024, ["a", ""], "\\*" * 1_000),
    ],
    ids=["fits", "does not fit", "in a description", "too long for one", "escaped"],
)
def test_number_of_messages_is_the_same_with_the_picture_and_without(
    text: str, alt: str, contents: list[str], otherwise: str
) -> None:
    messages = _pictured(text, alt)
    assert [message.body["content"] for message in messages] == contents
    last = messages[-1]
    assert last.attachment == Attachment("views.png", "views.png", alt[:1_024])
    assert last.otherwise is not None
    assert last.otherwise["content"] == otherwise
    assert last.otherwise["components"] == last.body["components"] != []
    assert all(message.body["components"] == [] for message in messages[:-1])


def test_file_about_the_person_is_a_message_of_its_own_after_its_answer() -> None:
    first, second = _messages(Reply("x", "en", "text", BUTTONS, file="parlouvert.json"))
    assert first.body["content"] == "text"
    assert first.attachment is None
    assert second.attachment == Attachment("f" * 32, "parlouvert.json", is_personal=True)
    assert (second.body["content"], second.otherwise) == ("", None)


def test_file_about_the_person_does_not_go_where_others_read() -> None:
    reply = Reply("x", "fr", "text", file="parlouvert.json")
    first, second = _messages(reply, is_shared=True)
    assert (first.attachment, second.attachment) == (None, None)
    assert second.body["content"] == escape(library().word("discord.file_for_you_alone", "fr"))


@pytest.mark.parametrize(
    ("language", "label"), [("fr", "Écrire mon opinion"), ("en", "Write my view")]
)
def test_step_where_a_view_is_written_has_a_first_button_of_its_own(
    language: Any, label: str
) -> None:
    [message] = _rendered(Reply("view_text", language, "text", (Button("Stop", "a:cancel"),)))
    shown = [
        (button["label"], button["custom_id"])
        for row in message["components"]
        for button in row["components"]
    ]
    assert shown == [(label, "t:view_text"), ("Stop", "a:cancel")]


@pytest.mark.parametrize("languages", [("fr",), ("en",), LANGUAGES], ids="-".join)
def test_words_of_the_form_fit_where_discord_shows_them(languages: Sequence[Language]) -> None:
    form = make_form(library(), languages).to_dict()
    [label] = form["components"]
    assert len(form["title"]) <= 45
    assert len(label["label"]) <= 45
    assert len(label["component"]["placeholder"]) <= 100
    for key in ("write_view", "write_view_label", "write_view_example"):
        shown = {form["title"], label["label"], label["component"]["placeholder"]}
        words = [library().word(f"discord.{key}", language) for language in languages]
        assert " / ".join(words) in shown
