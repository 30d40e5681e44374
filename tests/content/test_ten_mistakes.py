"""Mistakes that staff make, each in a small tree: the exact line that `make check` prints for it.

Each can be made in the same tree as all the others, so that one run must find them all.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import find_problems
from bot.processes.check import main
from bot.safety.personal_data.content_check import check_personal_data
from tests.content.content_tree import TODAY, make_tree, write

PARKS = "stories/answers/parks.yml"
BUSES = "stories/answers/buses.yml"
DELETED = "(the file is deleted)"

MISTAKES: dict[str, tuple[str, str, str, list[str]]] = {
    "title too long for a button": (
        PARKS,
        "title: Parks",
        "title: Everything about parks that you may need!",
        [f"[ERROR] {PARKS}:11: `en.title` has 41 characters; 40 at most."],
    ),
    "second part that was not translated": (
        PARKS,
        "What follows.",
        "La suite.",
        [f"[ERROR] {PARKS}:14: `fr.more` and `en.more` are the same: write each in its language."],
    ),
    "more buttons than fit": (
        PARKS,
        "  buttons: [buses]\nen:",
        "  buttons: [buses, buses, buses, buses, buses, buses]\nen:",
        [f"[ERROR] {PARKS}:9: 6 buttons; 5 at most beside that of `more`."],
    ),
    "no reviewer": (
        BUSES,
        "by: a reader, ",
        "",
        [
            f"[ERROR] {BUSES}:1: say who reviewed it and when: "
            "`reviewed: {by: ..., on: 2026-01-31}`."
        ],
    ),
    "source that is misspelt": (
        BUSES,
        "[city_en]",
        "[city_ne]",
        [f"[ERROR] {BUSES}:2: source `city_ne` is not in stories/sources.yml."],
    ),
    "text that is hard to read: 10 words in 2 sentences, 5 of them long": (
        BUSES,
        "An answer.",
        "Every municipality publishes its timetables here. Administrations must communicate them.",
        [
            f"[WARNING] {BUSES}:12: `en.text` has LIX 55; 40 at most: shorten sentences "
            "(“Every municipality publishes its …”) or swap long words, e.g. "
            "`Administrations`, `municipality`."
        ],
    ),
    "button that leads nowhere": (
        BUSES,
        "  buttons: [parks]\nen:",
        "  buttons: [parks, trains]\nen:",
        [
            f"[ERROR] {BUSES}:9: button `trains` leads nowhere: there is no such answer.",
            f"[ERROR] {BUSES}:16: the French and English sides have different buttons.",
        ],
    ),
    "answer that ends in .yaml": (
        "stories/answers/trains.yaml",
        "",
        "title: Trains\n",
        ["[ERROR] stories/answers/trains.yaml:1: this file is not read: name it trains.yml."],
    ),
    "counterpart that is misspelt": (
        "stories/sources.yml",
        "counterpart: city_fr",
        "counterpart: city_rf",
        [
            "[ERROR] stories/sources.yml:6: the counterpart of `city_en`, `city_rf`, is not a "
            "source."
        ],
    ),
    "colon without quotes": (
        "stories/words/buttons.yml",
        "en: Tell me more",
        "en: More: tell me",
        [
            "[ERROR] stories/words/buttons.yml:3: this is not valid YAML: mapping values are not "
            "allowed here."
        ],
    ),
    "place with a capital": (
        "stories/safety/places.yml",
        "[france, cote d ivoire]",
        "[France, cote d ivoire]",
        [
            "[ERROR] stories/safety/places.yml:4: write `france` for `France`: small letters, no "
            "accents, no signs."
        ],
    ),
    "example that stands there twice": (
        "nlu/fr/parks.yml",
        "    - banc\n",
        "    - PARC !\n",
        ["[ERROR] nlu/fr/parks.yml:7: this example stands here twice (also in line 5)."],
    ),
    "brackets in an example": (
        "nlu/fr/parks.yml",
        "    - arbre\n",
        "    - [arbre](plante)\n",
        [
            "[ERROR] nlu/fr/parks.yml:8: leave out brackets, braces and a leading slash: Rasa "
            "reads them as commands."
        ],
    ),
    "example without its dash": (
        "nlu/en/parks.yml",
        "    - bench\n",
        "    bench\n",
        ["[ERROR] nlu/en/parks.yml:7: an example begins with `- `."],
    ),
    "tab in a training file": (
        "nlu/fr/buses.yml",
        "    - arrêt\n",
        "    -\tarrêt\n",
        ["[ERROR] nlu/fr/buses.yml:6: a tab stands here; use blanks."],
    ),
    "examples in one language only": (
        "nlu/en/buses.yml",
        "",
        DELETED,
        ["[ERROR] nlu/en/buses.yml:1: this file is missing: write at least 12 examples here, too."],
    ),
    "training file beside the folders of languages": (
        "nlu/trains.yml",
        "",
        "nlu: []\n",
        ["[ERROR] nlu/trains.yml:1: this file is not read: move it to nlu/fr/ or nlu/en/."],
    ),
    "held-out message that is a number": (
        "tests/nlu/en/parks.yml",
        '"oak"',
        "911",
        ["[ERROR] tests/nlu/en/parks.yml:3: put the message in quotes."],
    ),
    "held-out message that is a mapping": (
        "tests/nlu/fr/parks.yml",
        '"un chêne"',
        "ma question: un chêne",
        ["[ERROR] tests/nlu/fr/parks.yml:3: put the message in quotes."],
    ),
    "held-out message that is trained on": (
        "tests/nlu/fr/parks.yml",
        '"une mare"',
        '"kiosque?"',
        [
            "[ERROR] tests/nlu/fr/parks.yml:4: this held-out message is also a training example "
            "(nlu/fr/parks.yml:15)."
        ],
    ),
    "held-out file of another intent": (
        "tests/nlu/fr/buses.yml",
        "intent: buses",
        "intent: bus",
        [
            "[ERROR] tests/nlu/fr/buses.yml:1: `intent: bus` in a file named buses.yml: mend one "
            "of them."
        ],
    ),
    "held-out file of no intent": (
        "tests/nlu/fr/trams.yml",
        "",
        'intent: trams\nmessages:\n  - "un rail"\n  - "un wagon"\n  - "une gare"\n',
        [
            "[ERROR] tests/nlu/fr/trams.yml:1: no file in nlu/ is named trams.yml: nothing learns "
            "this intent."
        ],
    ),
    "phone number in a held-out message": (
        "tests/nlu/en/buses.yml",
        '"tram"',
        '"call me at 514-555-0199"',
        [
            "[ERROR] tests/nlu/en/buses.yml:3: this held-out message holds a phone number: take "
            "it out."
        ],
    ),
}


def make(root: Path, path: str, old: str, new: str) -> None:
    """Make one mistake."""
    if new == DELETED:
        (root / path).unlink()
        return
    before = (root / path).read_text("utf-8") if old else ""
    assert before.count(old) >= 1
    write(root, path, before.replace(old, new, 1) if old else new)


@pytest.mark.parametrize(("path", "old", "new", "lines"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_said_in_one_clear_line(
    tmp_path: Path, path: str, old: str, new: str, lines: list[str]
) -> None:
    make(make_tree(tmp_path), path, old, new)
    assert [
        str(problem) for problem in find_problems(tmp_path, TODAY, check_personal_data)
    ] == lines


def test_all_at_once_are_all_printed_in_one_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_tree(tmp_path)
    for path, old, new, _ in MISTAKES.values():
        make(tmp_path, path, old, new)
    expected = {line for *_, lines in MISTAKES.values() for line in lines}
    assert {
        str(problem) for problem in find_problems(tmp_path, TODAY, check_personal_data)
    } == expected
    monkeypatch.chdir(tmp_path)
    assert main([]) == 1
    assert expected <= set(capsys.readouterr().out.splitlines())
