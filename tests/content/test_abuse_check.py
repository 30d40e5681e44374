"""What `make check` says about the phrases of abuse: place and sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.checks.abuse import ABUSE as PATH
from bot.content.checks.abuse import check_abuse
from bot.content.checks.files import CRISIS, Content, read_content
from bot.content.checks.problem import Problem
from bot.content.yaml_files import read_yaml
from tests.content.abuse_file import ABUSE
from tests.content.content_tree import TODAY, make_tree, write

ROOT = Path(__file__).resolve().parents[2]


def problems_of(root: Path, text: str | None) -> list[Problem]:
    """The problems of a small tree with this file; None for no file."""
    make_tree(root)
    if text is None:
        (root / PATH).unlink(missing_ok=True)
    else:
        write(root, PATH, text)
    return sorted(check_abuse(read_content(root, TODAY)))


def test_real_file_has_no_problems() -> None:
    # Only the slips of crisis.yml matter here; reading all examples takes much longer.
    content = Content(ROOT, TODAY, crisis=read_yaml(ROOT / CRISIS))
    assert [*check_abuse(content)] == []


def test_file_without_mistakes_has_no_problems(tmp_path: Path) -> None:
    assert problems_of(tmp_path, ABUSE) == []


MISTAKES = {
    "unknown part": ("marks:", "markss: []\nmarks:", 3, "`markss` is not known here"),
    "part missing": ("known_sites: [canada.ca]\n", "", 1, "`known_sites` is missing"),
    "kind missing": (ABUSE[ABUSE.index("  doxxing:") :], "", 10, "`doxxing` is missing in `kinds`"),
    "unknown kind": ("kinds:", "kinds:\n  rude: {}", 11, "`rude` is not known here"),
    "kind that is a text": (
        ABUSE[ABUSE.index("  doxxing:") :],
        "  doxxing: no\n",
        43,
        "write `doxxing:`, then `sure:`",
    ),
    "level missing": (
        "    maybe:\n      fr: [racaille]\n      en: [thugs]\n",
        "",
        18,
        "`maybe` is missing in `hate`",
    ),
    "unknown level": ("  hate:\n", "  hate:\n    often: {}\n", 19, "`often` is not known here"),
    "language missing": ("      en: [moron]\n", "", 15, "`en` is missing in `maybe`"),
    "unknown language": (
        "      en: [moron]\n",
        "      en: [moron]\n      es: [tonto]\n",
        18,
        "`es` is not known here",
    ),
    "phrase for a list": ("fr: [idiot]", "fr: idiot", 16, "write `fr:` with `- ...`"),
    "list that is empty": ("en: [thugs]", "en: []", 28, "write `en:` with `- ...`"),
    "signs that are a list": ('signs: {"🖕": fuck you}', "signs: [x]", 1, "write `signs:"),
    "sign without words": ("fuck you}", "7}", 1, 'write `"🖕": words`'),
    "sign with an accent": ("fuck you}", "enculé}", 1, "write `encule` for `enculé`"),
    "site with a path": ("[canada.ca]", "[canada.ca/fr]", 2, "`canada.ca/fr` is no site"),
    "unknown mark": ("[name, address]", "[name, adress]", 3, "there is no mark `adress`"),
    "list that no phrase names": (
        "en: {group: [blacks, jews]}",
        "en: {group: [blacks, jews], pets: [cats]}",
        6,
        "no phrase names `<pets>`",
    ),
    "list without brackets": (
        "{group: [noirs, juifs]}",
        "{group: [noirs], x: noirs}",
        5,
        "write `x: [..., ...]`",
    ),
    "word of a list with an accent": ("[noirs, juifs]", "[noirs, métis]", 5, "without accents"),
    "unknown list": ("[moron]", "[<grp>]", 17, "`<grp>` is not among the lists"),
    "phrase with an accent": (
        "- tapette",
        "- pédé",
        22,
        "`pédé`: write it without accents: `pede`",
    ),
    "phrase that is a number": ("- chink", "- 88", 25, "`88`: put it in quotes"),
    "phrase with a slip": ("- chink", "- wanna chink", 25, "`wanna` is always read as `want to`"),
    "phrase listed twice": ("en: [thugs]", "en: [thugs, chink]", 28, "the phrase in line 25"),
    "phrase that harmless hides": (
        "- chink",
        "- chink in the armour",
        25,
        "`chink in the armour` finds nothing: `harmless` takes it out",
    ),
    "tab": ("signs:", "signs:\t", None, "not valid YAML"),
    "not YAML": ("kinds:\n", "kinds: [\n", None, "not valid YAML"),
}


@pytest.mark.parametrize(("old", "new", "line", "words"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_found(tmp_path: Path, old: str, new: str, line: int | None, words: str) -> None:
    assert ABUSE.count(old) == 1
    problems = problems_of(tmp_path, ABUSE.replace(old, new))
    assert [problem.path for problem in problems] == [PATH] * len(problems)
    assert words in problems[0].sentence
    if line is not None:
        assert [(problem.line, problem.level) for problem in problems] == [(line, "ERROR")]


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    text = ABUSE.replace("- chink", "- chínk\n        - (chink").replace("[boobs]", "[Boobs]")
    assert [problem.line for problem in problems_of(tmp_path, text)] == [25, 26, 36]


def test_same_phrase_may_stand_in_two_kinds(tmp_path: Path) -> None:
    assert problems_of(tmp_path, ABUSE.replace("[boobs]", "[boobs, moron]")) == []


@pytest.mark.parametrize("text", ["", "- a list", "a text"])
def test_file_that_holds_something_else(tmp_path: Path, text: str) -> None:
    problems = problems_of(tmp_path, text)
    assert {problem.sentence for problem in problems} >= {"`kinds` is missing."}


def test_missing_file_is_said_once(tmp_path: Path) -> None:
    assert problems_of(tmp_path, None) == [Problem(PATH, 1, "this file is missing.")]
