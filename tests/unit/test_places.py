"""Where a person says they are: Canadian helplines may not work elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.safety.places import Places, load_places

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def places() -> Places:
    return load_places(ROOT)


@pytest.mark.parametrize(
    "text",
    [
        "je suis en France",
        "j'habite au Sénégal",
        "chui à dakar la",
        "je vis pas au Canada",
        "jveux mourir, chu en Belgique",
        "france",
        "La Côte d'Ivoire",
        "aux états-unis",
        "I'm in Lagos",
        "im from the uk",
        "I live in the United States",
        "Nigeria",
        "im in the us",
        "i dont live in canada",
        "my dad hits me and im in Kenya rn",
    ],
)
def test_person_outside_canada_is_heard(places: Places, text: str) -> None:
    assert places.is_elsewhere(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🙂",
        "je veux mourir",
        "i want to die",
        "je suis à Montréal, ma famille est au Liban",
        "I'm in Ottawa but my mom is in India",
        "je suis en France cet été mais j'habite au Québec",
        "ma mère fait des crêpes comme une Française",
        "us too",
        "tell us more",
        "he came at us",
        "je vais à la réunion demain",
        "the french president hurts",
        "in use",
        "le parisien du coin me frappe",
    ],
)
def test_anyone_else_is_taken_to_be_in_canada(places: Places, text: str) -> None:
    assert not places.is_elsewhere(text)
