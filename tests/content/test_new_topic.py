"""A new topic: five files, no mistake in them but what is not filled in yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import find_problems
from bot.content.library import load_library
from bot.content.yaml_files import read_yaml
from bot.editing.starter import starter_files
from bot.processes.new_topic import main
from tests.content.content_tree import TODAY, make_tree, write

ANSWER = "stories/answers/trams.yml"
FILES = [
    "nlu/en/trams.yml",
    "nlu/fr/trams.yml",
    ANSWER,
    "tests/nlu/en/trams.yml",
    "tests/nlu/fr/trams.yml",
]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree without mistakes, in which the verb is called."""
    monkeypatch.chdir(tmp_path)
    return make_tree(tmp_path)


def test_new_topic_has_a_file_of_each_kind(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = set(tree.rglob("*"))
    assert main(["trams"]) == 0
    written = sorted(path.relative_to(tree).as_posix() for path in {*tree.rglob("*")} - before)
    assert written == FILES
    assert set(FILES) < set(capsys.readouterr().out.splitlines())


def test_check_lists_exactly_what_is_still_to_fill_in(tree: Path) -> None:
    assert main(["trams"]) == 0
    assert [str(problem) for problem in find_problems(tree, TODAY)] == [
        "[ERROR] nlu/en/trams.yml:1: 0 examples; at least 12 are needed.",
        "[ERROR] nlu/fr/trams.yml:1: 0 examples; at least 12 are needed.",
        f"[ERROR] {ANSWER}:3: say who reviewed it and when: "
        "`reviewed: {by: ..., on: 2026-01-31}`.",
        f"[ERROR] {ANSWER}:6: name the sources: `sources: [id, ...]`, or `[]` if it states no "
        "fact.",
        f"[ERROR] {ANSWER}:12: `fr.title` is empty.",
        f"[ERROR] {ANSWER}:13: `fr.text` is empty.",
        f"[ERROR] {ANSWER}:16: `en.title` is empty.",
        f"[ERROR] {ANSWER}:17: `en.text` is empty.",
        "[ERROR] tests/nlu/en/trams.yml:1: 0 held-out messages; at least 3 are needed.",
        "[ERROR] tests/nlu/fr/trams.yml:1: 0 held-out messages; at least 3 are needed.",
    ]


def test_files_filled_in_as_their_comments_say_have_no_problem(tree: Path) -> None:
    assert main(["trams"]) == 0
    answer = (tree / ANSWER).read_text("utf-8")
    answer = answer.replace("{by: , on: }", "{by: parlouvert, on: 2026-01-31}")
    answer = answer.replace("sources:\n#", "sources: []\n#").replace("[]\nen", "[parks]\nen")
    answer = answer.replace("title:\n", "title: Trams\n")
    for text in ("Le tram passe.", "A tram comes."):
        answer = answer.replace("text: |-\n  b", f"text: |-\n    {text}\n  b", 1)
    write(tree, ANSWER, answer.removesuffix("[]\n") + "[parks]\n")
    for path in FILES:
        if path != ANSWER:
            language = path.split("/")[-2]
            lines = "".join(
                f"    - {language} {n}\n"
                if path.startswith("nlu")
                else f'  - "{language} is {n}"\n'
                for n in range(12)
            )
            write(tree, path, (tree / path).read_text("utf-8") + lines)
    assert find_problems(tree, TODAY) == []
    assert load_library(tree).text("trams", "fr").text == "Le tram passe."


def test_every_file_says_in_both_languages_what_to_fill_in() -> None:
    for path, text in starter_files("trams").items():
        comments = [line for line in text.splitlines() if line.startswith("#")]
        assert any(" : " in line for line in comments), path
        assert any(" blank" in line for line in comments), path
        assert all(len(line) <= 105 for line in comments), path


@pytest.mark.parametrize(("language", "name"), [("fr", "French"), ("en", "English")])
def test_comments_name_the_language_of_their_file(language: str, name: str) -> None:
    files = starter_files("trams")
    for folder in ("nlu", "tests/nlu"):
        assert f" in {name}" in files[f"{folder}/{language}/trams.yml"]


def test_files_hold_the_id_as_their_intent(tree: Path) -> None:
    assert main(["trams"]) == 0
    assert read_yaml(tree / "nlu/fr/trams.yml")["nlu"] == [{"intent": "trams", "examples": ""}]
    assert read_yaml(tree / "tests/nlu/en/trams.yml") == {"intent": "trams", "messages": None}


REFUSED = {
    "capitals, accents and a blank": ("Mes Écoles", "`mes_ecoles`"),
    "dash": ("my-topic", "`my_topic`"),
    "digit first": ("4th_plan", "cannot be an id"),
    "path": ("../trams", "cannot be an id"),
    "too long": ("t" * 61, "at most 60"),
    "line end": ("trams\n", "cannot be an id"),
    "of the helplines": ("crisis_trams", "kept for the bot itself"),
    "button for the language": ("language_fr", "kept for the bot itself"),
    "answer that is there": ("parks", "there already (stories/answers/parks.yml)"),
}


@pytest.mark.parametrize(("id", "words"), REFUSED.values(), ids=REFUSED)
def test_id_that_cannot_be_is_refused_and_nothing_is_written(
    tree: Path, capsys: pytest.CaptureFixture[str], id: str, words: str
) -> None:
    before = {path: path.read_bytes() for path in tree.rglob("*.yml")}
    assert main([id]) == 1
    assert words in capsys.readouterr().err
    assert {path: path.read_bytes() for path in tree.rglob("*.yml")} == before


@pytest.mark.parametrize("path", FILES)
def test_one_file_of_the_five_is_enough_to_refuse(
    tree: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    write(tree, path, "ours")
    assert main(["trams"]) == 1
    assert f"({path})" in capsys.readouterr().err
    assert (tree / path).read_text("utf-8") == "ours"
    assert sum(path.stem == "trams" for path in tree.rglob("*.yml")) == 1


@pytest.mark.parametrize("arguments", [[], [""], ["one", "two"]], ids=str)
def test_without_one_id_it_says_how_to_call_it(
    tree: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == "Usage: make new-topic ID=my_topic\n"
