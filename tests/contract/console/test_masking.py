"""What is hidden in a transcript, and what stays readable."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.conversations.masking import Masking, load_masking
from bot.content.library import Library, load_library
from bot.safety.personal_data import PersonalData, load_personal_data

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def masking() -> Masking:
    library: Library = load_library(ROOT)
    personal_data: PersonalData = load_personal_data(ROOT)
    return load_masking(ROOT, library, personal_data)


def shown(masking: Masking, text: str, *found: str) -> str:
    parts = []
    for piece in masking.pieces(text, found=frozenset(found)):
        parts.append({"hidden": "•", "found": f"<{piece.text}>"}.get(piece.kind, piece.text))
    return "".join(parts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("mon ami Félix dit non", "mon ami • dit non", id="name"),
        pytest.param("mon ami félix dit non", "mon ami • dit non", id="name in small letters"),
        pytest.param(
            "avec Marie-Ève Tremblay hier", "avec • hier", id="names that belong together"
        ),
        pytest.param("je vais à Mont-Bruno demain", "je vais à • demain", id="a school"),
        pytest.param("I live near Saskatoon now", "I live near • now", id="place"),
        pytest.param("i live near saskatoon now", "i live near • now", id="place in small letters"),
        pytest.param("je suis de Nouvelle-Calédonie, moi", "je suis de •, moi", id="two words"),
        pytest.param("j'ai 15 ans", "j'ai • ans", id="age"),
        pytest.param("le 12/05/2011 à 8 h", "le • à 8 h", id="date"),
        pytest.param("j'ai 3 questions", "j'ai 3 questions", id="one digit"),
        pytest.param("ma soeur Rose le dit", "ma soeur • le dit", id="a name that is a word"),
        pytest.param("une rose pour elle", "une rose pour elle", id="a word that is a name"),
        pytest.param("écris à lea@exemple.ca", "écris à •", id="what the screen finds today"),
        pytest.param("oui. Karim est là", "oui. • est là", id="known name, first in a sentence"),
    ],
)
def test_what_tells_who_somebody_is_is_hidden(masking: Masking, text: str, expected: str) -> None:
    assert shown(masking, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "C'est quoi un gouvernement ouvert?",
        "What is Open Government in Canada?",
        "Pourquoi le Canada? Parce que. Et toi!",
        "Bonjour! Comment participer?\nMerci",
        "JE VEUX SAVOIR POURQUOI",
        "I think I know",
        "mon numéro est [téléphone], signé [nom]",
        "is it [SIN] or [NAS]",
        "",
        "?",
    ],
)
def test_what_says_nothing_about_anybody_is_shown(masking: Masking, text: str) -> None:
    assert shown(masking, text) == text


def test_found_words_are_marked_unless_they_are_hidden(masking: Masking) -> None:
    text = "Félix aime l'accès aux données ouvertes"
    assert (
        shown(masking, text, "acces", "felix", "donn") == "• aime l'<accès> aux <données> ouvertes"
    )


@given(st.text(max_size=80))
def test_pieces_make_up_the_text_again(masking: Masking, text: str) -> None:
    pieces = masking.pieces(text, found=frozenset(["a"]))
    assert "".join(piece.text for piece in pieces) == text


@given(st.integers(min_value=10, max_value=10**12))
def test_no_number_is_shown(masking: Masking, number: int) -> None:
    assert str(number) not in shown(masking, f"j'ai {number} choses")
