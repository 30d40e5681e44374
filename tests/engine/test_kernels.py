"""The classifier's mathematics, against the formula worked out the long way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bot.engine.components.kernels import (
    KernelClassifier,
    KernelSettings,
    SpellingClassifier,
    fit,
    fit_spelling,
    fit_temperature,
)
from bot.engine.components.ngrams import DIMENSIONS, ngrams

SETTINGS = KernelSettings(mix=0.7, sharpness=2.0, ridge=0.3)
TEXTS = ["park bench", "park tree", "garden lawn", "bus stop", "bus driver", "tram line", "a bus"]
LABELS = np.array([0, 0, 0, 1, 1, 1, 1])


def vectors() -> Any:
    """Two clouds, one a class, of unit vectors."""
    random = np.random.default_rng(7)
    centres = np.array([[3.0, 0, 0, 0], [0, 3.0, 0, 0]])
    rows = centres[LABELS] + random.normal(size=(len(LABELS), 4))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def dense(texts: list[str]) -> Any:
    rows = np.zeros((len(texts), DIMENSIONS))
    for row, text in enumerate(texts):
        positions, values = ngrams(text)
        rows[row, positions] = values
    return rows


def unit(rows: Any) -> Any:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)


def kernel_of(one: Any, other: Any, one_grams: Any, other_grams: Any) -> Any:
    """The formula at the head of the module, over centred and weighted views."""
    meaning = np.exp(SETTINGS.sharpness * (one @ other.T - 1))
    return SETTINGS.mix * meaning + (1 - SETTINGS.mix) * one_grams @ other_grams.T


def weighted(grams: Any, of: Any) -> Any:
    rarity = np.log((1 + len(of)) / (1 + (of > 0).sum(axis=0))) + 1
    return unit(grams * rarity)


def targets() -> Any:
    return np.eye(2)[LABELS]


def fitted() -> tuple[KernelClassifier, Any]:
    tensors, left_out = fit(vectors(), [ngrams(text) for text in TEXTS], LABELS, SETTINGS)
    return KernelClassifier(tensors, SETTINGS), left_out


def long_way(text: str, vector: Any) -> Any:
    """Scores of a new message: its kernel with each example, times the ridge solution."""
    rows, grams = vectors(), dense(TEXTS)
    centre = rows.mean(axis=0)
    examples, own = unit(rows - centre), weighted(grams, grams)
    kernel = kernel_of(examples, examples, own, own) + SETTINGS.ridge * np.eye(len(TEXTS))
    weights = np.linalg.solve(kernel, targets())
    message = kernel_of(unit(vector - centre)[None], examples, weighted(dense([text]), grams), own)
    return (message @ weights)[0]


@pytest.mark.parametrize("text", ["park bench", "the bus", "qwxz"])
def test_scores_are_those_of_the_formula(text: str) -> None:
    classifier, _ = fitted()
    vector = vectors()[1] + np.float32(0.1)
    assert classifier.scores(vector, ngrams(text)) == pytest.approx(
        long_way(text, vector), abs=5e-3
    )


def test_left_out_scores_are_those_of_fits_without_the_example() -> None:
    """Over the same centre and rarity, which the shortcut keeps, too."""
    _, left_out = fitted()
    rows, grams = vectors(), dense(TEXTS)
    examples, own = unit(rows - rows.mean(axis=0)), weighted(grams, grams)
    kernel = kernel_of(examples, examples, own, own)
    for place in range(len(TEXTS)):
        rest = [other for other in range(len(TEXTS)) if other != place]
        ridged = kernel[np.ix_(rest, rest)] + SETTINGS.ridge * np.eye(len(rest))
        expected = kernel[place, rest] @ np.linalg.solve(ridged, targets()[rest])
        assert left_out[place] == pytest.approx(expected, abs=1e-4)


def test_probabilities_sum_to_one_and_favour_the_right_class() -> None:
    classifier, _ = fitted()
    for vector, text, label in zip(vectors(), TEXTS, LABELS):
        shares = classifier.probabilities(vector, ngrams(text))
        assert shares.sum() == pytest.approx(1, abs=1e-5)
        assert int(np.argmax(shares)) == label


def test_message_without_letters_is_judged_by_meaning_alone() -> None:
    classifier, _ = fitted()
    scores = classifier.scores(vectors()[0], ngrams("😀"))
    assert np.isfinite(scores).all()
    assert scores[0] > scores[1]


def test_fit_gives_the_same_each_time() -> None:
    one, other = fitted()[0].tensors, fitted()[0].tensors
    assert one.keys() == other.keys()
    assert all((one[name] == other[name]).all() for name in one)


@pytest.mark.parametrize(("right", "of"), [(99, 100), (19, 20), (997, 1000)])
def test_temperature_makes_the_likeliest_class_as_sure_as_it_is_right(right: int, of: int) -> None:
    """Scores 1 and 0: the best factor makes `sigmoid(factor)` the share of right ones."""
    labels = np.array([0] * right + [1] * (of - right))
    scores = np.tile(np.array([1, 0], dtype=np.float32), (of, 1))
    assert fit_temperature(scores, labels) == pytest.approx(np.log(right / (of - right)), rel=0.03)


def test_temperature_of_noise_is_the_lowest() -> None:
    assert fit_temperature(1 - np.eye(2, dtype=np.float32)[LABELS], LABELS) == pytest.approx(2)


def test_spelling_alone_gives_the_scores_of_its_formula() -> None:
    sparse = [ngrams(text) for text in TEXTS]
    tensors, left_out = fit_spelling(sparse, LABELS, SETTINGS.ridge)
    own = weighted(dense(TEXTS), dense(TEXTS))
    ridged = own @ own.T + SETTINGS.ridge * np.eye(len(TEXTS))
    query = weighted(dense(["the bus"]), dense(TEXTS))
    expected = (query @ own.T @ np.linalg.solve(ridged, targets()))[0]
    assert SpellingClassifier(tensors).scores(ngrams("the bus")) == pytest.approx(
        expected, abs=5e-3
    )
    for place in range(len(TEXTS)):
        rest = [other for other in range(len(TEXTS)) if other != place]
        without = np.linalg.solve(ridged[np.ix_(rest, rest)], targets()[rest])
        assert left_out[place] == pytest.approx(own[place] @ own[rest].T @ without, abs=1e-4)
