"""Phrases: what each sign of theirs finds, and which spellings of a text are the same."""

from __future__ import annotations

import pytest

from bot.safety.phrases import compile_phrases, plain_words


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


def test_spelling_replaces_whole_words_only() -> None:
    spelling = {"jveux": "je veux", "g": "j ai"}
    assert plain_words("jveux g gg jveuxx", spelling) == "je veux j ai gg jveuxx"


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("kill myself", "i will kill myself now"),
        ("a|b c", "b c"),
        ("veux * mourir", "veux mourir"),
        ("veux * mourir", "veux un deux trois mourir"),
        ("vivre~", "vivre"),
        ("vivr~", "vivrais"),
        ("demand~|ask * nudes", "demandent des nudes"),
        ("9 8 8", "call 9 8 8"),
    ],
)
def test_phrase_finds(phrase: str, text: str) -> None:
    assert compile_phrases([phrase]).search(text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("kill myself", "skill myself"),
        ("kill myself", "kill myselfie"),
        ("kill myself", "kill him myself"),
        ("a|b c", "a b"),
        ("veux * mourir", "veux un deux trois quatre mourir"),
        ("veux * mourir", "mourir veux"),
        ("vivre", "vivres"),
    ],
)
def test_phrase_does_not_find(phrase: str, text: str) -> None:
    assert not compile_phrases([phrase]).search(text)


def test_no_phrases_find_nothing() -> None:
    assert not compile_phrases([]).search("anything at all")


@pytest.mark.parametrize(
    "phrase", ["", "  ", "* die", "été", "Die", "die!", "a||b", "|a", "~", "di~e", "(die)", "die.*"]
)
def test_phrase_that_staff_mistyped_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="a phrase"):
        compile_phrases(["fine", phrase])
