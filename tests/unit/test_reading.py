"""Readers: what a message says in one language, however its words are shortened."""

from __future__ import annotations

import pytest

from bot.content.reading import Reader

FRENCH = Reader("fr", {"jveux": "je veux", "g": "j'ai", "j": "je", "suit": "suis", "pis": "et"})
ENGLISH = Reader("en", {"wanna": "want to", "u": "you", "dnt": "don't", "ill": "sick"})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Jveux ça", "je veux ca "),
        ("g faim", "j ai faim "),
        ("j veux", "je veux "),
        ("j'ai", "j ai "),
        ("j ai", "j ai "),
        ("j\u2019y pense", "j y pense "),
        ("j'veux", "je veux "),
        ("jveuxx", "jveuxx "),
        ("je suit là pis toi", "je suis la et toi "),
        ("c'est l'été", "c est l ete "),
        ("le su1c1d3 et m0urir", "le suicide et mourir "),
        ("c18 covid19 2e b4 m1 514abc", "c18 covid19 2e b4 m1 514abc "),
        ("don't", "don t "),
        ("", ""),
    ],
)
def test_french_is_read_with_its_elisions(text: str, read: str) -> None:
    assert FRENCH.read(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("don't", "do not "),
        ("don\u2019t", "do not "),
        ("dont", "do not "),
        ("Don t", "do not "),
        ("i can't, I cant, i cannot", "i can not i can not i can not "),
        ("it won't", "it will not "),
        ("isnt", "is not "),
        ("I'm / im / i m", "i am i am i am "),
        ("he's, hes", "he is he is "),
        ("someones here", "someone is here "),
        ("we're; were", "we are were "),
        ("she'll, shell", "she will shell "),
        ("my dad's belt", "my dad s belt "),
        ("i wanna, u dnt", "i want to you do not "),
        ("ill", "sick "),
        ("suit", "suit "),
        ("i don", "i don "),
        ("", ""),
    ],
)
def test_english_is_read_with_its_contractions(text: str, read: str) -> None:
    assert ENGLISH.read(text) == read


def test_one_language_knows_nothing_of_the_others_slips() -> None:
    assert Reader("fr").read("dont wanna") == "dont wanna "
    assert ENGLISH.read("jveux g") == "jveux g "
