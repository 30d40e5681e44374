"""What changed, who did it, and the ways back."""

from __future__ import annotations

import pytest

from bot.editing.differences import line_diff, word_diff
from bot.editing.records import Author, Piece, SideChange, TopicChange
from bot.editing.refusals import CannotUndo, NoSuchCommit, NoSuchTopic
from bot.editing.workshop import Workshop
from tests.contract.editing.folders import PARKS


def say(
    workshop: Workshop, text: str, by: Author, *, language: str = "fr", id: str = "parks"
) -> str:
    """Save a text; the commit."""
    change = TopicChange(sides={language: SideChange(text=text)})
    commit = workshop.save(id, change, {}, by).commit
    assert commit is not None
    return commit


def test_nothing_has_changed_at_first(workshop: Workshop) -> None:
    assert workshop.changes() == []


def test_changes_are_told_by_topic_field_and_word(workshop: Workshop, ana: Author) -> None:
    say(workshop, "Une belle réponse.", ana)
    examples = workshop.topic("parks").examples["en"]
    change = TopicChange(examples={"en": ("a maple", *examples[1:])})
    workshop.save("parks", change, {}, ana)
    (found,) = workshop.changes()
    assert (found.topic, found.kind) == ("parks", "changed")
    fields = {field.field: field.pieces for field in found.fields}
    assert fields["fr.text"] == (
        Piece("same", "Une"),
        Piece("added", " belle"),
        Piece("same", " réponse."),
    )
    assert fields["examples.en"] == (Piece("removed", "park"), Piece("added", "a maple"))
    assert set(fields) == {"fr.text", "examples.en"}


def test_new_topic_and_changed_file_are_changes(workshop: Workshop, ana: Author) -> None:
    workshop.new_topic("trams", ana)
    say(workshop, "Le tram passe.", ana, id="trams")
    raw = workshop.file("stories/sources.yml")
    workshop.save_file(raw.path, raw.text.replace("La Ville", "La ville"), raw.version, ana)
    topic, file = workshop.changes()
    assert (topic.topic, topic.kind, len(topic.paths)) == ("trams", "new", 5)
    texts = {field.field: field.pieces for field in topic.fields}
    assert texts["fr.text"] == (Piece("added", "Le tram passe."),)
    assert (file.topic, file.paths, file.kind) == (None, (raw.path,), "changed")
    assert [p.text for p in file.fields[0].pieces if p.kind == "added"] == ["ville"]


def test_history_names_who_did_what(workshop: Workshop, ana: Author, ben: Author) -> None:
    first = say(workshop, "D'Ana.", ana)
    second = say(workshop, "De Ben.", ben)
    newest, older, oldest = workshop.history()
    assert (newest.id, newest.author, newest.paths) == (second, ben, (PARKS,))
    assert (older.id, older.author, older.subject) == (first, ana, "Change the answer parks")
    assert [commit.is_published for commit in (newest, older, oldest)] == [False, False, True]
    assert newest.at >= older.at >= oldest.at > 1_500_000_000
    assert [commit.id for commit in workshop.history(1)] == [second]


def test_undo_takes_one_change_back_and_leaves_the_others(
    workshop: Workshop, ana: Author, ben: Author
) -> None:
    first = say(workshop, "D'Ana.", ana)
    say(workshop, "By Ben.", ben, language="en")
    workshop.undo(first, ben)
    sides = workshop.topic("parks").sides
    assert (sides["fr"].text, sides["en"].text) == ("Une réponse.", "By Ben.")
    assert workshop.history(1)[0].subject == 'Undo "Change the answer parks"'
    assert workshop.history(1)[0].author == ben


def test_undo_of_what_was_changed_again_is_refused(workshop: Workshop, ana: Author) -> None:
    first = say(workshop, "D'abord.", ana)
    say(workshop, "Ensuite.", ana)
    with pytest.raises(CannotUndo) as refused:
        workshop.undo(first, ana)
    assert refused.value.paths == (PARKS,)
    assert workshop.topic("parks").sides["fr"].text == "Ensuite."


def test_new_topic_can_be_undone(workshop: Workshop, ana: Author) -> None:
    workshop.new_topic("trams", ana)
    workshop.undo(workshop.head(), ana)
    with pytest.raises(NoSuchTopic):
        workshop.topic("trams")
    assert workshop.changes() == []


@pytest.mark.parametrize("commit", ["0" * 40, "nothing", "--all", "", "HEAD..HEAD", "-n1"])
def test_commit_that_is_not_there(workshop: Workshop, ana: Author, commit: str) -> None:
    with pytest.raises(NoSuchCommit):
        workshop.undo(commit, ana)
    with pytest.raises(NoSuchCommit):
        workshop.revert_home(commit, ana)


def test_first_commit_cannot_be_undone(workshop: Workshop, ana: Author) -> None:
    with pytest.raises(CannotUndo):
        workshop.undo(workshop.head(), ana)


def test_discard_takes_the_live_version_of_one_topic(workshop: Workshop, ana: Author) -> None:
    say(workshop, "D'Ana.", ana)
    say(workshop, "Autobus.", ana, id="buses")
    workshop.new_topic("trams", ana)
    workshop.discard("parks", ana)
    workshop.discard("trams", ana)
    assert [change.topic for change in workshop.changes()] == ["buses"]
    assert workshop.discard("parks", ana).commit is None
    with pytest.raises(NoSuchTopic):
        workshop.discard("nobody", ana)


def test_discard_of_a_file(workshop: Workshop, ana: Author) -> None:
    path = "stories/rules/conversation.yml"
    raw = workshop.file(path)
    workshop.save_file(path, raw.text.replace("greet", "meet"), raw.version, ana)
    workshop.discard_file(path, ana)
    assert workshop.file(path) == raw


def test_word_diff_joins_back_to_both_texts() -> None:
    before, after = "Un parc.\nUn banc est là.\n", "Un grand parc.\nUn arbre est là."
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert Piece("added", " grand") in pieces


def test_lines_are_whole() -> None:
    assert line_diff(["a b", "c"], ["a d", "c"]) == (Piece("removed", "a b"), Piece("added", "a d"))
