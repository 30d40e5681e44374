"""Rasa graph component: which intent a message has, from its meaning and its spelling."""

from __future__ import annotations

from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.kernels import KernelClassifier, KernelSettings, Matrix, fit
from bot.engine.components.ngrams import ngrams
from bot.engine.components.quick import IS_UNDERSTOOD
from bot.engine.components.stored import keep, labelled, ranked, read

FALLBACK = "nlu_fallback"
ONE_WORD = 0.5
"""The least confidence that decides what a single word means: any word is a little like a name."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Kernel ridge classification; what it learned rests as safetensors, never as pickle."""

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
    ) -> None:
        self._threshold = float(config["threshold"])
        self._settings = KernelSettings(config["mix"], config["sharpness"], config["ridge"])
        self._storage = model_storage
        self._resource = resource
        self._intents: List[str] = []
        self._classifier: KernelClassifier | None = None

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Below `threshold` the intent is `nlu_fallback`; for the rest see `KernelSettings`."""
        return {"threshold": 0.3, "mix": 0.7, "sharpness": 2.0, "ridge": 0.3}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """See `GraphComponent.create`."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples and keep what was learned."""
        examples, self._intents, labels = labelled(training_data)
        tensors, _ = fit(
            np.stack([_vector(example) for example in examples]),
            [ngrams(str(example.get(TEXT))) for example in examples],
            labels,
            self._settings,
        )
        self._classifier = KernelClassifier(tensors, self._settings)
        keep(self._storage, self._resource, self._intents, tensors)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """See `GraphComponent.load`."""
        component = cls(config, model_storage, resource)
        component._intents, tensors = read(model_storage, resource)
        component._classifier = KernelClassifier(tensors, component._settings)
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` and `intent_ranking`."""
        for message in messages:
            if message.get(IS_UNDERSTOOD):
                continue
            ranking = self._rank(message)
            if ranking[0]["confidence"] < self._least(message):
                unsure = {"name": FALLBACK, "confidence": ranking[0]["confidence"]}
                ranking = [unsure, *ranking]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _least(self, message: Message) -> float:
        """What an intent must reach; a single word must leave less doubt than a sentence."""
        is_one_word = len(str(message.get(TEXT) or "").split()) == 1
        return max(self._threshold, ONE_WORD) if is_one_word else self._threshold

    def _rank(self, message: Message) -> List[Dict[str, Any]]:
        assert self._classifier is not None  # noqa: S101 - Rasa processes after train or load
        sparse = ngrams(str(message.get(TEXT) or ""))
        return ranked(self._intents, self._classifier.probabilities(_vector(message), sparse))


def _vector(message: Message) -> Matrix:
    _, dense = message.get_dense_features(TEXT, [])
    return np.asarray(dense.features[0], dtype=np.float32)
