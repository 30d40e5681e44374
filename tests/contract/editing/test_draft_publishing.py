"""Publishing and rolling back: HOME moves in one step; nothing that is only there is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing.records import Author, SideChange, TopicChange
from bot.editing.refusals import ConflictWithFiles, GitFailed, NoSuchCommit
from bot.editing.workshop import Workshop
from tests.content.content_tree import write
from tests.contract.editing.folders import PARKS, git, replace

BUSES = "stories/answers/buses.yml"


def say(workshop: Workshop, text: str, by: Author, *, language: str = "fr") -> None:
    """Save a text of `parks`."""
    workshop.save("parks", TopicChange(sides={language: SideChange(text=text)}), {}, by)


def at_home(home: Path, path: str = PARKS) -> str:
    """What stands in a file of HOME."""
    return (home / path).read_text("utf-8")


def test_publishing_moves_home_to_the_draft(workshop: Workshop, home: Path, ana: Author) -> None:
    say(workshop, "Publié.", ana)
    assert "Publié." not in at_home(home)
    commit = workshop.merge_into_home(ana)
    assert "Publié." in at_home(home)
    assert git(home, "rev-parse", "HEAD") == commit == workshop.head()
    assert git(home, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert git(home, "status", "--porcelain") == ""
    assert workshop.changes() == []
    assert all(commit.is_published for commit in workshop.history())
    assert workshop.merge_into_home(ana) == commit


def test_new_and_removed_files_are_published(workshop: Workshop, home: Path, ana: Author) -> None:
    workshop.new_topic("trams", ana)
    workshop.merge_into_home(ana)
    assert (home / "stories/answers/trams.yml").exists()
    workshop.undo(workshop.head(), ana)
    workshop.merge_into_home(ana)
    assert not (home / "stories/answers/trams.yml").exists()


def test_hand_edit_that_would_be_overwritten_stops_it(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    say(workshop, "D'Ana.", ana)
    replace(home, PARKS, "An answer.", "Only here.")
    live = git(home, "rev-parse", "HEAD")
    with pytest.raises(ConflictWithFiles) as refused:
        workshop.merge_into_home(ana)
    (conflict,) = refused.value.conflicts
    assert (conflict.path, "Only here." in str(conflict.by_hand)) == (PARKS, True)
    assert "D'Ana." in str(conflict.draft)
    assert git(home, "rev-parse", "HEAD") == live
    assert git(home, "status", "--porcelain") == f"M {PARKS}"
    assert "Only here." in at_home(home)


def test_new_file_by_hand_in_the_way_of_one_of_the_draft_stops_it(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    workshop.new_topic("trams", ana)
    write(home, "nlu/fr/trams.yml", "ours: 1\n")
    with pytest.raises(ConflictWithFiles) as refused:
        workshop.merge_into_home(ana)
    assert refused.value.paths == ("nlu/fr/trams.yml",)
    assert at_home(home, "nlu/fr/trams.yml") == "ours: 1\n"
    assert not (home / "stories/answers/trams.yml").exists()


def test_hand_edit_of_another_file_stays_as_it_is(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    say(workshop, "D'Ana.", ana)
    replace(home, BUSES, "An answer.", "Only here.")
    write(home, "notes.txt", "mine")
    workshop.merge_into_home(ana)
    assert "D'Ana." in at_home(home)
    assert "Only here." in at_home(home, BUSES)
    assert git(home, "status", "--porcelain").split() == ["M", BUSES, "??", "notes.txt"]


def test_same_edit_by_hand_and_in_the_draft_is_published(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    say(workshop, "Pareil.", ana)
    replace(home, PARKS, "Une réponse.", "Pareil.")
    workshop.merge_into_home(ana)
    assert git(home, "status", "--porcelain") == ""


def test_adopted_hand_edit_is_published(workshop: Workshop, home: Path, ana: Author) -> None:
    replace(home, PARKS, "An answer.", "By hand.")
    write(home, "nlu/fr/trams.yml", "nlu: []\n")
    (home / "tests/nlu/en/parks.yml").unlink()
    workshop.adopt(ana)
    say(workshop, "And by Ana.", ana, language="en")
    workshop.merge_into_home(ana)
    assert "And by Ana." in at_home(home)
    assert git(home, "status", "--porcelain") == ""
    assert not (home / "tests/nlu/en/parks.yml").exists()


def test_git_of_somebody_else_at_home_stops_it_without_harm(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    say(workshop, "D'Ana.", ana)
    lock = home / ".git" / "index.lock"
    lock.touch()
    with pytest.raises(GitFailed):
        workshop.merge_into_home(ana)
    assert "D'Ana." not in at_home(home)
    lock.unlink()
    workshop.merge_into_home(ana)
    assert "D'Ana." in at_home(home)
    assert git(home, "status", "--porcelain") == ""


def test_hooks_of_home_do_not_run(workshop: Workshop, home: Path, ana: Author) -> None:
    for name in ("post-merge", "reference-transaction", "post-checkout"):
        hook = home / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {home}/ran\nexit 1\n")
        hook.chmod(0o755)
    say(workshop, "D'Ana.", ana)
    workshop.merge_into_home(ana)
    assert not (home / "ran").exists()


def test_roll_back_gives_home_and_draft_the_earlier_content(
    workshop: Workshop, home: Path, ana: Author, ben: Author
) -> None:
    before = workshop.merge_into_home(ana)
    say(workshop, "Une erreur.", ana)
    workshop.merge_into_home(ana)
    commit = workshop.revert_home(before, ben)
    assert git(home, "rev-parse", "HEAD") == commit == workshop.head()
    assert git(home, "diff", "--stat", before, commit) == ""
    assert "Une réponse." in at_home(home)
    assert git(home, "log", "-1", "--format=%an %s") == f'Ben Go back to "Begin" ({before[:10]})'
    assert workshop.topic("parks").sides["fr"].text == "Une réponse."
    assert workshop.revert_home(before, ben) == commit


def test_roll_back_keeps_code_and_what_was_never_published(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    before = workshop.merge_into_home(ana)
    say(workshop, "Une erreur.", ana)
    workshop.merge_into_home(ana)
    replace(home, "bot/code.py", "1", "2")
    git(home, "commit", "--all", "--quiet", "--message", "Upgrade")
    say(workshop, "In the draft only.", ana, language="en")
    workshop.revert_home(before, ana)
    assert at_home(home, "bot/code.py") == "one = 2\n"
    assert "Une réponse." in at_home(home)
    assert "In the draft only." not in at_home(home)
    sides = workshop.topic("parks").sides
    assert (sides["fr"].text, sides["en"].text) == ("Une réponse.", "In the draft only.")
    workshop.merge_into_home(ana)
    assert "In the draft only." in at_home(home)


def test_roll_back_is_not_stopped_by_a_draft_that_collides(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    before = workshop.merge_into_home(ana)
    say(workshop, "Une erreur.", ana)
    workshop.merge_into_home(ana)
    say(workshop, "Mieux.", ana)
    workshop.revert_home(before, ana)
    assert "Une réponse." in at_home(home)
    assert workshop.topic("parks").sides["fr"].text == "Mieux."
    workshop.merge_into_home(ana)
    assert "Mieux." in at_home(home)


def test_roll_back_does_not_overwrite_a_hand_edit(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    before = workshop.merge_into_home(ana)
    say(workshop, "Une erreur.", ana)
    published = workshop.merge_into_home(ana)
    replace(home, PARKS, "An answer.", "Only here.")
    with pytest.raises(ConflictWithFiles):
        workshop.revert_home(before, ana)
    assert git(home, "rev-parse", "HEAD") == published == workshop.head()
    assert "Only here." in at_home(home)


def test_snapshot_is_the_content_of_a_commit(
    workshop: Workshop, tmp_path: Path, ana: Author
) -> None:
    first = workshop.head()
    say(workshop, "D'Ana.", ana)
    assert workshop.snapshot(tmp_path / "now") == workshop.head()
    assert workshop.snapshot(tmp_path / "then", first) == first
    assert "D'Ana." in (tmp_path / "now" / PARKS).read_text("utf-8")
    assert "Une réponse." in (tmp_path / "then" / PARKS).read_text("utf-8")
    assert {path.name for path in (tmp_path / "now").iterdir()} == {
        "config.yml",
        "nlu",
        "stories",
        "tests",
    }
    with pytest.raises(NoSuchCommit):
        workshop.snapshot(tmp_path / "other", "0" * 40)
    with pytest.raises(FileExistsError):
        workshop.snapshot(tmp_path / "now")
