"""The how-tos of the console say the same in both languages; their links and pictures are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.how_tos import FOLDER, FOLLOWED, LANGUAGES, Step, how_to, links_of, steps_of

each_file = pytest.mark.parametrize(
    "path", [how_to(name, language) for name in FOLLOWED for language in LANGUAGES],
    ids=lambda path: path.name,
)  # fmt: skip


@each_file
def test_steps_are_numbered_through(path: Path) -> None:
    numbers = [step.number for step in steps_of(path)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 10


@pytest.mark.parametrize("name", FOLLOWED)
def test_both_languages_have_the_same_steps_names_and_pictures(name: str) -> None:
    french, english = (steps_of(how_to(name, language)) for language in LANGUAGES)
    assert [len(step.names) for step in french] == [len(step.names) for step in english]
    pictures = [
        [target.rsplit("-", 1)[0] for is_picture, _, target in links_of(how_to(name, language))
         if is_picture]
        for language in LANGUAGES
    ]  # fmt: skip
    assert pictures[0] == pictures[1] != []


@each_file
def test_links_lead_somewhere_and_pictures_are_described(path: Path) -> None:
    language = "fr" if path.name.endswith(".fr.md") else "en"
    for is_picture, words, target in links_of(path):
        assert (FOLDER / target).is_file(), target
        if is_picture:
            assert target.endswith(f"-{language}.png")
            assert len(words) > 20
        assert words.strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_small(language: str) -> None:
    heavy = [path.name for path in (FOLDER / "pictures").glob(f"*-{language}.png")
             if path.stat().st_size > 120_000]  # fmt: skip
    assert heavy == []


def test_name_that_is_not_on_the_page_is_missed() -> None:
    step = Step(1, "Press **Save draft**, then\n   **Publish\n   now**, or **Save**.")
    assert step.names == ["Save draft", "Publish now", "Save"]
    assert step.missing("Saved\u00a0it. Publish\u202fnow") == ["Save draft", "Save"]
