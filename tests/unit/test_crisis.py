"""The crisis check: phrases first, then how likely the classifier finds distress."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.safety.crisis import CrisisCheck, load_crisis_check

CRISES = """
spelling:
  je veux: [jveux, jvx]
harmless:
  fr: [mourir de rire|faim]
  en: [killing time]
kinds:
  - answer: crisis_emergency
    fr: [respire plus]
    en: [not breathing]
  - answer: crisis_suicide
    fr: [je veux * mourir, me tuer]
    en: [want to die, killing myself]
"""


@pytest.fixture
def check(tmp_path: Path) -> CrisisCheck:
    (tmp_path / "stories/safety").mkdir(parents=True)
    (tmp_path / "stories/safety/crisis.yml").write_text(CRISES, "utf-8")
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
        ("what is open government", None),
        ("", None),
    ],
)
def test_phrases_find_distress(check: CrisisCheck, text: str, crisis: str | None) -> None:
    assert check.by_phrase(text) == crisis


@pytest.mark.parametrize(
    ("ranking", "crisis"),
    [
        ([], None),
        ([("topic", 0.9)], None),
        ([("topic", 0.5), ("crisis_abuse", 0.29)], None),
        ([("topic", 0.5), ("crisis_abuse", 0.3)], "crisis_abuse"),
        ([("topic", 0.5), ("crisis_abuse", 0.16), ("crisis_suicide", 0.17)], "crisis_suicide"),
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
    (tmp_path / "stories/safety").mkdir(parents=True)
    always = "  - answer: crisis_suicide\n    always: {fr: [je veux en finir]}\n"
    content = CRISES.replace("  - answer: crisis_suicide\n", always)
    (tmp_path / "stories/safety/crisis.yml").write_text(content, "utf-8")

    assert load_crisis_check(tmp_path).find(text, ranking) == crisis


def test_certain_words_need_no_classifier(tmp_path: Path) -> None:
    (tmp_path / "stories/safety").mkdir(parents=True)
    always = "  - answer: crisis_suicide\n    always: {fr: [je veux en finir]}\n"
    content = CRISES.replace("  - answer: crisis_suicide\n", always)
    (tmp_path / "stories/safety/crisis.yml").write_text(content, "utf-8")
    check = load_crisis_check(tmp_path)

    assert check.certain("JE VEUX EN FINIR") == "crisis_suicide"
    assert check.certain("ça va me tuer") is None
