"""Opening the draft: the first time, after a crash, and where it cannot be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.editing.records import Author, SideChange, TopicChange
from bot.editing.refusals import GitFailed, GitMissing, NotARepository
from bot.editing.workshop import Workshop
from tests.content.content_tree import make_tree, write
from tests.contract.editing.folders import PARKS, git, replace


def say(workshop: Workshop, text: str, by: Author) -> None:
    """Save the French text of `parks`."""
    workshop.save("parks", TopicChange(sides={"fr": SideChange(text=text)}), {}, by)


def test_draft_is_a_clone_that_stays(home: Path, tmp_path: Path, ana: Author) -> None:
    first = Workshop(home, tmp_path / "new" / "data" / "draft")
    first.open()
    say(first, "D'Ana.", ana)
    second = Workshop(home, first.root)
    second.open()
    assert second.topic("parks").sides["fr"].text == "D'Ana."
    assert sorted(path.name for path in first.root.parent.iterdir()) == [
        "draft",
        "draft.fetch.lock",
        "draft.lock",
    ]


def test_half_a_clone_of_a_killed_process_is_no_draft(home: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "draft.new-half" / ".git").mkdir(parents=True)
    workshop = Workshop(home, tmp_path / "data" / "draft")
    workshop.open()
    assert workshop.topics()
    assert not list((tmp_path / "data").glob("draft.new-*"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda root: None, "does not exist"),
        (lambda root: make_tree(root), "git init"),
        (lambda root: git(make_tree(root), "init", "--quiet"), "no commit yet"),
    ],
    ids=["missing", "no repository", "empty repository"],
)
def test_home_that_is_no_repository(tmp_path: Path, make: object, words: str) -> None:
    assert callable(make)
    make(tmp_path / "home")
    workshop = Workshop(tmp_path / "home", tmp_path / "draft")
    with pytest.raises(NotARepository, match=words) as refused:
        workshop.open()
    assert refused.value.sentences["fr"] != refused.value.sentences["en"]
    assert not (tmp_path / "draft").exists()


def test_part_of_a_repository_is_no_home(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NotARepository, match="only a part"):
        Workshop(home / "stories", tmp_path / "draft").open()


def test_without_git_it_says_so(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitMissing):
        Workshop(home, tmp_path / "draft").open()


def test_settings_of_the_user_do_not_matter(
    home: Path, tmp_path: Path, ana: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = "[commit]\n gpgSign = true\n[core]\n autocrlf = true\n hooksPath = /nowhere\n"
    write(tmp_path, "user/.gitconfig", settings + "[init]\n templateDir = /nowhere\n")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    workshop = Workshop(home, tmp_path / "draft")
    workshop.open()
    say(workshop, "Un.\nDeux.", ana)
    workshop.merge_into_home(ana)
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_AUTHOR_NAME")
    assert git(home, "log", "-1", "--format=%an") == ana.name
    assert b"\r" not in (home / PARKS).read_bytes()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_home_of_another_user_can_be_edited(home: Path, tmp_path: Path, ana: Author) -> None:
    for path in (home, *home.rglob("*")):
        os.chown(path, 1000, 1000)
    workshop = Workshop(home, tmp_path / "draft")
    workshop.open()
    say(workshop, "D'Ana.", ana)
    workshop.merge_into_home(ana)
    assert "D'Ana." in (home / PARKS).read_text("utf-8")


def test_files_left_behind_by_a_crash_catch_up(workshop: Workshop, ana: Author) -> None:
    """The commit was made, then the process died before it wrote the files."""
    before = workshop.head()
    say(workshop, "D'Ana.", ana)
    after = workshop.head()
    git(workshop.root, "reset", "--hard", "--quiet", before)
    git(workshop.root, "update-ref", "refs/parlouvert/written", before)
    git(workshop.root, "update-ref", "HEAD", after)
    (workshop.root / ".git" / "index.lock").touch()
    workshop.open()
    assert workshop.topic("parks").sides["fr"].text == "D'Ana."
    assert git(workshop.root, "status", "--porcelain") == ""
    assert workshop.head() == after


def test_commit_that_nothing_points_to_is_as_if_never_made(workshop: Workshop, ana: Author) -> None:
    """The process died after it wrote the commit, before it became the last one."""
    head = workshop.head()
    tree = git(workshop.root, "rev-parse", "HEAD^{tree}")
    git(workshop.root, "commit-tree", tree, "-p", head, "-m", "lost")
    workshop.open()
    assert workshop.head() == head
    say(workshop, "D'Ana.", ana)
    assert workshop.topic("parks").sides["fr"].text == "D'Ana."


def test_what_was_written_in_the_draft_by_hand_is_kept(workshop: Workshop) -> None:
    replace(workshop.root, PARKS, "Une réponse.", "Dans le brouillon.")
    write(workshop.root, "nlu/fr/trams.yml", "nlu: []\n")
    workshop.open()
    assert git(workshop.root, "status", "--porcelain") == ""
    newest = workshop.history(1)[0]
    assert newest.author.name == "by hand"
    assert newest.paths == ("nlu/fr/trams.yml", PARKS)
    assert workshop.topic("parks").sides["fr"].text == "Dans le brouillon."


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_folder_that_cannot_be_written_is_said(workshop: Workshop, ana: Author) -> None:
    objects = workshop.root / ".git" / "objects"
    objects.chmod(0o500)
    try:
        with pytest.raises(GitFailed):
            say(workshop, "D'Ana.", ana)
    finally:
        objects.chmod(0o700)
    assert workshop.topic("parks").sides["fr"].text == "Une réponse."


FULL = """
import resource, sys
from pathlib import Path
from bot.editing.records import Author, SideChange, TopicChange
from bot.editing.refusals import GitFailed
from bot.editing.workshop import Workshop
workshop = Workshop(Path(sys.argv[1]), Path(sys.argv[2]))
resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))
try:
    change = TopicChange(sides={"fr": SideChange(text="x" * 500)})
    workshop.save("parks", change, {}, Author("A", "a@x.org"))
except GitFailed as refusal:
    print(refusal.verb)
"""


def test_full_disk_changes_nothing(workshop: Workshop, home: Path, ana: Author) -> None:
    head = workshop.head()
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(home), str(workshop.root)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "hash-object\n"
    assert workshop.head() == head
    assert workshop.topic("parks").sides["fr"].text == "Une réponse."
    say(workshop, "D'Ana.", ana)
    assert workshop.topic("parks").sides["fr"].text == "D'Ana."


def test_draft_that_is_broken_is_said(workshop: Workshop, ana: Author) -> None:
    shutil.rmtree(workshop.root / ".git" / "objects")
    with pytest.raises(GitFailed):
        say(workshop, "D'Ana.", ana)
    assert "Une réponse." in (workshop.root / PARKS).read_text("utf-8")
