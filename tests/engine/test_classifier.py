"""The classifier as Rasa's graph uses it: train, keep, load, process."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.classifier import IntentClassifier
from bot.engine.components.stored import RANKING

WORDS = {
    f"topic_{number:02}": [f"word{letter}{number} thing{letter}{number}" for letter in "abc"]
    for number in range(20)
} | {"crisis_abuse": ["xylo"], "crisis_suicide": ["quartz"]}


def message(text: str, intent: str | None = None) -> Message:
    """A message with a made-up vector: where the text's intent is known, one of its own."""
    made = Message.build(text, intent=intent)
    vector = np.full(24, 0.01, dtype=np.float32)
    known = next((n for n, texts in enumerate(WORDS.values()) if text in texts), None)
    if known is not None:
        vector[known] = 1
    made.add_features(Features(vector[None], "sentence", "text", "made up"))
    return made


@pytest.fixture
def trained(tmp_path: Path) -> tuple[IntentClassifier, LocalModelStorage, Resource]:
    storage, resource = LocalModelStorage(tmp_path), Resource("classifier")
    classifier = IntentClassifier.create(
        config(), storage, resource, ExecutionContext(GraphSchema({}))
    )
    examples = [message(text, intent) for intent, texts in WORDS.items() for text in texts]
    classifier.train(TrainingData([*examples, Message({"text": "of no intent"})]))
    return classifier, storage, resource


def config(**changes: Any) -> dict[str, Any]:
    return IntentClassifier.get_default_config() | changes


def process(classifier: IntentClassifier, text: str) -> tuple[dict[str, Any], list[Any]]:
    (done,) = classifier.process([message(text)])
    return done.get("intent"), done.get("intent_ranking")


def shares(ranking: list[Any]) -> list[float]:
    """How likely the first ones are; which of equals comes first is a matter of rounding."""
    return [item["confidence"] for item in ranking[:RANKING]]


def test_trained_message_gets_its_intent(
    trained: tuple[IntentClassifier, LocalModelStorage, Resource],
) -> None:
    for intent, texts in WORDS.items():
        given, ranking = process(trained[0], texts[0])
        assert given["name"] == intent
        assert ranking[0] == given
        sureness = [item["confidence"] for item in ranking]
        assert sureness == sorted(sureness, reverse=True)
        assert all(type(share) is float for share in sureness)


def test_unknown_message_becomes_a_fallback_before_the_nearest(
    trained: tuple[IntentClassifier, LocalModelStorage, Resource],
) -> None:
    given, ranking = process(trained[0], "jkjkjk")
    assert given["name"] == "nlu_fallback"
    assert ranking[0] == given
    assert given["confidence"] == ranking[1]["confidence"] < 0.4


def test_ranking_is_short_but_names_every_crisis(
    trained: tuple[IntentClassifier, LocalModelStorage, Resource],
) -> None:
    _, ranking = process(trained[0], WORDS["topic_00"][0])
    names = [item["name"] for item in ranking]
    assert {"crisis_abuse", "crisis_suicide"} <= set(names)
    assert RANKING <= len(names) <= RANKING + 2
    assert len(names) == len(set(names))


def test_loaded_classifier_says_what_the_trained_one_says(
    trained: tuple[IntentClassifier, LocalModelStorage, Resource],
) -> None:
    classifier, storage, resource = trained
    loaded = IntentClassifier.load(config(), storage, resource, ExecutionContext(GraphSchema({})))
    for text in ("worda0 thinga0", "quartz", "jkjkjk"):
        (given, ranking), (expected, expected_ranking) = (
            process(one, text) for one in (loaded, classifier)
        )
        assert given["name"] == expected["name"]
        assert shares(ranking) == pytest.approx(shares(expected_ranking), abs=1e-6)


@pytest.mark.parametrize(("threshold", "name"), [(0.0, "topic_"), (1.0, "nlu_fallback")])
def test_threshold_of_the_configuration_decides(
    trained: tuple[IntentClassifier, LocalModelStorage, Resource], threshold: float, name: str
) -> None:
    loaded = IntentClassifier.load(
        config(threshold=threshold), trained[1], trained[2], ExecutionContext(GraphSchema({}))
    )
    assert process(loaded, "worda0 thinga0")[0]["name"].startswith(name)


def test_what_is_kept_is_no_pickle(
    trained: tuple[IntentClassifier, LocalModelStorage, Resource],
) -> None:
    with trained[1].read_from(trained[2]) as folder:
        names = sorted(path.name for path in folder.iterdir())
        assert names == ["intents.json", "tensors.safetensors"]
        assert json.loads((folder / "intents.json").read_text("utf-8")) == sorted(WORDS)
        assert not zipfile.is_zipfile(folder / "tensors.safetensors")
        assert (folder / "tensors.safetensors").read_bytes()[8:9] == b"{"
