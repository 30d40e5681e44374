"""Everything that a check or a refusal says has a French form."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.content.check import find_problems
from bot.editing import problem_words, refusals
from bot.editing.problem_words import in_both, translated
from bot.editing.records import FieldConflict, FileConflict
from bot.editing.starter import refuse
from bot.safety.personal_data.content_check import KINDS, check_personal_data
from tests.content.content_tree import TODAY, make_tree
from tests.content.test_ten_mistakes import MISTAKES, make

ROOT = Path(__file__).parents[3]
CHECKS = [
    *(ROOT / "bot/content/checks").glob("*.py"),
    ROOT / "bot/content/smoke.py",
    ROOT / "bot/content/conversation_tests.py",
    ROOT / "bot/content/phrase_grammar.py",
    ROOT / "bot/content/phrases.py",
    ROOT / "bot/safety/personal_data/content_check.py",
]
FILLED = "some_word"


def sentences_in(path: Path) -> Iterator[str]:
    """Each sentence that code may say, with a word for what it fills in."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped: set[ast.AST] = {n.value for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {*ast.walk(node)} - {node}
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [str(v.value) if isinstance(v, ast.Constant) else FILLED for v in node.values]
            text = "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if text.endswith(".") and " " in text and text[0] != "-" and "[ERROR]" not in text:
            yield text


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_every_sentence_of_a_check_has_a_french_form(path: Path) -> None:
    missing = [text for text in sentences_in(path) if translated(text) is None]
    assert missing == []


def test_search_finds_sentences() -> None:
    """Guards the test before: it sees what checks say."""
    found = {text for path in CHECKS for text in sentences_in(path)}
    assert f"`{FILLED}` is empty." in found
    assert "an example begins with `- `." in found
    assert len(found) > 80


def test_mistakes_of_staff_are_said_in_french(tmp_path: Path) -> None:
    make_tree(tmp_path)
    for path, old, new, _ in MISTAKES.values():
        make(tmp_path, path, old, new)
    problems = find_problems(tmp_path, TODAY, check_personal_data)
    assert len(problems) > 20
    english = re.compile(r"\b(?:the|this|is|are|at most|leads|write|take)\b")
    for problem in problems:
        said = in_both(problem.sentence)
        assert not english.search(re.sub(r"`[^`]*`|“[^”]*”|«[^»]*»", "", said["fr"])), said
        for quoted in re.findall(r"`[^`{]*`", said["en"]):
            if quoted not in ("`sources: [id, ...]`",):
                assert quoted in said["fr"]


def test_kinds_of_personal_data_have_a_french_name() -> None:
    for kind in KINDS.values():
        assert "`" not in in_both(f"this example holds {kind}: take it out.")["fr"]
        assert translated(kind) is not None


def test_parts_of_a_sentence_are_translated_too() -> None:
    said = in_both("`a-b`: write a blank for `-`: `a b`.")
    assert said["fr"] == "`a-b`\u00a0: écrivez une espace au lieu de `-`\u00a0: `a b`."
    said = in_both("this file is missing: write at least 12 examples here, too.")
    assert said["fr"] == "Ce fichier manque\u00a0: écrivez-y aussi au moins 12 exemples."


def test_what_is_not_known_stays_as_it_is() -> None:
    assert in_both("something new.") == {"fr": "Something new.", "en": "Something new."}
    assert translated("`" + "x" * 5_000 + "` is empty.") is None


def test_what_stands_in_a_sentence_is_not_read_as_a_pattern() -> None:
    assert in_both("`{b}` has 41 characters; 40 at most.")["fr"] == (
        "`{b}` a 41 caractères; 40 au plus."
    )


REFUSALS = [
    refusals.GitMissing(),
    refusals.NotARepository("/home", "does not exist"),
    refusals.GitFailed("fetch", "no space."),
    refusals.NoSuchTopic("x"),
    refusals.PathRefused("x"),
    refusals.NotByFields("nlu/fr/x.yml"),
    refusals.TooLarge("fr.text", 5_000_000, 20_000),
    refusals.NotYaml("nlu/fr/x.yml", 3, "mapping values are not allowed here", "a: b: c"),
    refusals.ConversationTestRefused("x", ["turn 1 holds a phone number: take it out."]),
    refusals.Conflict("x.yml", [FieldConflict("fr.text", "a", "b", "c")], {}),
    refusals.ConflictWithFiles([FileConflict("x.yml", "a", "b", "c", "1", "2")]),
    refusals.NotAdopted([]),
    refusals.DraftMoved(),
    refusals.CannotUndo("abc", ["x.yml"]),
    refusals.CannotUndo("abc", ()),
    refusals.NoSuchCommit("abc"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: type(refusal).__name__)
def test_refusal_says_why_in_both_languages(refusal: refusals.EditingRefused) -> None:
    assert refusal.sentences["fr"] != refusal.sentences["en"]


def test_every_refusal_is_tried() -> None:
    named = {type(refusal).__name__ for refusal in REFUSALS}
    there = {
        name
        for name, value in vars(refusals).items()
        if isinstance(value, type) and issubclass(value, refusals.EditingRefused)
    }
    assert there - named == {"EditingRefused", "IdRefused"}


@pytest.mark.parametrize("id", ["My Topic", "9", "crisis_x", "parks"])
def test_refused_id_is_explained_in_french(tmp_path: Path, id: str) -> None:
    make_tree(tmp_path)
    reason = refuse(tmp_path, id, [f"stories/answers/{id}.yml"])
    assert reason is not None
    assert translated(reason) is not None


def test_no_pattern_hides_a_later_one() -> None:
    """Each pattern, with words in its gaps, gets its own French and not that of an earlier one."""
    entries = yaml.safe_load(Path(problem_words.__file__).with_suffix(".yml").read_text("utf-8"))
    for entry in entries["sentences"]:
        names = re.findall(r"\{(\w+)\}", entry["en"])
        english, french = entry["en"], entry["fr"]
        for n, name in enumerate(names):
            english = english.replace(f"{{{name}}}", f"w{n}")
            french = french.replace(f"{{{name}}}", f"w{n}")
        assert translated(english) == french
