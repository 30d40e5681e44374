"""Rasa graph component: which intent a message has, from sentence vectors and character n-grams."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from safetensors.numpy import load_file, save_file

from bot.engine.components.ngrams import DIMENSIONS, Sparse, ngrams

FALLBACK = "nlu_fallback"
RANKING = 8
"""How many intents a message's ranking names; crises beyond are added, however unlikely."""
CRISIS = "crisis_"

Matrix = NDArray[np.float32]


class Weights:
    """Two linear layers whose scores are added: one on sentence vectors, one on n-grams."""

    def __init__(self, intents: Sequence[str], tensors: Dict[str, Matrix]) -> None:
        self.intents = list(intents)
        self.tensors = tensors

    def probabilities(self, vector: Matrix, sparse: Sparse) -> Matrix:
        """The probability of each intent, in the order of `intents`."""
        tensors = self.tensors
        positions, values = sparse
        scores = vector @ tensors["dense"] + tensors["bias"]
        scores = scores + values @ tensors["sparse"][positions].astype(np.float32)
        shifted = np.exp(scores - scores.max())
        return np.asarray(shifted / shifted.sum(), dtype=np.float32)


def fit(
    vectors: Matrix,
    sparse: Sequence[Sparse],
    labels: NDArray[np.int64],
    weights: NDArray[np.float32],
    *,
    settings: Dict[str, Any],
) -> Dict[str, Matrix]:
    """Fit both layers together by softmax regression (Adam, full determinism under one seed)."""
    from scipy.sparse import csr_matrix

    rows = np.repeat(np.arange(len(sparse)), [len(positions) for positions, _ in sparse])
    columns = np.concatenate([positions for positions, _ in sparse])
    values = np.concatenate([values for _, values in sparse])
    grams = csr_matrix((values, (rows, columns)), shape=(len(sparse), DIMENSIONS))
    classes = int(labels.max()) + 1
    random = np.random.default_rng(int(settings["seed"]))
    parameters = {
        "dense": np.zeros((vectors.shape[1], classes), dtype=np.float32),
        "sparse": np.zeros((DIMENSIONS, classes), dtype=np.float32),
        "bias": np.zeros(classes, dtype=np.float32),
    }
    decay = {"dense": settings["dense_decay"], "sparse": settings["sparse_decay"], "bias": 0.0}
    rates = {"dense": settings["dense_rate"], "sparse": settings["sparse_rate"], "bias": 0.05}
    moments = {name: (np.zeros_like(p), np.zeros_like(p)) for name, p in parameters.items()}
    targets = np.full(
        (len(labels), classes), settings["smoothing"] / classes, dtype=np.float32
    )
    targets[np.arange(len(labels)), labels] += 1 - settings["smoothing"]
    step = 0
    for epoch in range(int(settings["epochs"])):
        order = random.permutation(len(labels))
        cooling = 1 - epoch / float(settings["epochs"])
        for start in range(0, len(order), 256):
            chosen = order[start : start + 256]
            step += 1
            batch = grams[chosen]
            scores = vectors[chosen] @ parameters["dense"] + batch @ parameters["sparse"]
            scores += parameters["bias"]
            scores -= scores.max(axis=1, keepdims=True)
            shares = np.exp(scores)
            shares /= shares.sum(axis=1, keepdims=True)
            error = (shares - targets[chosen]) * weights[chosen, None] / len(chosen)
            gradients = {
                "dense": vectors[chosen].T @ error,
                "sparse": np.asarray(batch.T @ error),
                "bias": error.sum(axis=0),
            }
            for name, gradient in gradients.items():
                _adam(
                    parameters[name], gradient + decay[name] * parameters[name],
                    moments[name], rates[name] * cooling, step,
                )  # fmt: skip
        print(f"\r  fitting {epoch + 1}/{settings['epochs']}", end="", flush=True)  # noqa: T201
    print(flush=True)  # noqa: T201
    return parameters


def _adam(
    parameter: Matrix, gradient: Matrix, moments: Tuple[Matrix, Matrix], rate: float, step: int
) -> None:
    first, second = moments
    first *= 0.9
    first += 0.1 * gradient
    second *= 0.99
    second += 0.01 * gradient * gradient
    corrected = rate * np.sqrt(1 - 0.99**step) / (1 - 0.9**step)
    parameter -= (corrected * first / (np.sqrt(second) + 1e-8)).astype(np.float32)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Softmax regression over both views; weights rest as safetensors, never as pickle."""

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        weights: Weights | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._weights = weights

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """Below `threshold` the intent is `nlu_fallback`; the rest steers the fit."""
        return {
            "threshold": 0.4,
            "seed": 1,
            "epochs": 60,
            "dense_rate": 0.05,
            "sparse_rate": 0.05,
            "dense_decay": 1e-5,
            "sparse_decay": 1e-5,
            "smoothing": 0.05,
        }

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
        """Fit on all examples and keep the weights."""
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        intents = sorted({str(example.get(INTENT)) for example in examples})
        places = {intent: place for place, intent in enumerate(intents)}
        labels = np.array([places[str(e.get(INTENT))] for e in examples], dtype=np.int64)
        share = np.bincount(labels)
        balance = np.sqrt(share.mean() / share).astype(np.float32)
        tensors = fit(
            np.stack([_vector(example) for example in examples]),
            [ngrams(str(example.get(TEXT))) for example in examples],
            labels,
            balance[labels],
            settings=self._config,
        )
        tensors["sparse"] = tensors["sparse"].astype(np.float16)
        self._weights = Weights(intents, tensors)
        with self._storage.write_to(self._resource) as folder:
            save_file(tensors, str(folder / "weights.safetensors"))
            (folder / "intents.json").write_text(json.dumps(intents), "utf-8")
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
        with model_storage.read_from(resource) as folder:
            intents = json.loads((folder / "intents.json").read_text("utf-8"))
            weights = Weights(intents, load_file(str(folder / "weights.safetensors")))
        return cls(config, model_storage, resource, weights)

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` and `intent_ranking`."""
        for message in messages:
            ranking = self._rank(message)
            best = ranking[0]
            if best["confidence"] < self._config["threshold"]:
                ranking.insert(0, {"name": FALLBACK, "confidence": best["confidence"]})
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _rank(self, message: Message) -> List[Dict[str, Any]]:
        assert self._weights is not None  # noqa: S101 - process runs on a trained component only
        text = str(message.get(TEXT) or "")
        shares = self._weights.probabilities(_vector(message), ngrams(text))
        order = np.argsort(-shares)
        intents = self._weights.intents
        return [
            {"name": intents[place], "confidence": float(shares[place])}
            for rank, place in enumerate(order)
            if rank < RANKING or intents[place].startswith(CRISIS)
        ]


def _vector(message: Message) -> Matrix:
    _, dense = message.get_dense_features(TEXT, [])
    return np.asarray(dense.features[0], dtype=np.float32)
