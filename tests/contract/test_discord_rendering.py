"""Replies become Discord messages: within its limits, and showing what the text says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.discord.rendering import escape, messages_of, split
from bot.conversation.messages import Button, Delivery, Image, Reply, Source
from tests.contract.discord_bot import library


def _rendered(reply: Reply) -> list[dict[str, Any]]:
    return messages_of(Delivery("0" * 32, "m1", {}, (reply,)), library())


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
