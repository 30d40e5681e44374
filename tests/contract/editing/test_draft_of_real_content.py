"""The content that is really there can be edited by fields, and only what is changed differs."""

from __future__ import annotations

import shutil
from difflib import unified_diff
from pathlib import Path

import pytest

from bot.editing.paths import CONTENT
from bot.editing.records import Author, SideChange, Topic, TopicChange
from bot.editing.topic_files import change_file
from bot.editing.workshop import Workshop
from tests.contract.editing.folders import changed_lines, commit_all, git

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A draft of a copy of the real content."""
    home = tmp_path_factory.mktemp("real") / "home"
    for name in CONTENT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, home / name)
        else:
            home.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, home / name)
    git(home, "init", "--quiet")
    commit_all(home, "Begin")
    workshop = Workshop(home, home.parent / "draft")
    workshop.open()
    return workshop


@pytest.fixture(scope="module")
def topics(workshop: Workshop) -> list[Topic]:
    """Every topic."""
    return [workshop.topic(summary.id) for summary in workshop.topics()]


def test_every_answer_and_every_file_of_examples_has_fields(topics: list[Topic]) -> None:
    answers = {path.stem for path in (ROOT / "stories/answers").glob("*.yml")}
    assert {topic.id for topic in topics if topic.has_answer} == answers
    assert {path for topic in topics for path in topic.unreadable} == set()
    for topic in topics:
        if topic.has_answer:
            assert all(side.title and side.text for side in topic.sides.values()), topic.id
            assert topic.reviewed, topic.id


def test_form_that_gives_everything_back_leaves_every_byte(
    workshop: Workshop, topics: list[Topic]
) -> None:
    for topic in topics:
        change = TopicChange(
            sides={
                language: SideChange(side.title, side.text, side.more, side.buttons)
                for language, side in topic.sides.items()
            },
            sources=topic.sources if topic.has_answer else None,
            reviewed=topic.reviewed,
            examples=topic.examples,
            held_out=topic.held_out,
        )
        for path in topic.versions:
            data = (workshop.root / path).read_bytes() if topic.versions[path] else None
            assert change_file(path, data, change) == data, path


def test_new_title_changes_one_line_of_every_answer(
    workshop: Workshop, topics: list[Topic]
) -> None:
    change = TopicChange(sides={"en": SideChange(title="Another title")})
    for topic in topics:
        if topic.has_answer:
            path = f"stories/answers/{topic.id}.yml"
            before = (workshop.root / path).read_bytes()
            after = change_file(path, before, change)
            assert after is not None
            lines = list(unified_diff(before.decode().splitlines(), after.decode().splitlines()))
            signs = [line[0] for line in lines if line[:3] not in ("---", "+++")]
            assert (signs.count("-"), signs.count("+")) == (1, 1), path


def test_one_example_more_is_one_line_more(workshop: Workshop, topics: list[Topic]) -> None:
    by = Author("Ana", "ana@example.org")
    topic = next(topic for topic in topics if topic.id == "open_government")
    change = TopicChange(examples={"fr": (*topic.examples["fr"], "un exemple de plus")})
    workshop.save(topic.id, change, topic.versions, by)
    assert changed_lines(workshop.root) == ["+    - un exemple de plus"]
    workshop.undo(workshop.head(), by)
    assert workshop.changes() == []
