"""LIX worked out by hand, and what staff are told of a text that is hard to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import find_problems
from bot.content.checks.problem import Problem
from bot.content.checks.readability import lix
from tests.content.content_tree import TODAY, make_tree, write

PARKS = "stories/answers/parks.yml"

SCORES = {
    "four short words": ("fr", "Le parc est ouvert.", 4 / 1),
    "one long word of five in two sentences": (
        "fr",
        "Le gouvernement écoute. Il répond.",
        5 / 2 + 100 * 1 / 5,
    ),
    "six letters are short": ("en", "public", 1),
    "seven letters are long": ("en", "publics", 1 + 100),
    "French apostrophe parts two words": ("fr", "L'accès aide.", 3),
    "French curly apostrophe parts two words": ("fr", "L’accès aide.", 3),
    "English apostrophe stands inside a word": ("en", "Don't wait.", 2),
    "hyphen parts two words": ("en", "government-wide plan", 3 + 100 * 1 / 3),
    "year is a short word": ("en", "In 2018 the plan ended.", 5),
    "letters are counted, not digits": ("en", "ab12345678", 1),
    "line end": ("en", "Parks\nBuses", 2 / 2),
    "list": ("en", "Bring:\n• a pen\n• a map", 5 / 3),
    "colon": ("en", "One: two.", 2 / 2),
    "question and exclamation": ("fr", "Et toi? Oui! Bon.", 4 / 3),
    "three points end once": ("en", "Wait... Go.", 2 / 2),
    "end inside quotation marks": ("fr", "Dis « non! » Puis pars.", 4 / 2),
    "point inside a number": ("en", "Only 3.5 of us left.", 6),
    "address of a page": ("en", "Read https://example.org/government-information now.", 2),
    "address of a page ends a sentence": ("en", "See https://example.org/en. Then call.", 3 / 2),
    "address of a page without its scheme": ("fr", "Va sur elections.ca/information demain.", 3),
    "e-mail address": ("en", "Write to someone.important@example.org now.", 3),
    "phone number": ("en", "Call 1-800-668-6868 now.", 2),
    "French phone number": ("fr", "Parle au 1 800 463-6868 demain matin.", 4),
    "phone number ends a sentence": ("en", "Call 9-8-8. Or wait.", 3 / 2),
    "number for text messages": ("en", "Text 686868 now.", 2),
    "nothing": ("en", "", 0),
    "signs alone": ("en", "• … !", 0),
}


@pytest.mark.parametrize(("language", "text", "score"), SCORES.values(), ids=SCORES)
def test_lix(language: str, text: str, score: float) -> None:
    assert lix(text, language) == pytest.approx(score)


def problems_with(root: Path, language: str, text: str) -> list[Problem]:
    """The problems of the tree when `parks` says the text, given in one line."""
    make_tree(root)
    old = {"fr": "Une réponse.", "en": "An answer."}[language]
    write(root, PARKS, (root / PARKS).read_text("utf-8").replace(old, text))
    return find_problems(root, TODAY)


LONG = "publics "
"""Seven letters."""
BOUNDS = {
    "French, 15 words / 5 + 6 long of 15 = 43": (
        "fr",
        f"{LONG * 2}on. " + f"{LONG}on on. " * 4,
        False,
    ),
    "French, 20 words / 5 + 8 long of 20 = 44": (
        "fr",
        f"{LONG * 2}on on. " * 3 + f"{LONG}on on on. " * 2,
        True,
    ),
    "English, 10 words / 1 + 3 long of 10 = 40": ("en", LONG * 3 + "on " * 7, False),
    "English, 10 words / 10 + 4 long of 10 = 41": ("en", "Publics! " * 4 + "On! " * 6, True),
    "nine words are too few to judge": ("en", LONG * 9, False),
}


@pytest.mark.parametrize(("language", "text", "warns"), BOUNDS.values(), ids=BOUNDS)
def test_text_above_the_bound_of_its_language_warns(
    tmp_path: Path, language: str, text: str, *, warns: bool
) -> None:
    problems = problems_with(tmp_path, language, text)
    assert [problem.level for problem in problems] == ["WARNING"] * warns


def test_warning_names_the_longest_sentence_and_two_long_words(tmp_path: Path) -> None:
    """10 words / 3 sentences + 5 long of 10 = 53.3; the line is that of the French text."""
    text = "Oui. Les gouvernements doivent communiquer leurs renseignements aux citoyens. Non."
    assert problems_with(tmp_path, "fr", text) == [
        Problem(
            PARKS,
            5,
            "`fr.text` has LIX 53; 43 at most: shorten sentences (“Les gouvernements doivent "
            "communiquer …”) or swap long words, e.g. `renseignements`, `gouvernements`.",
            "WARNING",
        )
    ]


def test_warning_without_long_words_names_the_sentence_alone(tmp_path: Path) -> None:
    (problem,) = problems_with(tmp_path, "en", "We go on " + "and on " * 20)
    assert problem.sentence == (
        "`en.text` has LIX 43; 40 at most: shorten sentences (“We go on and …”)."
    )


def test_same_long_word_is_named_once(tmp_path: Path) -> None:
    (problem,) = problems_with(tmp_path, "en", "Governments and governments. " + "Publics! " * 9)
    assert problem.sentence.endswith("e.g. `Governments`, `governments`.")
