"""What `make check` says about personal data in examples, and about the lists it is found with."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import find_problems
from bot.safety.personal_data.content_check import check_personal_data
from tests.content.content_tree import LISTS, TODAY, make_tree, write

TRAINED = "nlu/fr/parks.yml"


def said_after(root: Path, path: str, old: str, new: str) -> list[str]:
    """What is said of the tree after one change."""
    make_tree(root)
    before = (root / path).read_text("utf-8")
    assert old in before
    write(root, path, before.replace(old, new, 1))
    return [str(problem) for problem in find_problems(root, TODAY, check_personal_data)]


def test_each_kind_in_an_example_is_said_once(tmp_path: Path) -> None:
    text = "sam.roy@example.org ou lea@example.org, 514-555-0199"
    assert said_after(tmp_path, TRAINED, "    - banc\n", f"    - {text}\n") == [
        f"[ERROR] {TRAINED}:7: this example holds a phone number: take it out.",
        f"[ERROR] {TRAINED}:7: this example holds an e-mail address: take it out.",
    ]


def test_name_is_a_warning(tmp_path: Path) -> None:
    assert said_after(tmp_path, TRAINED, "    - banc\n", "    - mon prof Marc Roy\n") == [
        f"[WARNING] {TRAINED}:7: this example holds a name: take it out unless it is made up.",
    ]


def test_public_figure_is_nothing_to_say(tmp_path: Path) -> None:
    assert said_after(tmp_path, TRAINED, "    - banc\n", "    - moi c'est Justin Trudeau\n") == []


@pytest.mark.parametrize("path", LISTS)
def test_list_that_is_missing_is_said(tmp_path: Path, path: str) -> None:
    make_tree(tmp_path)
    (tmp_path / path).unlink()
    problems = find_problems(tmp_path, TODAY, check_personal_data)
    assert [str(problem) for problem in problems] == [f"[ERROR] {path}:1: this file is missing."]


BROKEN = {
    "YAML": ("stories/safety/public_names.yml", "handles: [", "handles: [[", "4: this is not val"),
    "key": ("stories/safety/public_numbers.yml", "postal_codes", "codes", "1: `postal_codes` is"),
    "list": ("stories/safety/public_names.yml", "[canada]", "canada", "3: `handles` is not writ"),
    "text": ("stories/safety/ordinary_words.yml", "the is on", "[the] #", "1: "),
    "names": ("stories/safety/known_names.yml", "{all: Léa Sam}", "[Léa]", "1: `first_names` is"),
    "mark": ("stories/words/personal_data.yml", '"[phone]"', "téléphone", "11: write `phone: {fr"),
}


@pytest.mark.parametrize(("path", "old", "new", "said"), BROKEN.values(), ids=BROKEN)
def test_list_that_cannot_be_used_is_said_with_its_line(
    tmp_path: Path, path: str, old: str, new: str, said: str
) -> None:
    (line,) = said_after(tmp_path, path, old, new)
    assert line.startswith(f"[ERROR] {path}:{said}")
