"""The importer: files alone make a topic; written rules come first."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.training_data.structures import RuleStep, StoryStep
from rasa.shared.importers.importer import TrainingDataImporter

from bot.engine.importer import ContentImporter
from tests.content.content_tree import make_tree, write

DOMAIN = """\
version: "3.1"
slots:
  misses: {type: any, mappings: [{type: custom}]}
actions: [action_answer, action_special]
"""
RULES = """\
version: "3.1"
rules:
- rule: something of its own
  steps:
  - intent: buses
  - action: action_special
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_tree(tmp_path)
    write(tmp_path, "stories/domain/domain.yml", DOMAIN)
    write(tmp_path, "stories/rules/all.yml", RULES)
    write(tmp_path, "config.yml", "recipe: default.v1\n")
    return tmp_path


def importer(root: Path) -> ContentImporter:
    return ContentImporter(
        str(root / "config.yml"),
        str(root / "stories/domain"),
        [str(root / "nlu"), str(root / "stories/rules")],
    )


def steps_of(root: Path) -> dict[str, list[str]]:
    """Intent -> actions, of every rule."""
    found: dict[str, list[str]] = {}
    for step in importer(root).get_stories().story_steps:
        (intent,) = [event.intent_name for event in step.events if isinstance(event, UserUttered)]
        found.setdefault(str(intent), []).extend(actions_of(step))
    return found


def actions_of(step: StoryStep) -> list[str]:
    names = [event.action_name for event in step.events if isinstance(event, ActionExecuted)]
    return [str(name) for name in names if name not in ("...", "action_listen")]


def test_answer_without_a_rule_gets_one(root: Path) -> None:
    assert steps_of(root)["parks"] == ["action_answer"]


def test_written_rule_stands_alone(root: Path) -> None:
    assert steps_of(root)["buses"] == ["action_special"]


def test_added_steps_are_rules_not_stories(root: Path) -> None:
    assert all(isinstance(step, RuleStep) for step in importer(root).get_stories().story_steps)


def test_new_files_are_a_new_topic(root: Path) -> None:
    write(root, "stories/answers/trains.yml", (root / "stories/answers/parks.yml").read_text())
    write(root, "nlu/fr/trains.yml", 'version: "3.1"\nnlu:\n- intent: trains\n  examples: |\n')
    assert steps_of(root)["trains"] == ["action_answer"]
    assert "trains" in importer(root).get_domain().intents


def test_intents_are_all_that_is_said_or_answered(root: Path) -> None:
    write(root, "nlu/en/greet.yml", "")
    write(root, "stories/answers/help.yml", "")
    assert {"parks", "buses", "greet", "help"} <= set(importer(root).get_domain().intents)


def test_domain_keeps_what_staff_wrote(root: Path) -> None:
    domain = importer(root).get_domain()
    assert {"action_answer", "action_special"} <= set(domain.action_names_or_texts)
    assert "misses" in {slot.name for slot in domain.slots}


def test_rasa_finds_the_importer_through_the_configuration(root: Path) -> None:
    write(
        root,
        "config.yml",
        "recipe: default.v1\nimporters:\n- name: bot.engine.importer.ContentImporter\n",
    )
    found = TrainingDataImporter.load_from_config(
        str(root / "config.yml"), str(root / "stories/domain"), [str(root / "nlu")]
    )
    assert "parks" in found.get_domain().intents
    assert {example.get("intent") for example in found.get_nlu_data().intent_examples} == {
        "parks",
        "buses",
    }
