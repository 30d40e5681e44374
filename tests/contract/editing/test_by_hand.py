"""HOME edited by hand while the draft has changes of its own: shown, brought in, never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing.draft import BY_HAND
from bot.editing.records import Author, HandEdit, Resolution, SideChange, TopicChange
from bot.editing.refusals import ConflictWithFiles, NotAdopted, NotYaml
from bot.editing.workshop import Workshop
from tests.content.content_tree import write
from tests.contract.editing.folders import PARKS, commit_all, git, replace

DEV = Author("Dev", "dev@example.org")
BUSES = "stories/answers/buses.yml"


def say(workshop: Workshop, text: str, by: Author) -> None:
    """Save the French text of `parks`."""
    workshop.save("parks", TopicChange(sides={"fr": SideChange(text=text)}), {}, by)


def test_nothing_edited_by_hand(workshop: Workshop, ana: Author) -> None:
    assert workshop.hand_edits() == []
    head = workshop.head()
    assert workshop.adopt(ana) == head


def test_edits_in_the_folder_and_in_commits_are_shown(workshop: Workshop, home: Path) -> None:
    replace(home, PARKS, "An answer.", "By hand.")
    commit_all(home, "By hand")
    replace(home, BUSES, "An answer.", "In the folder.")
    write(home, "nlu/fr/trams.yml", "nlu: []\n")
    (home / "tests/nlu/en/parks.yml").unlink()
    replace(home, "bot/code.py", "1", "2")
    assert workshop.hand_edits() == [
        HandEdit("nlu/fr/trams.yml", "new", is_committed=False, author=None),
        HandEdit(BUSES, "changed", is_committed=False, author=None),
        HandEdit(PARKS, "changed", is_committed=True, author=DEV),
        HandEdit("tests/nlu/en/parks.yml", "removed", is_committed=False, author=None),
    ]


def test_edits_are_brought_in_beside_those_of_the_draft(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    say(workshop, "D'Ana.", ana)
    replace(home, PARKS, "An answer.", "Committed by hand.")
    commit_all(home, "By hand")
    replace(home, BUSES, "An answer.", "In the folder.")
    workshop.adopt(ana)
    sides = workshop.topic("parks").sides
    assert (sides["fr"].text, sides["en"].text) == ("D'Ana.", "Committed by hand.")
    assert workshop.topic("buses").sides["en"].text == "In the folder."
    assert workshop.hand_edits() == []
    assert git(home, "status", "--porcelain") == f"M {BUSES}"
    authors = {commit.author for commit in workshop.history()}
    assert {BY_HAND, DEV, ana} <= authors


def test_draft_without_changes_follows_what_is_live(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    replace(home, PARKS, "An answer.", "By hand.")
    commit = commit_all(home, "By hand")
    assert workshop.adopt(ana) == commit == workshop.head()
    assert workshop.changes() == []


def test_collision_is_shown_with_all_texts_and_changes_nothing(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    say(workshop, "D'Ana.", ana)
    replace(home, PARKS, "Une réponse.", "À la main.")
    head = workshop.head()
    with pytest.raises(ConflictWithFiles) as refused:
        workshop.adopt(ana)
    (conflict,) = refused.value.conflicts
    assert conflict.path == PARKS
    assert "Une réponse." in str(conflict.base)
    assert "D'Ana." in str(conflict.draft)
    assert "À la main." in str(conflict.by_hand)
    assert workshop.head() == head
    assert "À la main." in (home / PARKS).read_text("utf-8")


def test_collision_is_resolved_and_then_published(
    workshop: Workshop, home: Path, ana: Author, ben: Author
) -> None:
    say(workshop, "D'Ana.", ana)
    replace(home, PARKS, "Une réponse.", "À la main.")
    with pytest.raises(ConflictWithFiles) as refused:
        workshop.adopt(ben)
    (conflict,) = refused.value.conflicts
    text = str(conflict.draft).replace("D'Ana.", "D'Ana et à la main.")
    resolution = Resolution(PARKS, text, conflict.draft_version, conflict.hand_version)
    workshop.adopt(ben, [resolution])
    assert workshop.topic("parks").sides["fr"].text == "D'Ana et à la main."
    workshop.merge_into_home(ben)
    assert "D'Ana et à la main." in (home / PARKS).read_text("utf-8")
    assert git(home, "status", "--porcelain") == ""
    assert "À la main." in git(home, "log", "--patch", "--all", "--", PARKS)


def test_resolution_of_older_texts_is_not_taken(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    say(workshop, "D'Ana.", ana)
    replace(home, PARKS, "Une réponse.", "À la main.")
    with pytest.raises(ConflictWithFiles) as refused:
        workshop.adopt(ana)
    (old,) = refused.value.conflicts
    replace(home, PARKS, "À la main.", "Encore à la main.")
    with pytest.raises(ConflictWithFiles) as again:
        workshop.adopt(ana, [Resolution(PARKS, old.draft, old.draft_version, old.hand_version)])
    assert "Encore à la main." in str(again.value.conflicts[0].by_hand)


def test_resolution_must_be_yaml(workshop: Workshop, ana: Author) -> None:
    with pytest.raises(NotYaml):
        workshop.adopt(ana, [Resolution(PARKS, "a: b: c\n", "", "")])


def test_file_removed_by_hand_and_changed_in_the_draft_collides(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    say(workshop, "D'Ana.", ana)
    (home / PARKS).unlink()
    with pytest.raises(ConflictWithFiles) as refused:
        workshop.adopt(ana)
    (conflict,) = refused.value.conflicts
    assert (conflict.by_hand, conflict.hand_version) == (None, "")
    workshop.adopt(ana, [Resolution(PARKS, None, conflict.draft_version, "")])
    assert not workshop.topic("parks").has_answer


def test_edit_by_hand_after_one_was_brought_in_is_shown_again(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    replace(home, BUSES, "An answer.", "First.")
    workshop.adopt(ana)
    replace(home, BUSES, "First.", "Second.")
    assert [edit.path for edit in workshop.hand_edits()] == [BUSES]
    workshop.adopt(ana)
    assert workshop.topic("buses").sides["en"].text == "Second."


def test_code_that_is_new_at_home_is_no_edit_of_content(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    say(workshop, "D'Ana.", ana)
    replace(home, "bot/code.py", "1", "2")
    commit_all(home, "Upgrade")
    assert workshop.hand_edits() == []
    workshop.merge_into_home(ana)
    assert (home / "bot/code.py").read_text("utf-8") == "one = 2\n"
    assert "D'Ana." in (home / PARKS).read_text("utf-8")
    assert (workshop.root / "bot/code.py").read_text("utf-8") == "one = 2\n"


def test_content_committed_at_home_must_be_brought_in_first(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    say(workshop, "D'Ana.", ana)
    replace(home, BUSES, "An answer.", "By hand.")
    live = commit_all(home, "By hand")
    with pytest.raises(NotAdopted) as refused:
        workshop.merge_into_home(ana)
    assert refused.value.paths == (BUSES,)
    assert git(home, "rev-parse", "HEAD") == live
    workshop.adopt(ana)
    workshop.merge_into_home(ana)
    assert "By hand." in (home / BUSES).read_text("utf-8")
