"""The crisis check: phrases first, then how likely the classifier finds distress."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ContentInvalid
from bot.safety.crisis import CrisisCheck, load_crisis_check

CRISES = """
safe_words: {fr: [citron bleu], en: [blue lemon]}
spelling:
  fr: {je veux: [jveux, jvx], suis: [suit]}
  en: {want to: [wanna]}
harmless:
  fr: [mourir de (rire|faim)]
  en: [killing time]
kinds:
  - answer: crisis_emergency
    fr: [respire plus]
    en: [not breathing]
  - answer: crisis_suicide
    fr: [je veux * mourir, me tuer]
    en: [want to die, killing myself]
  - answer: crisis_distress
    always: {fr: [je suis a bout], en: [i am hopeless]}
    fr: [je pleure]
    en: [crying again]
"""


def write_crises(root: Path, content: str) -> None:
    """Make `content` the crisis file under a root."""
    (root / "stories/safety").mkdir(parents=True)
    (root / "stories/safety/crisis.yml").write_text(content, "utf-8")


@pytest.fixture
def check(tmp_path: Path) -> CrisisCheck:
    write_crises(tmp_path, CRISES)
    return load_crisis_check(tmp_path)


@pytest.mark.parametrize(
    ("text", "crisis"),
    [
        ("je veux mourir", "crisis_suicide"),
        ("JVX vraiment MOURIR!!!", "crisis_suicide"),
        ("I  want to... die", "crisis_suicide"),
        ("elle respire plus", "crisis_emergency"),
        ("i want to die and he is not breathing", "crisis_emergency"),
        ("je veux mourir de rire", None),
        ("killing time", None),
        ("killing time, then killing myself", "crisis_suicide"),
        ("mdr mourir de rire mais je veux mourir", "crisis_suicide"),
        ("je veux mourir de rire, me tuer", "crisis_suicide"),
        ("je pleure et elle respire plus", "crisis_emergency"),
        ("je suis à bout, je veux mourir", "crisis_suicide"),
        ("i wanna die mais je sais pas à qui le dire", "crisis_suicide"),
        ("je suit a bout", "crisis_distress"),
        ("I'm hopeless", "crisis_distress"),
        ("he wore a suit to killing time", None),
        ("citron bleu", "crisis_distress"),
        ("elle respire plus, blue lemon", "crisis_distress"),
        ("what is open government", None),
        ("", None),
    ],
)
def test_phrases_find_distress(check: CrisisCheck, text: str, crisis: str | None) -> None:
    assert check.by_phrase(text) == crisis


@pytest.mark.parametrize(
    ("text", "share", "crisis"),
    [
        ("purple", 0.62, None),
        ("bruises", 0.9, "crisis_abuse"),
        ("my bruises", 0.62, "crisis_abuse"),
    ],
)
def test_classifier_must_be_surer_of_a_single_word(
    check: CrisisCheck, text: str, share: float, crisis: str | None
) -> None:
    assert check.find(text, [("crisis_abuse", share), ("topic", 0.1)]) == crisis


@pytest.mark.parametrize(
    ("ranking", "crisis"),
    [
        ([], None),
        ([("topic", 0.9)], None),
        ([("topic", 0.5), ("crisis_abuse", 0.39)], None),
        ([("topic", 0.5), ("crisis_abuse", 0.4)], "crisis_abuse"),
        ([("topic", 0.5), ("crisis_abuse", 0.2), ("crisis_suicide", 0.21)], "crisis_suicide"),
        ([("hyperbole", 0.5), ("crisis_suicide", 0.4)], None),
        ([("hyperbole", 0.4), ("crisis_suicide", 0.45)], "crisis_suicide"),
        ([("hyperbole", 0.1), ("crisis_suicide", 0.2)], None),
    ],
)
def test_ranking_decides_from_all_kinds_together(
    check: CrisisCheck, ranking: list[tuple[str, float]], crisis: str | None
) -> None:
    assert check.by_ranking(ranking) == crisis


@pytest.mark.parametrize(
    ("text", "ranking", "crisis"),
    [
        ("this exam is killing myself lol", [("hyperbole", 0.95), ("crisis_suicide", 0.02)], None),
        (
            "cet examen va me tuer",
            [("hyperbole", 0.89), ("crisis_suicide", 0.02)],
            "crisis_suicide",
        ),
        (
            "cet examen va me tuer",
            [("hyperbole", 0.92), ("crisis_suicide", 0.06)],
            "crisis_suicide",
        ),
        ("je veux en finir pour vrai", [("hyperbole", 0.99)], "crisis_suicide"),
        ("nothing listed", [("topic", 0.4), ("crisis_abuse", 0.5)], "crisis_abuse"),
        ("nothing listed", [], None),
        ("elle respire plus", [], "crisis_emergency"),
    ],
)
def test_phrase_gives_way_only_to_a_sure_and_calm_classifier(
    tmp_path: Path, text: str, ranking: list[tuple[str, float]], crisis: str | None
) -> None:
    always = "  - answer: crisis_suicide\n    always: {fr: [je veux en finir]}\n"
    write_crises(tmp_path, CRISES.replace("  - answer: crisis_suicide\n", always))

    assert load_crisis_check(tmp_path).find(text, ranking) == crisis


@pytest.mark.parametrize(
    ("text", "crisis"),
    [
        ("JE SUIS À BOUT", "crisis_distress"),
        ("im hopeless", "crisis_distress"),
        ("je pleure", None),
        ("je veux mourir", None),
        ("Citron bleu.", "crisis_distress"),
        ("what is open government? blue lemon", "crisis_distress"),
        ("elle respire plus citron bleu", "crisis_distress"),
        ("a blue car and a lemon", None),
    ],
)
def test_certain_words_need_no_classifier(
    check: CrisisCheck, text: str, crisis: str | None
) -> None:
    assert check.certain(text) == crisis


def test_safe_word_alarms_however_sure_the_classifier_is(check: CrisisCheck) -> None:
    assert check.find("blue lemon", [("topic", 1.0)]) == "crisis_distress"


@pytest.mark.parametrize(
    "content", ["", "kinds: []", "kinds: 3", CRISES.replace("me tuer", "me tuer|"), "a: ["]
)
def test_file_that_cannot_be_used_is_refused(tmp_path: Path, content: str) -> None:
    write_crises(tmp_path, content)
    with pytest.raises(ContentInvalid, match="make check"):
        load_crisis_check(tmp_path)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentInvalid, match="make check"):
        load_crisis_check(tmp_path)
