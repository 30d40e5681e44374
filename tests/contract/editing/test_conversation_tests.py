"""Conversation tests: their form, and that nobody's words get into one."""

from __future__ import annotations

import pytest

from bot.content.check import find_problems
from bot.content.conversation_tests import WrittenTurn, load_conversations
from bot.editing.records import Author
from bot.editing.refusals import ConversationTestRefused, IdRefused, NotYaml
from bot.editing.workshop import Workshop
from tests.content.content_tree import TODAY, write

GOOD = """\
# Written by staff.
language: fr
turns:
  - says: où est le banc
    answers: [parks]
  - presses: Autobus
    answers: [buses]
"""
PATH = "tests/conversations/benches.yml"


def test_test_is_written_and_can_be_read(workshop: Workshop, ana: Author) -> None:
    saved = workshop.add_conversation_test("benches", GOOD, ana)
    assert saved.commit == workshop.head()
    assert (workshop.root / PATH).read_text("utf-8") == GOOD
    written = load_conversations(workshop.root)["benches"]
    assert written.language == "fr"
    assert written.turns == (
        WrittenTurn("où est le banc", is_button=False, answers=("parks",)),
        WrittenTurn("Autobus", is_button=True, answers=("buses",)),
    )
    assert workshop.history(1)[0].subject == f"Add {PATH}"
    assert [change.paths for change in workshop.changes()] == [(PATH,)]


def test_test_that_is_there_is_not_overwritten(workshop: Workshop, ana: Author) -> None:
    workshop.add_conversation_test("benches", GOOD, ana)
    with pytest.raises(IdRefused):
        workshop.add_conversation_test("benches", GOOD.replace("où", "là où"), ana)
    assert (workshop.root / PATH).read_text("utf-8") == GOOD


WRONG = {
    "no answer of this name": ("[parks]", "[trams]", "`trams`"),
    "another language": ("language: fr", "language: de", "`language`"),
    "a key too many": ("language: fr", "language: fr\nwho: Léa", "`turns:`"),
    "no turns": ("turns:", "turns: []\nx:", "`turns:`"),
    "no answers": ("    answers: [parks]\n", "", "turn 1"),
    "a number for words": ("où est le banc", "911", "turn 1"),
    "a button first": ("says", "presses", "no button"),
    "a phone number": ("où est le banc", "mon numéro est 514-555-0199", "a phone number"),
    "a name": ("où est le banc", "je m'appelle Léa Tremblay", "a name"),
}


@pytest.mark.parametrize(("old", "new", "words"), WRONG.values(), ids=WRONG)
def test_wrong_test_is_refused_with_a_sentence(
    workshop: Workshop, ana: Author, old: str, new: str, words: str
) -> None:
    head = workshop.head()
    with pytest.raises(ConversationTestRefused, match=words) as refused:
        workshop.add_conversation_test("benches", GOOD.replace(old, new, 1), ana)
    assert refused.value.sentences["fr"] != refused.value.sentences["en"]
    assert workshop.head() == head


@pytest.mark.parametrize("name", ["", "../benches", "Benches", "a" * 61, "a/b"])
def test_name_that_cannot_be_is_refused(workshop: Workshop, ana: Author, name: str) -> None:
    with pytest.raises(IdRefused):
        workshop.add_conversation_test(name, GOOD, ana)


def test_broken_yaml_is_refused(workshop: Workshop, ana: Author) -> None:
    with pytest.raises(NotYaml):
        workshop.add_conversation_test("benches", "turns: [\n", ana)


def test_check_finds_a_wrong_test_with_its_line(workshop: Workshop) -> None:
    write(workshop.root, PATH, GOOD.replace("[buses]", "[trams]"))
    write(workshop.root, "tests/conversations/broken.yml", "a: b: c\n")
    assert [
        str(problem) for problem in find_problems(workshop.root, TODAY) if "conv" in problem.path
    ] == [
        f"[ERROR] {PATH}:6: turn 2: there is no answer `trams`.",
        "[ERROR] tests/conversations/broken.yml:1: this is not valid YAML: mapping values are not "
        "allowed here.",
    ]
