"""Plain words: which spellings of a text are the same."""

from __future__ import annotations

import pytest

from bot.content.plain_words import plain_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Je veux MOURIR!!!", "je veux mourir"),
        ("j'en peux plus", "j en peux plus"),
        ("j\u2019en peux plus", "j en peux plus"),
        ("Été à Noël, ça", "ete a noel ca"),
        ("e\u0301te\u0301", "ete"),
        ("ma sœur", "ma soeur"),
        ("diiiiie", "die"),
        ("aaa bb", "a bb"),
        ("m\u0336o\u0336r\u0336t", "mort"),
        ("\uff44\uff49\uff45", "die"),
        ("911 now", "911 now"),
        ("", ""),
        ("你好", ""),
        ("two\nlines", "two lines"),
    ],
    ids=ascii,
)
def test_text_becomes_plain_words(text: str, words: str) -> None:
    assert plain_words(text) == words
