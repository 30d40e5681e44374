"""What `make check` says: one mistake at a time in a small tree, its place and its sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import find_problems
from bot.content.checks.problem import Problem
from bot.safety.personal_data.content_check import check_personal_data
from tests.content.content_tree import TODAY, make_tree, write

PARKS = "stories/answers/parks.yml"
BUSES = "stories/answers/buses.yml"
SOURCES = "stories/sources.yml"
WORDS = "stories/words/buttons.yml"
PLACES = "stories/safety/places.yml"
TRAINED = "nlu/fr/parks.yml"
HELD_OUT = "tests/nlu/fr/parks.yml"


def problems_after(root: Path, path: str, old: str, new: str) -> list[Problem]:
    """The problems of the tree after one change; an empty `old` replaces the whole file."""
    make_tree(root)
    before = (root / path).read_text("utf-8") if (root / path).exists() else ""
    assert old in before
    write(root, path, before.replace(old, new, 1) if old else new)
    return find_problems(root, TODAY, check_personal_data)


def test_tree_without_mistakes_has_no_problems(tmp_path: Path) -> None:
    assert find_problems(make_tree(tmp_path), TODAY, check_personal_data) == []


ANSWER_MISTAKES = {
    "no review": ("reviewed: {by: a reader, on: 2026-01-31}\n", "", 1, "say who reviewed it"),
    "no reviewer": ("by: a reader, ", "", 1, "say who reviewed it"),
    "review date in words": ("2026-01-31", "January", 1, "say who reviewed it"),
    "review with a time": ("2026-01-31", "2026-01-31T10:00:00", 1, "say who reviewed it"),
    "review that is no mapping": ("{by: a reader, on: 2026-01-31}", "yes", 1, "say who reviewed"),
    "review to come": ("2026-01-31", "2026-06-02", 1, "2026-06-02 lies in the future"),
    "no sources": ("sources: [city_fr]\n", "", 1, "name the sources"),
    "one source without brackets": ("[city_fr]", "city_fr", 2, "name the sources"),
    "unknown source": ("[city_fr]", "[city_de]", 2, "`city_de` is not in stories/sources.yml"),
    "source that is a mapping": ("[city_fr]", "[{a: b}]", 2, "is not in stories/sources.yml"),
    "unknown key": ("sources: [city_fr]\n", "sources: []\nnote: x\n", 3, "`note` is not known"),
    "unknown key of a side": ("  title: Parcs\n", "  title: Parcs\n  tilte: x\n", 5, "`tilte`"),
    "French without a title": ("  title: Parcs\n", "", 3, "`fr.title` is empty"),
    "English text that is empty": ("    An answer.\n", "", 12, "`en.text` is empty"),
    "title that is a number": ("title: Parcs", "title: 2026", 4, "`fr.title` is empty"),
    "title too long": ("title: Parks", "title: " + "p" * 41, 11, "41 characters; 40 at most"),
    "text too long": ("Une réponse.", "é" * 601, 5, "601 characters; 600 at most"),
    "more too long": ("What follows.", "e" * 1501, 14, "1501 characters; 1500 at most"),
    "placeholder": ("An answer.", "An {answer}.", 12, "`{answer}` in `en.text`"),
    "buttons without brackets": ("  buttons: [buses]\nen", "  buttons: buses\nen", 9, "[id, ...]"),
    "same label twice": ("title: Parks", "title: BUSES", 11, "the same en title, “BUSES”"),
    "key given twice": ("  title: Parks\n", "  title: Parks\n  title: P\n", 12, "'title' stands"),
    "day that does not exist": ("2026-01-31", "2026-02-31", 1, "day is out of range for month"),
}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"), ANSWER_MISTAKES.values(), ids=ANSWER_MISTAKES
)
def test_mistake_in_an_answer_is_found(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    """It is said once, in its place; where two files are compared, in the one that comes later."""
    problems = problems_after(tmp_path, PARKS, old, new)
    found = [problem for problem in problems if problem.path == PARKS]
    assert [(problem.line, problem.level) for problem in found] == [(line, "ERROR")]
    assert words in found[0].sentence
    others = [problem for problem in problems if problem.path != PARKS]
    assert all("`parks`" in problem.sentence for problem in others)


MISTAKES = {
    "side missing": (
        BUSES,
        "fr:\n  title: Autobus\n  text: |-\n    Une réponse.\n  more: |-\n    La suite.\n"
        "  buttons: [parks]\n",
        "",
        [(BUSES, 1, "the `fr:` side is missing")],
    ),
    "side that is a text": (
        BUSES,
        "",
        "reviewed: {by: a, on: 2026-01-31}\nsources: []\nfr: Salut\nen: {title: B, text: b}\n",
        [(BUSES, 1, "the `fr:` side is missing")],
    ),
    "buttons differ": (
        PARKS,
        "  buttons: [buses]\nen:",
        "en:",
        [(PARKS, 15, "different buttons")],
    ),
    "button that leads nowhere": (
        PARKS,
        "  buttons: [buses]\nen:",
        "  buttons: [buses, trains]\nen:",
        [(PARKS, 9, "`trains` leads nowhere"), (PARKS, 16, "different buttons")],
    ),
    "seven buttons": (
        PARKS,
        "  buttons: [buses]\nen:",
        "  buttons: [buses, buses, parks, language_en, buses, buses, buses]\nen:",
        [(PARKS, 9, "7 buttons; 6 at most"), (PARKS, 16, "different buttons")],
    ),
    "six buttons and more": (
        PARKS,
        "  buttons: [buses]\nen:",
        "  buttons: [buses, buses, buses, buses, buses, buses]\nen:",
        [(PARKS, 9, "6 buttons; 5 at most beside that of `more`")],
    ),
    "text copied from the other language": (
        PARKS,
        "An answer.",
        "une  réponse.",
        [(PARKS, 12, "`fr.text` and `en.text` are the same")],
    ),
    "more copied from the other language": (
        PARKS,
        "What follows.",
        "La suite.",
        [(PARKS, 14, "`fr.more` and `en.more` are the same")],
    ),
    "reply too long with its sources": (
        SOURCES,
        "https://example.org/fr\n",
        "https://example.org/" + "f" * 1_990 + "\n",
        [
            (PARKS, 5, "`fr.text` has 20"),
            (PARKS, 7, "Discord takes 2,000"),
            (PARKS, 12, "`en.text` has 20"),
            (PARKS, 14, "Discord takes 2,000"),
        ],
    ),
    "file named with a capital": (
        "stories/answers/Trains.yml",
        "",
        "reviewed: {by: a, on: 2026-01-31}\nsources: []\n"
        "fr: {title: T, text: t}\nen: {title: T, text: u}\n",
        [("stories/answers/Trains.yml", 1, "small letters, digits and `_`")],
    ),
    "name too long for a button": (
        f"stories/answers/{'t' * 61}.yml",
        "",
        "reviewed: {by: a, on: 2026-01-31}\nsources: []\n"
        "fr: {title: T, text: t}\nen: {title: T, text: u}\n",
        [(f"stories/answers/{'t' * 61}.yml", 1, "at most 60")],
    ),
    "source without a title": (
        SOURCES,
        "  title: The City\n",
        "",
        [(SOURCES, 6, "`city_en` has no title")],
    ),
    "source that is a text": (
        SOURCES,
        "",
        "city_fr: {title: V, url: 'https://e.org', language: fr}\ncity_en: The City\n",
        [(SOURCES, 2, "`city_en` has no title")],
    ),
    "source without an address": (
        SOURCES,
        "https://example.org/en",
        "example.org",
        [(SOURCES, 6, "`city_en` has no web address")],
    ),
    "source of another language": (
        SOURCES,
        "language: fr",
        "language: de",
        [(SOURCES, 1, "say `language: fr` or `language: en` for source `city_fr`")],
    ),
    "counterpart that is no source": (
        SOURCES,
        "counterpart: city_fr",
        "counterpart: city_de",
        [(SOURCES, 6, "`city_de`, is not a source")],
    ),
    "word without English": (
        WORDS,
        "  en: Tell me more\n",
        "",
        [(WORDS, 1, "`more` has no text in `en`")],
    ),
    "word that is empty": (
        WORDS,
        "fr: En savoir plus",
        "fr: ''",
        [(WORDS, 1, "`more` has no text in `fr`")],
    ),
    "word that is a text": (
        WORDS,
        "",
        "more: En savoir plus\n",
        [(WORDS, 1, "no text in `en`"), (WORDS, 1, "no text in `fr`")],
    ),
    "placeholders of a word differ": (
        WORDS,
        "{most} at most",
        "{least} at most",
        [(WORDS, 4, "`limit` has other placeholders")],
    ),
    "example of two intents": (
        "nlu/fr/buses.yml",
        "    - arrêt\n",
        "    - Parc!\n",
        [(TRAINED, 5, "stands under `buses` (nlu/fr/buses.yml:6)")],
    ),
    "example given twice": (
        TRAINED,
        "    - banc\n",
        "    - banc\n    - arbre\n    - Banc...\n",
        [(TRAINED, 9, "twice (also in line 7)"), (TRAINED, 10, "twice (also in line 8)")],
    ),
    "example given twice, and in the other language": (
        "nlu/en/buses.yml",
        "    - stop\n    - timetable\n",
        "    - arrêt\n    - arrêt\n",
        [("nlu/en/buses.yml", 7, "twice (also in line 6)")],
    ),
    "example given twice with other blanks": (
        TRAINED,
        "    - banc\n",
        "    - banc  vert\n    - banc\u00a0vert\n",
        [(TRAINED, 8, "twice (also in line 7)")],
    ),
    "example given twice with an accent in two signs": (
        "nlu/fr/buses.yml",
        "    - ligne\n",
        "    - ligne\n    - arre\u0302t\n",
        [("nlu/fr/buses.yml", 9, "twice (also in line 6)")],
    ),
    "emoji given twice": (
        TRAINED,
        "    - banc\n",
        "    - ❤️\n    - ❤\n",
        [(TRAINED, 8, "twice (also in line 7)")],
    ),
    "too few examples": (
        TRAINED,
        "    - banc\n",
        "",
        [(TRAINED, 1, "11 examples; at least 12")],
    ),
    "no examples in a language": (
        TRAINED,
        "",
        'version: "3.1"\nnlu: []\n',
        [(TRAINED, 1, "0 examples; at least 12")],
    ),
    "brackets in an example": (
        TRAINED,
        "    - banc\n",
        "    - un [banc](place)\n",
        [(TRAINED, 7, "leave out brackets")],
    ),
    "slash before an example": (
        TRAINED,
        "    - banc\n",
        "    - /banc\n",
        [(TRAINED, 7, "a leading slash")],
    ),
    "e-mail address in an example": (
        TRAINED,
        "    - banc\n",
        "    - écris à sam.roy@example.org\n",
        [(TRAINED, 7, "an e-mail address")],
    ),
    "phone number in an example": (
        TRAINED,
        "    - banc\n",
        "    - appelle le 514-555-0199\n",
        [(TRAINED, 7, "a phone number")],
    ),
    "postal code in an example": (
        TRAINED,
        "    - banc\n",
        "    - au parc h2x 1y4\n",
        [(TRAINED, 7, "a postal code")],
    ),
    "brace in an example": (
        TRAINED,
        "    - banc\n",
        "    - le {banc}\n",
        [(TRAINED, 7, "leave out brackets")],
    ),
    "example with a tab after the dash": (
        TRAINED,
        "    - banc\n",
        "    -\tbanc\n",
        [(TRAINED, 7, "a tab stands here")],
    ),
    "example with a tab inside": (
        TRAINED,
        "    - banc\n",
        "    - banc\tvert\n",
        [(TRAINED, 7, "a tab stands here")],
    ),
    "example moved in by a tab": (
        TRAINED,
        "    - parc\n",
        "\t- parc\n",
        [(TRAINED, 5, "not valid YAML: a tab stands here; use blanks")],
    ),
    "example moved in by blanks": (
        TRAINED,
        "    - banc\n",
        "      - banc\n",
        [(TRAINED, 7, "right under the first `- `")],
    ),
    "example that is empty": (
        TRAINED,
        "    - banc\n",
        "    -\n",
        [(TRAINED, 7, "this example is empty")],
    ),
    "example without a dash": (
        TRAINED,
        "    - banc\n",
        "    - banc\n    un autre\n",
        [(TRAINED, 8, "an example begins with `- `")],
    ),
    "file of another intent": (
        TRAINED,
        "- intent: parks\n",
        "- intent: park\n",
        [(TRAINED, 3, "`intent: park` in a file named parks.yml")],
    ),
    "training file without an intent": (
        TRAINED,
        "- intent: parks\n  examples",
        "- examples",
        [(TRAINED, 3, "write `intent: parks`")],
    ),
    "examples in French only": (
        "nlu/fr/trains.yml",
        "",
        "nlu:\n- intent: trains\n  examples: |\n"
        + "".join(f"    - train {n}\n" for n in range(12)),
        [
            ("nlu/en/trains.yml", 1, "this file is missing: write at least 12 examples"),
            ("nlu/fr/trains.yml", 1, "nothing answers `trains`"),
            ("tests/nlu/en/trains.yml", 1, "missing: write at least 3 held-out messages"),
            ("tests/nlu/fr/trains.yml", 1, "missing: write at least 3 held-out messages"),
        ],
    ),
    "file without examples": (
        TRAINED,
        "",
        "nlu: parc\n",
        [(TRAINED, 1, "write `nlu:`, then `- intent: ...`")],
    ),
    "too few held-out messages": (
        HELD_OUT,
        '  - "une mare"\n',
        "",
        [(HELD_OUT, 1, "2 held-out messages; at least 3")],
    ),
    "held-out message that is trained on": (
        HELD_OUT,
        '  - "une mare"\n',
        '\n  # two lines further down\n  - "KIOSQUE ?"\n',
        [(HELD_OUT, 6, "also a training example (nlu/fr/parks.yml:15)")],
    ),
    "held-out messages of another intent": (
        HELD_OUT,
        "intent: parks",
        "intent: buses",
        [(HELD_OUT, 1, "`intent: buses` in a file named parks.yml")],
    ),
    "held-out file without messages": (
        HELD_OUT,
        "",
        "intent: parks\n",
        [(HELD_OUT, 1, "write `intent:` and a list `messages:`")],
    ),
    "held-out file without an intent": (
        HELD_OUT,
        "intent: parks\n",
        "",
        [(HELD_OUT, 1, "write `intent: parks`")],
    ),
    "held-out file with nothing under messages": (
        HELD_OUT,
        "",
        "intent: parks\nmessages:\n",
        [(HELD_OUT, 1, "0 held-out messages; at least 3")],
    ),
    "held-out file of an intent that there is not": (
        "tests/nlu/fr/trains.yml",
        "",
        'intent: trains\nmessages:\n  - "un rail"\n  - "un wagon"\n  - "une gare"\n',
        [("tests/nlu/fr/trains.yml", 1, "no file in nlu/ is named trains.yml")],
    ),
    "e-mail address in a held-out message": (
        HELD_OUT,
        "un chêne",
        "écris à sam.roy@example.org",
        [(HELD_OUT, 3, "this held-out message holds an e-mail address")],
    ),
    "answer file that ends in .yaml": (
        "stories/answers/trains.yaml",
        "",
        "title: x\n",
        [("stories/answers/trains.yaml", 1, "not read: name it trains.yml")],
    ),
    "training file that ends in .yml.txt": (
        "nlu/fr/trains.yml.txt",
        "",
        "nlu: []\n",
        [("nlu/fr/trains.yml.txt", 1, "not read: name it trains.yml")],
    ),
    "file that ends in capitals": (
        "tests/nlu/en/trains.YML",
        "",
        "intent: trains\n",
        [("tests/nlu/en/trains.YML", 1, "not read: name it trains.yml")],
    ),
    "training file of no language": (
        "nlu/trains.yml",
        "",
        "nlu: []\n",
        [("nlu/trains.yml", 1, "move it to nlu/fr/ or nlu/en/")],
    ),
    "training file of a third language": (
        "nlu/de/parks.yml",
        "",
        "nlu: []\n",
        [("nlu/de/parks.yml", 1, "move it to nlu/fr/ or nlu/en/")],
    ),
    "held-out file in a folder too deep": (
        "tests/nlu/fr/new/parks.yml",
        "",
        "intent: parks\n",
        [("tests/nlu/fr/new/parks.yml", 1, "move it to tests/nlu/fr/ or tests/nlu/en/")],
    ),
    "answer in a folder of a language": (
        "stories/answers/fr/trains.yml",
        "",
        "title: x\n",
        [("stories/answers/fr/trains.yml", 1, "move it to stories/answers/")],
    ),
    "answer beside the folder of answers": (
        "stories/trains.yml",
        "",
        "title: x\n",
        [("stories/trains.yml", 1, "move it to stories/answers/")],
    ),
    "place with a capital": (
        PLACES,
        "[france, cote d ivoire]",
        "[France, cote d ivoire]",
        [(PLACES, 4, "write `france` for `France`")],
    ),
    "place with accents and an apostrophe": (
        PLACES,
        "  fr: [france, cote d ivoire]\n",
        "  fr:\n  - france\n  - côte d'ivoire\n",
        [(PLACES, 6, "write `cote d ivoire` for `côte d'ivoire`")],
    ),
    "place that is a number": (
        PLACES,
        "[france, new york]",
        "[france, 75]",
        [(PLACES, 5, "`75` is no word")],
    ),
    "places without English": (
        PLACES,
        "always: {fr: [hors canada], en: [abroad]}",
        "always: {fr: [hors canada]}",
        [(PLACES, 2, "`always` has no list in `en`")],
    ),
    "places that are a text": (
        PLACES,
        "en: [in]",
        "en: in",
        [(PLACES, 1, "`before` has no list in `en`")],
    ),
    "kind of places that is missing": (
        PLACES,
        "canada: {fr: [quebec], en: [quebec]}\n",
        "",
        [(PLACES, 1, "`canada` has no list in `en`"), (PLACES, 1, "`canada` has no list in `fr`")],
    ),
    "kind of places that is not known": (
        PLACES,
        "before:",
        "near: {fr: [ici], en: [here]}\nbefore:",
        [(PLACES, 1, "`near` is not known here")],
    ),
    "answer file that is empty": (
        PARKS,
        "",
        "# nothing\n",
        [(PARKS, 1, "must hold `key: value` lines")],
    ),
    "sources file that is a list": (
        SOURCES,
        "",
        "- city_fr\n",
        [(SOURCES, 1, "must hold `key: value` lines")],
    ),
    "file that is no YAML": (
        WORDS,
        "  en: Tell me more\n",
        "  en: Tell me: more\n",
        [(WORDS, 3, "not valid YAML: mapping values are not allowed here")],
    ),
    "control character in a file": (
        WORDS,
        "Tell me more",
        "Tell me\x07 more",
        [(WORDS, 1, "it holds control characters")],
    ),
}


@pytest.mark.parametrize(("path", "old", "new", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_found(
    tmp_path: Path, path: str, old: str, new: str, expected: list[tuple[str, int, str]]
) -> None:
    problems = problems_after(tmp_path, path, old, new)
    assert [(problem.path, problem.line, problem.level) for problem in problems] == [
        (path, line, "ERROR") for path, line, _ in expected
    ]
    for problem, (_, _, words) in zip(problems, expected, strict=True):
        assert words in problem.sentence


NOT_TEXT = {
    "number": ("911", "put the message in quotes."),
    "mapping": ("c koi: un parc", "put the message in quotes."),
    "bool": ("true", "put the message in quotes."),
    "null": ("~", "put the message in quotes."),
    "date": ("2026-01-31", "put the message in quotes."),
    "list": ("[parc]", "put the message in quotes."),
    "cut off at a sign": ("le parc #1", "put the message in quotes."),
    "nothing": ("", "this message is empty."),
    "nothing in quotes": ('" "', "this message is empty."),
}


@pytest.mark.parametrize(("message", "sentence"), NOT_TEXT.values(), ids=NOT_TEXT)
def test_held_out_message_that_yaml_reads_as_something_else_is_found(
    tmp_path: Path, message: str, sentence: str
) -> None:
    (problem,) = problems_after(tmp_path, HELD_OUT, '"une mare"', message)
    assert problem == Problem(HELD_OUT, 4, sentence)


@pytest.mark.parametrize("message", ["oui", "no", "le parc", "'le parc #1'", '"911"', "parc#1"])
def test_held_out_message_that_yaml_reads_as_text_is_taken(tmp_path: Path, message: str) -> None:
    assert problems_after(tmp_path, HELD_OUT, '"une mare"', message) == []


@pytest.mark.parametrize(
    "path",
    ["nlu/README.md", "nlu/fr/.parks.yml.swp", "stories/rules/all.yml", "stories/notes.txt"],
)
def test_file_that_is_no_content_or_is_read_is_no_problem(tmp_path: Path, path: str) -> None:
    make_tree(tmp_path)
    write(tmp_path, path, "rules: []\n")
    assert find_problems(tmp_path, TODAY) == []


@pytest.mark.parametrize("buttons", [5, 6])
def test_six_buttons_fit_where_nothing_follows(tmp_path: Path, buttons: int) -> None:
    more = "  more: |-\n    La suite.\n" if buttons == 5 else ""
    old = "  more: |-\n    La suite.\n  buttons: [buses]\nen:"
    new = f"{more}  buttons: [{', '.join(['buses'] * buttons)}]\nen:"
    assert problems_after(tmp_path, PARKS, old, new) == []


def test_different_emoji_are_different_examples(tmp_path: Path) -> None:
    assert problems_after(tmp_path, TRAINED, "    - banc\n", "    - 🌳\n    - 🌲\n") == []


def test_old_review_is_a_warning(tmp_path: Path) -> None:
    (problem,) = problems_after(tmp_path, PARKS, "2026-01-31", "2025-05-31")
    assert (problem.path, problem.line, problem.level) == (PARKS, 1, "WARNING")
    assert "2025-05-31, is over a year old" in problem.sentence


@pytest.mark.parametrize("day", ["2025-06-01", "2026-06-01"], ids=["a year ago", "today"])
def test_review_within_a_year_is_fresh(tmp_path: Path, day: str) -> None:
    assert problems_after(tmp_path, PARKS, "2026-01-31", day) == []


def test_file_that_is_missing_is_found(tmp_path: Path) -> None:
    make_tree(tmp_path)
    (tmp_path / SOURCES).unlink()
    problems = find_problems(tmp_path, TODAY)
    assert (SOURCES, 1, "this file is missing.") in [
        (problem.path, problem.line, problem.sentence) for problem in problems
    ]


def test_file_that_is_not_utf8_is_found(tmp_path: Path) -> None:
    make_tree(tmp_path)
    (tmp_path / WORDS).write_bytes("more: {fr: Été, en: Summer}".encode("latin-1"))
    (problem,) = find_problems(tmp_path, TODAY)
    assert (problem.path, problem.line) == (WORDS, 1)
    assert "not UTF-8 text" in problem.sentence


def test_intent_that_nothing_answers_is_found(tmp_path: Path) -> None:
    make_tree(tmp_path)
    (tmp_path / PARKS).unlink()
    problems = [problem for problem in find_problems(tmp_path, TODAY) if problem.path != BUSES]
    assert [(problem.path, problem.line) for problem in problems] == [
        ("nlu/en/parks.yml", 1),
        ("nlu/fr/parks.yml", 1),
    ]
    assert all("nothing answers `parks`" in problem.sentence for problem in problems)


def test_rule_is_as_good_as_an_answer(tmp_path: Path) -> None:
    make_tree(tmp_path)
    (tmp_path / PARKS).unlink()
    write(tmp_path, "stories/rules/all.yml", "rules:\n- rule: a\n  steps:\n  - intent: parks\n")
    assert {problem.path for problem in find_problems(tmp_path, TODAY)} == {BUSES}


@pytest.mark.parametrize(
    "text",
    ["appelle le 1-800-668-6868", "le 9-8-8", "en 2018-2019", "plan 1 2 3", "à 12 h 30"],
)
def test_public_numbers_and_years_are_no_personal_data(tmp_path: Path, text: str) -> None:
    assert problems_after(tmp_path, TRAINED, "    - banc\n", f"    - {text}\n") == []


def test_same_example_may_stand_in_both_languages(tmp_path: Path) -> None:
    assert problems_after(tmp_path, TRAINED, "    - banc\n", "    - bench\n") == []


def test_all_mistakes_are_said_at_once_in_order(tmp_path: Path) -> None:
    problems_after(tmp_path, BUSES, "2026-01-31", "soon")
    write(tmp_path, WORDS, "more: {fr: Plus}\n")
    write(tmp_path, PARKS, "a: [")
    problems = find_problems(tmp_path, TODAY)
    assert [problem.path for problem in problems] == [BUSES, PARKS, WORDS]


def test_problem_is_shown_with_its_level_place_and_sentence() -> None:
    assert str(Problem(PARKS, 4, "wrong.")) == f"[ERROR] {PARKS}:4: wrong."
    assert str(Problem(PARKS, 4, "old.", "WARNING")) == f"[WARNING] {PARKS}:4: old."
