"""Cleaning: what is taken out of a text, and what is left as it was written."""

from __future__ import annotations

import pytest

from bot.conversation.text import clean, has_words


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("", ""),
        ("   \t\n\r ", ""),
        ("  hello   there ", "hello there"),
        ("c'est quoi\u00a0le PGO\u202f?", "c'est quoi le PGO ?"),
        ("one\r\ntwo\n\n\n three", "one\ntwo\nthree"),
        ("one\u2028two\u2029three", "one\ntwo\nthree"),
        ("a\x00b", "a b"),
        ("\x1b[31mred", "[31mred"),
        ("ring\x07 the\x7fbell\x85", "ring the bell"),
        ("\u202esdrawkcab\u202c", "sdrawkcab"),
        ("\u2066a\u2069\u200f\u061cb", "ab"),
        ("gou\u00advern\u200bement\ufeff", "gouvernement"),
        ("a\ud800b\udfff", "ab"),
        ("e\u0301te\u0301", "été"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("<b>*_[x](y)", "<b>*_[x](y)"),
        ("Ελλάδα 你好 سلام", "Ελλάδα 你好 سلام"),
    ],
    ids=ascii,
)
def test_text_is_cleaned(written: str, cleaned: str) -> None:
    assert clean(written) == cleaned


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("?!…", False),
        ("😀👍🏽", False),
        ("\u200d", False),
        ("a", True),
        ("é", True),
        ("7", True),
        ("😀 ok", True),
        ("你", True),
        ("مرحبا", True),
    ],
    ids=ascii,
)
def test_words_are_letters_and_digits_of_any_script(text: str, expected: bool) -> None:
    assert has_words(text) is expected
