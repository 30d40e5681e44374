"""Kernel ridge classification over two views of a message: its meaning and its spelling.

The kernel of two messages is
`mix * exp(sharpness * (cos(meaning) - 1)) + (1 - mix) * cos(spelling)`, where
meaning is the centred sentence vector and spelling the weighted character n-grams. The fit is one
linear solve, so it is exact, deterministic and quick; the same solve gives leave-one-out scores for
every example, and with them honest confidences without a second data set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Sequence, Tuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, get_lapack_funcs
from scipy.sparse import csr_matrix

from bot.engine.components.ngrams import DIMENSIONS, Sparse

Matrix = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class KernelSettings:
    """What steers the fit; chosen on held-out questions (`make evaluate`)."""

    mix: float
    """Share of meaning against spelling, 0 to 1."""
    sharpness: float
    """How fast likeness falls with distance in meaning."""
    ridge: float
    """How much single examples are smoothed over."""


class SpellingClassifier:
    """Probabilities of each class from a message's spelling alone."""

    def __init__(self, tensors: Dict[str, Matrix]) -> None:
        self.tensors = tensors

    def probabilities(self, sparse: Sparse) -> Matrix:
        """The probability of each class, in the order of the labels it was fitted with."""
        return _softmax(float(self.tensors["temperature"][0]) * self.scores(sparse))

    def scores(self, sparse: Sparse) -> Matrix:
        """Near 1 for a class whose examples are spelt like the message, near 0 for others."""
        positions, values = sparse
        weighted = values * self.tensors["rarity"][positions]
        length = float(np.linalg.norm(weighted)) or 1.0
        spelling = self.tensors["spelling"][positions].astype(np.float32)
        return np.asarray((weighted / length) @ spelling, dtype=np.float32)


class KernelClassifier:
    """Scores and probabilities of each class for a message, from meaning and spelling."""

    def __init__(self, tensors: Dict[str, Matrix], settings: KernelSettings) -> None:
        self.tensors = tensors
        self._settings = settings
        self._spelling = SpellingClassifier(tensors)
        self._examples = tensors["examples"].astype(np.float32)
        self._weights = tensors["weights"].astype(np.float32)

    def probabilities(self, vector: Matrix, sparse: Sparse) -> Matrix:
        """The probability of each class, in the order of the labels it was fitted with."""
        return _softmax(float(self.tensors["temperature"][0]) * self.scores(vector, sparse))

    def scores(self, vector: Matrix, sparse: Sparse) -> Matrix:
        """Near 1 for a class whose examples are like the message, near 0 for the others."""
        settings = self._settings
        likeness = self._examples @ _centred(vector, self.tensors["centre"])
        meaning = np.exp(settings.sharpness * (likeness - 1)) @ self._weights
        spelling = self._spelling.scores(sparse)
        return np.asarray(settings.mix * meaning + (1 - settings.mix) * spelling, dtype=np.float32)


def fit(
    vectors: Matrix, sparse: Sequence[Sparse], labels: Labels, settings: KernelSettings
) -> Tuple[Dict[str, Matrix], Matrix]:
    """Fit; returns what `KernelClassifier` needs, and the leave-one-out scores of all examples."""
    centre = vectors.mean(axis=0)
    examples = _centred(vectors, centre)
    grams, rarity = _weigh(sparse)
    kernel = settings.mix * np.exp(settings.sharpness * (examples @ examples.T - 1))
    kernel += (1 - settings.mix) * (grams @ grams.T).toarray()
    weights, left_out = _solve(np.asarray(kernel, np.float32), labels, settings.ridge)
    tensors: Dict[str, Matrix] = {
        "centre": centre.astype(np.float32),
        "examples": examples.astype(np.float16),
        "weights": weights.astype(np.float16),
        "rarity": rarity,
        "spelling": np.asarray(grams.T @ weights, dtype=np.float16),
        "temperature": np.array([fit_temperature(left_out, labels)], dtype=np.float32),
    }
    return tensors, left_out


def fit_spelling(
    sparse: Sequence[Sparse], labels: Labels, ridge: float
) -> Tuple[Dict[str, Matrix], Matrix]:
    """The same over spelling alone; returns what `SpellingClassifier` needs."""
    grams, rarity = _weigh(sparse)
    weights, left_out = _solve((grams @ grams.T).toarray(), labels, ridge)
    tensors: Dict[str, Matrix] = {
        "rarity": rarity,
        "spelling": np.asarray(grams.T @ weights, dtype=np.float16),
        "temperature": np.array([fit_temperature(left_out, labels)], dtype=np.float32),
    }
    return tensors, left_out


def _solve(kernel: Matrix, labels: Labels, ridge: float) -> Tuple[Matrix, Matrix]:
    """The weights of all examples per class, and each example's scores had it been left out."""
    kernel[np.diag_indices_from(kernel)] += ridge
    targets = np.zeros((len(labels), int(labels.max()) + 1), dtype=np.float32)
    targets[np.arange(len(labels)), labels] = 1
    # LAPACK works by columns: in the transpose of a symmetric matrix it needs no copy.
    factor, _ = cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)
    weights = cho_solve((factor, True), targets, check_finite=False).astype(np.float32)
    (invert,) = get_lapack_funcs(("trtri",), (factor,))
    inverse, _ = invert(factor, lower=1, overwrite_c=1)
    # K^-1 = L^-T L^-1, so its diagonal is the squared length of the columns of L^-1.
    diagonal = np.array([column[n:] @ column[n:] for n, column in enumerate(inverse.T)])
    left_out = targets - weights / diagonal[:, None]
    return weights, np.asarray(left_out, dtype=np.float32)


def fit_temperature(scores: Matrix, labels: Labels) -> float:
    """The factor that makes the softmax of left-out scores as truthful as it can be."""
    factors = np.geomspace(2.0, 40.0, 60, dtype=np.float32)
    losses = [
        -np.log(_softmax(factor * scores)[np.arange(len(labels)), labels] + 1e-9).mean()
        for factor in factors
    ]
    return float(factors[int(np.argmin(losses))])


def _centred(vectors: Matrix, centre: Matrix) -> Matrix:
    moved = vectors - centre
    length = np.linalg.norm(moved, axis=-1, keepdims=True)
    return np.asarray(moved / np.maximum(length, 1e-9), dtype=np.float32)


def _weigh(sparse: Sequence[Sparse]) -> Tuple[csr_matrix, Matrix]:
    """All n-grams as one matrix of unit rows, rare n-grams counting more; and that weight."""
    rows = np.repeat(np.arange(len(sparse)), [len(positions) for positions, _ in sparse])
    columns = np.concatenate([positions for positions, _ in sparse])
    values = np.concatenate([values for _, values in sparse])
    found_in = np.bincount(columns, minlength=DIMENSIONS)
    rarity = (np.log((1 + len(sparse)) / (1 + found_in)) + 1).astype(np.float32)
    weighted = values * rarity[columns]
    lengths = np.sqrt(np.bincount(rows, weights=weighted**2, minlength=len(sparse)))
    weighted = weighted / np.maximum(lengths, 1e-9)[rows]
    grams = csr_matrix((weighted.astype(np.float32), (rows, columns)), (len(sparse), DIMENSIONS))
    return grams, rarity


def _softmax(scores: Matrix) -> Matrix:
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True), dtype=np.float32)
