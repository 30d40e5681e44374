"""What `make check` says about the crisis phrases and their examples: place and sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import find_problems
from bot.content.checks.problem import Problem
from tests.content.content_tree import CRISIS, CRISIS_EXAMPLES, TODAY, make_tree, write

PHRASES = "stories/safety/crisis.yml"
EXAMPLES = "stories/safety/crisis_examples.yml"


def problems_after(root: Path, path: str, old: str, new: str) -> list[Problem]:
    """The problems of the tree after one change in one of the two files."""
    before = {PHRASES: CRISIS, EXAMPLES: CRISIS_EXAMPLES}[path]
    assert before.count(old) == 1
    make_tree(root)
    write(root, path, before.replace(old, new))
    return find_problems(root, TODAY)


PHRASE_MISTAKES = {
    "unknown key": ("kinds:", "kindd: 3\nkinds:", 13, "`kindd` is not known here"),
    "no kinds": (CRISIS[CRISIS.index("kinds:") :], "", 1, "write `kinds:`"),
    "kinds that are texts": (
        CRISIS[CRISIS.index("kinds:") :],
        "kinds: [crisis_bad]\n",
        13,
        "write `kinds:`",
    ),
    "unknown key of a kind": (
        "  - answer: crisis_bad",
        "  - answer: crisis_bad\n    sometimes: {}",
        25,
        "`sometimes` is not known here",
    ),
    "unknown answer": ("answer: crisis_bad", "answer: crisis_bda", 24, "no answer `crisis_bda`"),
    "answer to something else": (
        "answer: crisis_bad",
        "answer: parks",
        24,
        "`parks` is no answer to distress",
    ),
    "kind given twice": (
        "answer: crisis_bad",
        "answer: crisis_worst",
        24,
        "`crisis_worst` stands here twice",
    ),
    "language without phrases": (
        "    en:\n      - <family> hits me\n",
        "",
        24,
        "`crisis_bad` has nothing in `en`",
    ),
    "phrase for a list": (
        "  fr: [mourir de rire]",
        "  fr: mourir de rire",
        11,
        "`harmless` has nothing in `fr`",
    ),
    "unknown language": (
        "  en: [die laughing]",
        "  en: [die laughing]\n  es: [risa]",
        13,
        "`es` is no language",
    ),
    "no safe word": ("  en: [blue lemon]\n", "", 1, "`safe_words` has nothing in `en`"),
    "always in one language": (
        "      en:\n        - i want to die\n",
        "",
        15,
        "`always` has nothing in `en`",
    ),
    "spelling without a language": (
        "  fr: {je veux: [jveux]}\n",
        "",
        7,
        "`spelling` has nothing in `fr`",
    ),
    "slip with an accent": ("[jveux]", "[jvéux]", 8, "`jvéux` must be one word"),
    "slip of two words": ("[jveux]", "[j veux]", 8, "`j veux` must be one word"),
    "slip with drawn-out letters": ("[wanna]", "[wannna]", 9, "write `wana`"),
    "slip that is a number": ("[wanna]", "[2]", 9, "put `2` in quotes"),
    "slip of two readings": (
        "{want to: [wanna]}",
        "{want to: [wanna], want: [wanna]}",
        9,
        "`wanna` is already read as `want to`",
    ),
    "slip that is right": ("{want to: [wanna]}", "{wanna: [wanna]}", 9, "is read as itself"),
    "reading that is a slip": (
        "{want to: [wanna]}",
        "{want to: [wanna], i wanna: [iwanna]}",
        9,
        "`wanna` in `i wanna` is itself read as `want to`",
    ),
    "reading with a capital": ("{want to: [wanna]}", "{Want: [wanna]}", 9, "small letters"),
    "slips without brackets": ("[jveux]", "jveux", 8, "write `je veux: [..., ...]`"),
    "reading that is a number": ("{want to: [wanna]}", "{4: [four]}", 9, "quote what is a number"),
    "list that no phrase names": (
        "{family: [pere, mere]}",
        "{family: [pere, mere], pets: [chat]}",
        5,
        "no phrase names `<pets>`",
    ),
    "word of a list with an accent": (
        "[pere, mere]",
        "[père, mere]",
        5,
        "`père`: write it without",
    ),
    "list without brackets": ("{family: [dad, mom]}", "{family: dad}", 6, "write `family: [..."),
    "unknown list": ("<family> hits", "<famly> hits", 28, "`<famly>` is not among the lists"),
    "phrase with an accent": (
        "- je veux mourir",
        "- je veux décéder",
        17,
        "`je veux décéder`: write it without accents: `je veux deceder`",
    ),
    "choice of groups without parentheses": (
        "- envie de mourir",
        "- envie de mourir|me tuer|en finir",
        21,
        "put each into parentheses",
    ),
    "phrase with a slip": (
        "- want to die",
        "- wanna die",
        23,
        "`wanna die`: `wanna` is always read as `want to`: write that",
    ),
    "phrase that is a number": ("- want to die", "- 988", 23, "`988`: put it in quotes"),
    "phrase listed twice": (
        "- want to die",
        "- want to die\n      - don't stop\n      - do not stop",
        25,
        "`do not stop` finds the same as the phrase in line 24",
    ),
    "phrase of two kinds": (
        "- <family> hits me",
        "- <family> hits me\n      - want  to die",
        29,
        "finds the same as the phrase in line 23",
    ),
    "phrase that harmless hides": (
        "- <family> hits me",
        "- <family> hits me\n      - die laughing loud",
        29,
        "`die laughing loud` never alarms: `harmless` takes it out",
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"), PHRASE_MISTAKES.values(), ids=PHRASE_MISTAKES
)
def test_mistake_in_the_phrases_is_found(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    problems = [one for one in problems_after(tmp_path, PHRASES, old, new) if one.path == PHRASES]
    assert [(problem.line, problem.level) for problem in problems] == [(line, "ERROR")]
    assert words in problems[0].sentence


EXAMPLE_MISTAKES = {
    "unknown key": ("calm:", "calmer: {}\ncalm:", 8, "`calmer` is not known here"),
    "no alarms": (
        CRISIS_EXAMPLES[: CRISIS_EXAMPLES.index("calm:")],
        "alarms: [je veux mourir]\n",
        1,
        "write `alarms:`, then a list for each kind",
    ),
    "kind without messages": (
        "  crisis_bad:\n    fr: [ma mère me frappe]\n    en: [my dad hits me]\n",
        "  crisis_bad:\n    fr: [ma mère me frappe]\n",
        5,
        "`crisis_bad` has no messages in `en`",
    ),
    "message that is a number": ("[my dad hits me]", "[911]", 7, "put each message in quotes"),
    "calm messages of one language": (
        "  en: [my dad hits the gym]\n",
        "",
        8,
        "`calm` has no messages in `en`",
    ),
    "alarm that no phrase finds": (
        "    en: [my dad hits me]",
        "    en: [my dad hits me, help me]",
        7,
        "no phrase finds “help me”",
    ),
    "alarm that is found as less grave": (
        "    en: [i wanna die]",
        "    en:\n      - i wanna die\n      - mom hits me",
        6,
        "the phrase `<family> hits me` (crisis_bad) finds “mom hits me”, which is less grave than "
        "crisis_worst",
    ),
    "calm message that alarms": (
        "  en: [my dad hits the gym]",
        "  en:\n    - my dad hits the gym\n    - so i want to die lol",
        12,
        "the phrase `i want to die` (crisis_worst, always) finds “so i want to die lol”: make it "
        "narrower or add to `harmless`",
    ),
    "calm message that a mere phrase finds": (
        "  fr: [mourir de rire]",
        "  fr: [mdr envie de mourir]",
        9,
        "the phrase `envie de mourir` (crisis_worst) finds “mdr envie de mourir”: make it narrower "
        "or move the message to `calm_for_the_classifier`",
    ),
    "doubtful message that alarms": (
        '  fr: ["ça donne envie de mourir"]',
        "  fr: [je veux mourir mdr]",
        12,
        "the phrase `je veux mourir` (crisis_worst, always) finds “je veux mourir mdr”, whatever",
    ),
    "doubtful message that nothing finds": (
        "  en: [makes me want to die]",
        "  en: [die laughing]",
        13,
        "no phrase finds “die laughing”: move it to `calm`",
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"), EXAMPLE_MISTAKES.values(), ids=EXAMPLE_MISTAKES
)
def test_example_that_does_not_hold_is_found(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    (problem,) = problems_after(tmp_path, EXAMPLES, old, new)
    assert (problem.path, problem.line, problem.level) == (EXAMPLES, line, "ERROR")
    assert words in problem.sentence


def test_graver_kind_holds_as_well(tmp_path: Path) -> None:
    new = "    en: [my dad hits me so i want to die]"
    assert problems_after(tmp_path, EXAMPLES, "    en: [my dad hits me]", new) == []


def test_all_mistakes_of_the_phrases_are_said_at_once(tmp_path: Path) -> None:
    problems = problems_after(
        tmp_path, PHRASES, "- want to die", "- wanna die\n      - (die\n      - Die"
    )
    assert [problem.line for problem in problems if problem.path == PHRASES] == [23, 24, 25]


@pytest.mark.parametrize("path", [PHRASES, EXAMPLES])
def test_missing_file_is_said_once(tmp_path: Path, path: str) -> None:
    (make_tree(tmp_path) / path).unlink()
    problems = [problem for problem in find_problems(tmp_path, TODAY) if problem.path == path]
    assert [problem.sentence for problem in problems] == ["this file is missing."]
