"""What of a message may be a question of its own, beside a greeting or a figure of speech."""

from __future__ import annotations

import pytest

from bot.conversation.text import pieces


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("hey, what is open data", ["what is open data"]),
        ("salut c koi un gouv ouvert", ["c koi un gouv ouvert"]),
        (
            "cet examen me tue mdr, bref c'est quoi la transparence",
            ["cet examen me tue mdr", "bref c'est quoi la transparence",
             "examen me tue mdr, bref c'est quoi la transparence"],
        ),
        ("thanks a lot", []),
        ("merci", []),
        ("", []),
        ("a b c. " * 50, ["a b c"] * 5),
    ],
)  # fmt: skip
def test_pieces(text: str, parts: list[str]) -> None:
    assert pieces(text) == parts


def test_what_follows_the_first_word_only_where_it_may_be_a_greeting() -> None:
    assert pieces("my exam kills me today", after_first=False) == []
    assert pieces("lol dead, what is open data", after_first=False) == ["what is open data"]
