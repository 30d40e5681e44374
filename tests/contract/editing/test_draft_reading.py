"""What the workshop tells of the draft: topics, rules, and problems at their fields."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.editing.records import Author, Reviewed, SideChange, TopicChange
from bot.editing.workshop import Workshop
from tests.content.content_tree import write
from tests.contract.editing.folders import commit_all, replace


def test_topics_are_listed_with_what_staff_look_for(workshop: Workshop, ana: Author) -> None:
    change = TopicChange(sides={"fr": SideChange(title="Les parcs")})
    workshop.save("parks", change, {}, ana)
    listed = {topic.id: topic for topic in workshop.topics()}
    assert list(listed) == ["buses", "crisis_bad", "crisis_worst", "parks"]
    parks = listed["parks"]
    assert parks.titles == {"fr": "Les parcs", "en": "Parks"}
    assert parks.examples == {"fr": 12, "en": 12}
    assert parks.reviewed == Reviewed("a reader", date(2026, 1, 31))
    assert (parks.is_changed, listed["buses"].is_changed) == (True, False)
    assert parks.has_answer


def test_topic_without_an_answer_is_listed_too(workshop: Workshop, home: Path, ana: Author) -> None:
    examples = (home / "nlu/fr/parks.yml").read_text("utf-8").replace("parks", "other")
    write(home, "nlu/fr/other.yml", examples)
    workshop.adopt(ana)
    other = next(topic for topic in workshop.topics() if topic.id == "other")
    assert (other.has_answer, other.titles["fr"], other.examples["fr"]) == (False, "", 12)
    assert not workshop.topic("other").has_answer


def test_topic_has_both_languages_side_by_side(workshop: Workshop) -> None:
    topic = workshop.topic("parks")
    assert topic.sides["fr"].text == "Une réponse."
    assert topic.sides["en"].more == "What follows."
    assert topic.sides["en"].buttons == ("buses",)
    assert topic.sources == ("city_fr",)
    assert topic.examples["en"][:2] == ("park", "garden")
    assert topic.held_out["fr"] == ("un chêne", "une mare", "un écureuil")
    assert sorted(topic.versions) == [
        "nlu/en/parks.yml",
        "nlu/fr/parks.yml",
        "stories/answers/parks.yml",
        "tests/nlu/en/parks.yml",
        "tests/nlu/fr/parks.yml",
    ]


def test_rules_that_name_a_topic_are_shown_with_it(workshop: Workshop) -> None:
    (rule,) = workshop.topic("parks").rules
    assert (rule.path, rule.line) == ("stories/rules/conversation.yml", 4)
    assert rule.text == (
        "- rule: greet first\n  steps:\n  - intent: parks\n  - action: action_answer"
    )
    assert workshop.topic("buses").rules == ()


def test_files_that_can_be_edited_are_listed(workshop: Workshop) -> None:
    files = workshop.files()
    assert "stories/rules/conversation.yml" in files
    assert "stories/sources.yml" in files
    assert not [path for path in files if "safety" in path or path.startswith("bot/")]


MISTAKES = {
    "empty title": (SideChange(title=""), "fr.title"),
    "long text": (SideChange(text="mot " * 200), "fr.text"),
    "unknown placeholder": (SideChange(more="{who} est là."), "fr.more"),
    "button that leads nowhere": (SideChange(buttons=("buses", "trams")), "fr.buttons"),
    "hard to read": (
        SideChange(text="Administrations gouvernementales fédérales communiquant " * 4),
        "fr.text",
    ),
}


@pytest.mark.parametrize(("side", "field"), MISTAKES.values(), ids=MISTAKES)
def test_problem_is_said_at_its_field_in_both_languages(
    workshop: Workshop, ana: Author, side: SideChange, field: str
) -> None:
    before = {problem.sentences["en"] for problem in workshop.problems("parks")}
    workshop.save("parks", TopicChange(sides={"fr": side}), {}, ana)
    new = [p for p in workshop.problems("parks") if p.sentences["en"] not in before]
    assert field in {problem.field for problem in new}
    for problem in new:
        assert problem.topic == "parks"
        assert problem.sentences["fr"] != problem.sentences["en"]


def test_problem_of_an_example_is_said_at_its_line(workshop: Workshop, ana: Author) -> None:
    topic = workshop.topic("parks")
    examples = [*topic.examples["fr"]]
    examples[3] = "appelle-moi au 514-555-0199"
    examples[5] = "bus [ici](lieu)"
    held_out = (*topic.held_out["en"], "Swing!")
    change = TopicChange(examples={"fr": tuple(examples)}, held_out={"en": held_out})
    workshop.save("parks", change, topic.versions, ana)
    fields = {p.field: p.sentences["fr"] for p in workshop.problems("parks") if p.level == "ERROR"}
    assert "numéro de téléphone" in fields["examples.fr.3"]
    assert "crochets" in fields["examples.fr.5"]
    assert "exemple d'apprentissage" in fields["held_out.en.3"]


@pytest.mark.parametrize(("mine", "other"), [("buses", "parks"), ("parks", "buses")])
def test_problem_with_another_topic_is_said_at_both(
    workshop: Workshop, ana: Author, mine: str, other: str
) -> None:
    topic, known = workshop.topic(mine), workshop.topic(other)
    change = TopicChange(
        sides={"en": SideChange(title=known.sides["en"].title)},
        examples={"fr": (*topic.examples["fr"], known.examples["fr"][0].upper())},
        held_out={"en": (*topic.held_out["en"], known.examples["en"][0])},
    )
    workshop.save(mine, change, topic.versions, ana)
    for id, fields in (
        (mine, {"en.title", "examples.fr.12", "held_out.en.3"}),
        (other, {"en.title", "examples.fr.0", "examples.en.0"}),
    ):
        errors = [p for p in workshop.problems(id) if p.level == "ERROR"]
        assert {problem.field for problem in errors} == fields
        assert all(p.sentences["fr"] != p.sentences["en"] for p in errors)
    assert len([p for p in workshop.problems() if p.level == "ERROR"]) == 3


def test_problems_are_counted_once_they_were_looked_for(workshop: Workshop, ana: Author) -> None:
    assert {topic.problems for topic in workshop.topics()} == {None}
    workshop.problems()
    before = {topic.id: topic.problems for topic in workshop.topics()}
    workshop.save("parks", TopicChange(sides={"fr": SideChange(title="")}), {}, ana)
    workshop.problems("parks")
    after = {topic.id: topic.problems for topic in workshop.topics()}
    assert after["parks"] == (before["parks"] or 0) + 1
    assert after["buses"] == before["buses"]


def test_mended_problem_is_gone(workshop: Workshop, ana: Author) -> None:
    workshop.problems()
    workshop.save("parks", TopicChange(sides={"fr": SideChange(title="")}), {}, ana)
    assert "fr.title" in {problem.field for problem in workshop.problems()}
    workshop.save("parks", TopicChange(sides={"fr": SideChange(title="Parcs")}), {}, ana)
    assert "fr.title" not in {problem.field for problem in workshop.problems()}


def test_missing_side_and_broken_file_are_problems(
    workshop: Workshop, home: Path, ana: Author
) -> None:
    path = home / "stories/answers/parks.yml"
    path.write_text(path.read_text("utf-8").split("en:\n")[0], "utf-8")
    replace(home, "stories/answers/buses.yml", "title: Autobus", "title: Autobus: ici")
    commit_all(home, "Break two")
    workshop.adopt(ana)
    problems = {(problem.path, problem.field) for problem in workshop.problems()}
    assert ("stories/answers/parks.yml", "en.text") in problems
    broken = [p for p in workshop.problems("buses") if "YAML" in p.sentences["fr"]]
    assert [problem.line for problem in broken] == [4]


def test_problems_can_be_asked_for_before_saving(workshop: Workshop, ana: Author) -> None:
    head = workshop.head()
    change = TopicChange(
        sides={"fr": SideChange(title="")},
        examples={"en": (*workshop.topic("parks").examples["en"], "call 514-555-0199")},
    )
    fields = {p.field for p in workshop.problems_if("parks", change) if p.level == "ERROR"}
    assert fields == {"fr.title", "examples.en.12"}
    assert workshop.head() == head
    assert not [p for p in workshop.problems("parks") if p.level == "ERROR"]
    workshop.save("parks", change, {}, ana)
    assert fields == {p.field for p in workshop.problems("parks") if p.level == "ERROR"}
