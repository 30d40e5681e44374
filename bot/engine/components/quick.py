"""Rasa graph component: understands at once what is spelt like the examples; leaves the rest.

What it is sure of need not wait for the encoder, which takes most of a turn. It says nothing of
long messages, nor where distress is not all but impossible.
"""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.kernels import SpellingClassifier, fit_spelling
from bot.engine.components.ngrams import ngrams
from bot.engine.components.stored import CRISIS, keep, labelled, ranked, read

IS_UNDERSTOOD = "is_understood"
"""Set on a message that later components need not look at."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuickClassifier(GraphComponent):
    """Kernel ridge over character n-grams; decides only where it is sure."""

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        intents: Sequence[str] = (),
        classifier: SpellingClassifier | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._intents = intents
        self._classifier = classifier

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """It decides from probability `sure` on, of `most_words`, if distress is below `calm`."""
        return {"sure": 0.95, "calm": 0.01, "most_words": 12, "ridge": 0.3}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuickClassifier:
        """See `GraphComponent.create`."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples and keep what was learned."""
        examples, self._intents, labels = labelled(training_data)
        sparse = [ngrams(str(example.get(TEXT))) for example in examples]
        tensors, _ = fit_spelling(sparse, labels, self._config["ridge"])
        self._classifier = SpellingClassifier(tensors)
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
    ) -> QuickClassifier:
        """See `GraphComponent.load`."""
        intents, tensors = read(model_storage, resource)
        return cls(config, model_storage, resource, intents, SpellingClassifier(tensors))

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` and `intent_ranking` of messages that leave no doubt."""
        for message in messages:
            text = str(message.get(TEXT) or "")
            if not text or len(text.split()) > self._config["most_words"]:
                continue
            ranking = self._rank(text)
            distress = sum(i["confidence"] for i in ranking if i["name"].startswith(CRISIS))
            if ranking[0]["confidence"] >= self._config["sure"] and distress < self._config["calm"]:
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set("intent_ranking", ranking, add_to_output=True)
                message.set(IS_UNDERSTOOD, True)
        return messages

    def _rank(self, text: str) -> List[Dict[str, Any]]:
        assert self._classifier is not None  # noqa: S101 - Rasa processes after train or load
        return ranked(self._intents, self._classifier.probabilities(ngrams(text)))
