"""A content folder out of an image becomes a repository, once, and drafts can begin."""

from __future__ import annotations

from pathlib import Path

from bot.editing.first_history import begin_history
from bot.editing.git import Repository
from bot.editing.workshop import Workshop


def folder(path: Path) -> Path:
    """Content as an image holds it, and a file that is none."""
    (path / "nlu/fr").mkdir(parents=True)
    (path / "stories/answers").mkdir(parents=True)
    (path / "config.yml").write_text("language: fr\n")
    (path / "nlu/fr/greet.yml").write_text("nlu: []\n")
    (path / "notes.txt").write_text("mine\n")
    return path


def test_folder_without_history_gets_one_and_the_draft_opens(tmp_path: Path) -> None:
    home = folder(tmp_path / "home")
    assert begin_history(home)
    held = Repository(home)("ls-files").split()
    assert held == ["config.yml", "nlu/fr/greet.yml"]
    Workshop(home, tmp_path / "draft").open()
    assert (tmp_path / "draft/nlu/fr/greet.yml").read_text() == "nlu: []\n"


def test_history_that_is_there_is_left_alone(tmp_path: Path) -> None:
    home = folder(tmp_path / "home")
    begin_history(home)
    first = Repository(home).head()
    (home / "config.yml").write_text("language: en\n")
    assert not begin_history(home)
    assert Repository(home).head() == first


def test_part_of_another_repository_is_not_taken_over(tmp_path: Path) -> None:
    begin_history(folder(tmp_path / "home"))
    assert not begin_history(tmp_path / "home/nlu")
    assert not (tmp_path / "home/nlu/.git").exists()


def test_folder_that_is_not_there_is_left_to_whoever_opens_it(tmp_path: Path) -> None:
    assert not begin_history(tmp_path / "nowhere")
