"""The quick classifier: decides where spelling leaves no doubt, and leaves all else alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.classifier import IntentClassifier
from bot.engine.components.encoder import SentenceEncoderFeaturizer
from bot.engine.components.quick import IS_UNDERSTOOD, QuickClassifier
from bot.engine.encoder import Vectors

SAID = {
    "parks": ["where is the garden", "the garden please", "garden hours", "our garden"],
    "buses": ["when does the tram leave", "next tram", "tram times", "my tram is late"],
    "crisis_abuse": ["somebody hurts me", "they hurt me", "hurting me badly", "hurt again"],
}


class CountingEncoder:
    """Counts what it is asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Any) -> Vectors:
        import numpy as np

        self.asked += texts
        return np.ones((len(texts), 4), dtype=np.float32)


def config(**changes: Any) -> dict[str, Any]:
    return QuickClassifier.get_default_config() | {"sure": 0.6, "calm": 0.1} | changes


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path)


def trained(storage: LocalModelStorage, **changes: Any) -> QuickClassifier:
    quick = QuickClassifier.create(
        config(**changes), storage, Resource("quick"), ExecutionContext(GraphSchema({}))
    )
    quick.train(
        TrainingData(
            [Message.build(text, intent=name) for name, texts in SAID.items() for text in texts]
        )
    )
    return quick


def said(quick: QuickClassifier, text: str) -> Message:
    (message,) = quick.process([Message.build(text)])
    return message


@pytest.mark.parametrize(
    ("text", "intent"), [("the garden", "parks"), ("tram tram", "buses"), ("GARDEN?", "parks")]
)
def test_sure_message_gets_its_intent(storage: LocalModelStorage, text: str, intent: str) -> None:
    message = said(trained(storage), text)
    assert message.get("intent")["name"] == intent
    assert message.get("intent_ranking")[0] == message.get("intent")
    assert message.get(IS_UNDERSTOOD)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("zzz qqq", {}),
        ("", {}),
        ("🙂", {}),
        ("the garden", {"sure": 1.01}),
        ("the garden", {"calm": 0.0}),
        ("the garden the garden the garden the garden", {"most_words": 7}),
        ("they hurt me", {}),
        ("the garden where they hurt me", {"calm": 0.01}),
    ],
    ids=["strange", "empty", "emoji", "unsure", "not calm", "long", "distress", "distress within"],
)
def test_anything_else_is_left_to_others(
    storage: LocalModelStorage, text: str, changes: dict[str, Any]
) -> None:
    message = said(trained(storage, **changes), text)
    assert not message.get(IS_UNDERSTOOD)
    assert message.get("intent") is None


def test_loaded_classifier_decides_as_the_trained_one(storage: LocalModelStorage) -> None:
    quick = trained(storage)
    loaded = QuickClassifier.load(
        config(), storage, Resource("quick"), ExecutionContext(GraphSchema({}))
    )
    assert said(loaded, "the garden").get("intent") == said(quick, "the garden").get("intent")


def test_what_is_understood_neither_encoder_nor_classifier_looks_at(
    storage: LocalModelStorage,
) -> None:
    encoder = CountingEncoder()
    messages = trained(storage).process([Message.build("the garden"), Message.build("zzz qqq")])
    SentenceEncoderFeaturizer(encoder, "encoder").process(messages)
    assert encoder.asked == ["zzz qqq"]
    untrained = IntentClassifier(
        IntentClassifier.get_default_config(), storage, Resource("classifier")
    )
    given = messages[0].get("intent")
    assert untrained.process(messages[:1])[0].get("intent") == given
