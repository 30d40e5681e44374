"""Saving a topic or a file: the smallest difference, its author, and nothing lost to another."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.content.yaml_files import read_yaml
from bot.editing.records import Author, FieldConflict, Reviewed, SideChange, TopicChange
from bot.editing.refusals import (
    Conflict,
    IdRefused,
    NoSuchTopic,
    NotByFields,
    NotYaml,
    PathRefused,
    TooLarge,
)
from bot.editing.workshop import Workshop
from tests.contract.editing.folders import PARKS, changed_lines, git, replace

HOSTILE = "<script>alert(1)</script>\n=cmd|'/C calc'!A0\n- : {x}: [ # & * ! | > ' \" % @ ` \\"


def text(language: str, value: str) -> TopicChange:
    """A change of one text."""
    return TopicChange(sides={language: SideChange(text=value)})


def test_new_text_is_the_only_difference(workshop: Workshop, ana: Author) -> None:
    workshop.save(
        "parks", text("fr", "Un parc.\nDeux lignes."), workshop.topic("parks").versions, ana
    )
    assert changed_lines(workshop.root) == [
        "-    Une réponse.",
        "+    Un parc.",
        "+    Deux lignes.",
    ]
    assert workshop.topic("parks").sides["fr"].text == "Un parc.\nDeux lignes."


def test_commit_names_its_author_and_what_it_does(workshop: Workshop, ana: Author) -> None:
    saved = workshop.save("parks", text("fr", "Un parc."), workshop.topic("parks").versions, ana)
    assert saved.commit == workshop.head()
    line = git(workshop.root, "log", "-1", "--format=%an|%ae|%s")
    assert line == "Ana Côté|ana@example.org|Change the answer parks"
    assert git(workshop.root, "status", "--porcelain") == ""


def test_every_field_can_be_changed_at_once(workshop: Workshop, ana: Author) -> None:
    change = TopicChange(
        sides={
            "fr": SideChange("Les parcs", "Nouveau.", "Plus\n\nencore.", ("buses", "language_en")),
            "en": SideChange("The parks", "New.", "", ()),
        },
        sources=("city_fr", "city_en"),
        reviewed=Reviewed("Ana: editor", date(2026, 5, 2)),
        examples={"fr": ("un érable", "c'est où: le banc #3")},
        held_out={"en": ("a maple", 'the "old" oak')},
    )
    workshop.save("parks", change, workshop.topic("parks").versions, ana)
    topic = workshop.topic("parks")
    assert topic.sides["fr"].buttons == ("buses", "language_en")
    assert topic.sides["en"].more == ""
    assert topic.sides["en"].buttons == ()
    assert topic.sources == ("city_fr", "city_en")
    assert topic.reviewed == Reviewed("Ana: editor", date(2026, 5, 2))
    assert topic.examples["fr"] == ("un érable", "c'est où: le banc #3")
    assert topic.held_out["en"] == ("a maple", 'the "old" oak')
    assert topic.examples["en"][0] == "park"
    data = read_yaml(workshop.root / PARKS)
    assert data["fr"]["more"] == "Plus\n\nencore."
    assert "more" not in data["en"]


def test_comments_and_order_stay(workshop: Workshop, ana: Author) -> None:
    old = workshop.file(PARKS)
    marked = old.text.replace("  title: Parcs\n", "  title: Parcs  # short\n  # why: so\n")
    saved = workshop.save_file(PARKS, marked, old.version, ana)
    change = TopicChange(sides={"fr": SideChange(title="Mes parcs", text="Un.\nDeux.")})
    workshop.save("parks", change, saved.versions, ana)
    assert "  title: Mes parcs  # short\n  # why: so\n" in (workshop.root / PARKS).read_text(
        "utf-8"
    )


def test_held_out_messages_keep_their_quotes_and_comments(workshop: Workshop, ana: Author) -> None:
    path = "tests/nlu/fr/parks.yml"
    old = workshop.file(path)
    workshop.save_file(path, old.text.replace('"une mare"', "'une mare' # dry"), old.version, ana)
    topic = workshop.topic("parks")
    change = TopicChange(held_out={"fr": (*topic.held_out["fr"], "un pin")})
    workshop.save("parks", change, topic.versions, ana)
    assert changed_lines(workshop.root) == ['+  - "un pin"']


def test_form_that_gives_everything_back_changes_nothing(workshop: Workshop, ana: Author) -> None:
    topic, head = workshop.topic("parks"), workshop.head()
    change = TopicChange(
        sides={
            language: SideChange(
                side.title, side.text.replace("\n", "\r\n"), side.more, side.buttons
            )
            for language, side in topic.sides.items()
        },
        sources=topic.sources,
        reviewed=topic.reviewed,
        examples=topic.examples,
        held_out=topic.held_out,
    )
    saved = workshop.save("parks", change, topic.versions, ana)
    assert saved.commit is None
    assert saved.versions == topic.versions
    assert workshop.head() == head


def test_hostile_text_is_kept_as_text(workshop: Workshop, ana: Author) -> None:
    workshop.save("parks", text("en", HOSTILE), workshop.topic("parks").versions, ana)
    assert workshop.topic("parks").sides["en"].text == HOSTILE
    assert read_yaml(workshop.root / PARKS)["fr"]["text"] == "Une réponse."


def test_two_editors_of_one_text_lose_nothing(workshop: Workshop, ana: Author, ben: Author) -> None:
    versions = workshop.topic("parks").versions
    workshop.save("parks", text("fr", "D'Ana."), versions, ana)
    with pytest.raises(Conflict) as refused:
        workshop.save("parks", text("fr", "De Ben."), versions, ben)
    assert refused.value.path == PARKS
    assert refused.value.fields == (FieldConflict("fr.text", "Une réponse.", "D'Ana.", "De Ben."),)
    assert workshop.topic("parks").sides["fr"].text == "D'Ana."
    workshop.save("parks", text("fr", "Des deux."), {**versions, **refused.value.versions}, ben)
    assert workshop.topic("parks").sides["fr"].text == "Des deux."


def test_two_editors_of_different_files_do_not_meet(
    workshop: Workshop, ana: Author, ben: Author
) -> None:
    topic = workshop.topic("parks")
    workshop.save("parks", text("fr", "D'Ana."), topic.versions, ana)
    change = TopicChange(
        sides={language: SideChange(text=side.text) for language, side in topic.sides.items()},
        examples={"fr": ("un érable", *topic.examples["fr"])},
    )
    workshop.save("parks", change, topic.versions, ben)
    now = workshop.topic("parks")
    assert (now.sides["fr"].text, now.examples["fr"][0]) == ("D'Ana.", "un érable")


def test_same_text_by_both_is_no_conflict(workshop: Workshop, ana: Author, ben: Author) -> None:
    versions = workshop.topic("parks").versions
    workshop.save("parks", text("fr", "Pareil."), versions, ana)
    assert workshop.save("parks", text("fr", "Pareil."), versions, ben).commit is None


def test_huge_answer_is_refused_with_its_size(workshop: Workshop, ana: Author) -> None:
    head = workshop.head()
    with pytest.raises(TooLarge) as refused:
        workshop.save("parks", text("fr", "é" * 5_000_000), {}, ana)
    assert (refused.value.field, refused.value.size) == ("fr.text", 5_000_000)
    assert refused.value.most < 5_000_000
    with pytest.raises(TooLarge):
        workshop.save_file(PARKS, "é" * 5_000_000, "", ana)
    assert workshop.head() == head


def test_too_many_examples_are_refused(workshop: Workshop, ana: Author) -> None:
    with pytest.raises(TooLarge) as refused:
        workshop.save("parks", TopicChange(examples={"en": ("tree",) * 5_000}), {}, ana)
    assert (refused.value.field, refused.value.size) == ("examples.en", 5_000)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("fr:\n  title: a: b\n", 2),
        ("fr: [a\n", 2),
        ("a: 1\na: 2\n", 2),
        ("\tfr: 1\n", 1),
        ("a: &x [1]\nb: *x\n", 1),
        ("- a\n", 1),
        ("", 1),
        ("a: " + "[" * 5_000 + "]" * 5_000, 1),
        ("a: \x00", 1),
        ("on: 2026-13-45\n", 1),
    ],
    ids=["colon", "bracket", "twice", "tab", "alias", "list", "empty", "deep", "control", "date"],
)
def test_yaml_that_cannot_be_read_is_refused_with_its_text(
    workshop: Workshop, ana: Author, typed: str, line: int
) -> None:
    old = workshop.file(PARKS)
    with pytest.raises(NotYaml) as refused:
        workshop.save_file(PARKS, typed, old.version, ana)
    assert refused.value.text.rstrip("\n") == typed.rstrip("\n")
    assert refused.value.line == line
    assert workshop.file(PARKS) == old


@pytest.mark.parametrize(
    "path",
    [
        "stories/safety/crisis.yml",
        "config.yml",
        "bot/code.py",
        "../home/stories/answers/parks.yml",
        "stories/answers/../../config.yml",
        "stories/answers/.hidden.yml",
        "/etc/passwd",
        "stories/answers/parks.yml\n",
        "stories/answers/parks.yaml",
        "nlu/de/parks.yml",
        ".git/config",
        "stories/rules/" + "a" * 300 + ".yml",
        "",
    ],
)
def test_other_files_are_not_edited_here(workshop: Workshop, ana: Author, path: str) -> None:
    with pytest.raises(PathRefused):
        workshop.save_file(path, "a: 1\n", "", ana)
    with pytest.raises(PathRefused):
        workshop.file(path)


def test_link_is_not_followed(workshop: Workshop, home: Path, ana: Author) -> None:
    (home / "stories/answers/secret.yml").symlink_to("/etc/hostname")
    git(home, "add", "--all")
    git(home, "commit", "--quiet", "--message", "link")
    workshop.adopt(ana)
    assert workshop.file("stories/answers/secret.yml").text == ""


def test_rule_is_changed_as_a_file(workshop: Workshop, ana: Author, ben: Author) -> None:
    path = "stories/rules/conversation.yml"
    old = workshop.file(path)
    new = old.text.replace("greet first", "speak of parks")
    workshop.save_file(path, new.replace("\n", "\r\n"), old.version, ana)
    assert changed_lines(workshop.root) == ["-- rule: greet first", "+- rule: speak of parks"]
    with pytest.raises(Conflict) as refused:
        workshop.save_file(path, old.text.replace("something", "nothing"), old.version, ben)
    (field,) = refused.value.fields
    assert (field.field, field.base, field.theirs) == ("", old.text, new)
    assert "nothing else" in field.yours


def test_file_that_is_no_yaml_is_edited_as_a_whole(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    replace(home, PARKS, "  title: Parcs", "  title: Parcs: ici")
    workshop.adopt(ana)
    topic = workshop.topic("parks")
    assert topic.unreadable == (PARKS,)
    assert topic.examples["fr"][0] == "parc"
    with pytest.raises(NotByFields):
        workshop.save("parks", text("fr", "Un parc."), topic.versions, ana)
    raw = workshop.file(PARKS)
    workshop.save_file(PARKS, raw.text.replace("Parcs: ici", "Parcs"), raw.version, ana)
    assert workshop.topic("parks").sides["fr"].title == "Parcs"


def test_new_topic_is_written_and_then_filled_in(workshop: Workshop, ana: Author) -> None:
    topic = workshop.new_topic("trams", ana)
    assert topic.sides["fr"].title == ""
    change = TopicChange(
        sides={
            "fr": SideChange("Trams", "Le tram passe.", None, ("parks",)),
            "en": SideChange("Trams", "A tram comes.", None, ("parks",)),
        },
        sources=(),
        reviewed=Reviewed("ana", date(2026, 5, 2)),
        examples={
            language: tuple(f"{language} {n}" for n in range(12)) for language in ("fr", "en")
        },
        held_out={
            language: tuple(f"{language} is {n}" for n in range(3)) for language in ("fr", "en")
        },
    )
    workshop.save("trams", change, topic.versions, ana)
    assert [p for p in workshop.problems("trams") if p.level == "ERROR"] == []
    assert workshop.topic("trams").sides["en"].text == "A tram comes."


@pytest.mark.parametrize("id", ["parks", "Trams", "../trams", "crisis_trams", ""])
def test_topic_that_cannot_be_is_refused(workshop: Workshop, ana: Author, id: str) -> None:
    head = workshop.head()
    with pytest.raises(IdRefused):
        workshop.new_topic(id, ana)
    assert workshop.head() == head


@pytest.mark.parametrize("id", ["nobody", "../../etc/passwd", "", "parks\n"])
def test_topic_that_is_not_there(workshop: Workshop, ana: Author, id: str) -> None:
    with pytest.raises(NoSuchTopic):
        workshop.topic(id)
    with pytest.raises(NoSuchTopic):
        workshop.save(id, text("fr", "Un."), {}, ana)


@pytest.mark.parametrize("name", ["", "  ", "<>", "a\nb", "\x00", "é" * 500])
def test_any_name_can_be_an_author(workshop: Workshop, name: str) -> None:
    workshop.save("parks", text("fr", "Un parc."), {}, Author(name, "x@example.org"))
    assert git(workshop.root, "log", "-1", "--format=%ae") == "x@example.org"
    assert git(workshop.root, "log", "-1", "--format=%an") != ""
