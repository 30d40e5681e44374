"""What the two classifiers share: intents and tensors, kept as JSON and safetensors."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from safetensors.numpy import load_file, save_file

from bot.engine.components.kernels import Labels, Matrix

RANKING = 16
"""How many intents a message's ranking names; crises beyond are added, however unlikely."""
CRISIS = "crisis_"

Tensors = Dict[str, Matrix]


def labelled(training_data: TrainingData) -> Tuple[List[Message], List[str], Labels]:
    """Examples with a text, all intents in order, and each example's place among them."""
    examples = [e for e in training_data.intent_examples if e.get(TEXT)]
    intents = sorted({str(example.get(INTENT)) for example in examples})
    places = {intent: place for place, intent in enumerate(intents)}
    labels = np.array([places[str(e.get(INTENT))] for e in examples], dtype=np.int64)
    return examples, intents, labels


def keep(
    storage: ModelStorage, resource: Resource, intents: Sequence[str], tensors: Tensors
) -> None:
    """Write what was learned into the model; never as pickle."""
    with storage.write_to(resource) as folder:
        save_file(tensors, str(folder / "tensors.safetensors"))
        (folder / "intents.json").write_text(json.dumps(list(intents)), "utf-8")


def read(storage: ModelStorage, resource: Resource) -> Tuple[List[str], Tensors]:
    """What `keep` wrote."""
    with storage.read_from(resource) as folder:
        intents = json.loads((folder / "intents.json").read_text("utf-8"))
        return intents, load_file(str(folder / "tensors.safetensors"))


def ranked(intents: Sequence[str], shares: Matrix) -> List[Dict[str, Any]]:
    """Rasa's intent ranking: the likeliest, and every kind of distress."""
    return [
        {"name": intents[place], "confidence": float(shares[place])}
        for rank, place in enumerate(np.argsort(-shares))
        if rank < RANKING or intents[place].startswith(CRISIS)
    ]
