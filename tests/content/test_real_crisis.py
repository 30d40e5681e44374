"""The crisis phrases that are really there, in the words of young people, and under attack."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.content.crisis_phrases import SAFE_WORD_ANSWER
from bot.content.yaml_files import read_yaml
from bot.safety.crisis import CrisisCheck, load_crisis_check

ROOT = Path(__file__).parents[2]
LONGEST = 5_000
"""Characters that the screen reads of one message."""
HANG = 5.0
"""Seconds; a message takes less than a tenth of one. Only a hang is slower."""


@pytest.fixture(scope="module")
def check() -> CrisisCheck:
    return load_crisis_check(ROOT)


ALARMS = {
    "jen peux plus": "crisis_distress",
    "i cant take this any more": "crisis_distress",
    "tonight is my last night": "crisis_suicide",
    "personne va remarquer si jpars pour toujours": "crisis_suicide",
    "I won't be here next year so why bother picking courses": "crisis_suicide",
    "they're flying me out to marry someone I never met": "crisis_abuse",
    "my bf wont let me leave the house": "crisis_abuse",
    "il m'a dit qu'il publierait mes photos si je paye pas": "crisis_sexual_exploitation",
    "jsuis dans les toilettes ya un gars avec un couteau dehors": "crisis_emergency",
    "i wanna die mais jpeux le dire à personne": "crisis_suicide",
}


@pytest.mark.parametrize(("text", "answer"), ALARMS.items())
def test_distress_is_found_by_phrases_alone(check: CrisisCheck, text: str, answer: str) -> None:
    assert check.by_phrase(text) == answer


@pytest.mark.parametrize(
    "texts",
    [
        (
            "j'en peux plus",
            "j\u2019en peux plus",
            "j en peux plus",
            "jen peux plus",
            "J'EN PEUX PU",
        ),
        ("je n'en peux plus", "je nen peux plus", "jnen peux plus"),
        (
            "I don't want to live",
            "i don\u2019t want to live",
            "i dont wanna live",
            "i do not want to live",
        ),
        (
            "je veux mourir",
            "jveux mourir",
            "j'veux mourir",
            "je veux vraiment mourir",
            "JVX MOURRIR",
        ),
        ("i'm suicidal", "im suicidal", "i am suicidal", "I\u2019m so suicidal"),
        ("envie d'en finir avec la vie", "envi den finir avec la vie"),
    ],
    ids=lambda texts: texts[0],
)
def test_all_ways_to_write_it_get_the_same(check: CrisisCheck, texts: tuple[str, ...]) -> None:
    answers = {(check.certain(text), check.by_phrase(text)) for text in texts}
    assert len(answers) == 1
    assert (None, None) not in answers


@pytest.mark.parametrize(
    "text",
    [
        "kill the bill",
        "kill two birds with one stone",
        "tuer le temps",
        "je me suis coupé en cuisinant",
        "I'd rather die than read that report",
        "je veux mourir de honte",
        "la loi sur les armes à feu",
        "my dad hits the gym",
        "hit me with une blague",
        "le premier ministre se fait frapper dans les sondages",
        "If open government disappeared tomorrow would anyone notice",
        "cet examen me tue",
        "mon cell est mort",
        "this traffic makes me want to die lol",
        "what is 9-8-8",
        "exposé sur la prévention du suicide",
        "aide médicale à mourir",
        "we got murdered 6-0",
        "jme suis fait tuer par le boss final",
        "one person suit up, j'ai un don pour ça",
    ],
)
def test_look_alike_is_not_found(check: CrisisCheck, text: str) -> None:
    assert check.by_phrase(text) is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_safe_word_alarms_whatever_else_is_said(check: CrisisCheck, language: str) -> None:
    words = read_yaml(ROOT / "stories/safety/crisis.yml")["safe_words"][language]
    for word in words:
        said = word.replace("~", "")
        for text in (said, said.upper(), f"ok {said}!", f"mon ami respire plus {said}"):
            assert check.certain(text) == SAFE_WORD_ANSWER, text
            assert check.find(text, [("open_government", 1.0)]) == SAFE_WORD_ANSWER, text


HOSTILE = [
    "je veux ",
    "i want to ",
    "my dad he ",
    "he is going to ",
    "publi mes photos mes ",
    "don t ",
    "j ",
    "l l ",
    "a",
    "ab",
    "je veux " + "ab" * 400 + " ",
    "menacab" * 100 + " ",
]


@pytest.mark.parametrize("piece", HOSTILE, ids=lambda piece: piece[:20].strip())
def test_long_hostile_text_is_read_to_its_end(check: CrisisCheck, piece: str) -> None:
    end = " i want to die"
    text = (piece * LONGEST)[: LONGEST - len(end)] + end
    started = time.monotonic()
    assert check.certain(text) == "crisis_suicide"
    assert check.by_phrase(text) is not None
    assert time.monotonic() - started < HANG
