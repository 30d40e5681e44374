"""Character n-grams: the same for every spelling that means the same, unit vectors, sorted."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

from bot.engine.components.ngrams import DIMENSIONS, ngrams


def cosine(one: str, other: str) -> float:
    dense = np.zeros((2, DIMENSIONS))
    for row, text in enumerate((one, other)):
        positions, values = ngrams(text)
        dense[row, positions] = values
    return float(dense[0] @ dense[1])


def test_ngrams_of_a_word_are_counted_by_hand() -> None:
    """` ok ` holds: two-letter ` o`, `ok`, `k `; three-letter ` ok`, `ok `; four-letter ` ok `."""
    grams = [b" o", b"ok", b"k ", b" ok", b"ok ", b" ok "]
    positions, values = ngrams("ok")
    assert positions.tolist() == sorted(zlib.crc32(gram) % DIMENSIONS for gram in grams)
    assert values == pytest.approx([6**-0.5] * 6)


def test_repeats_are_damped_by_the_square_root() -> None:
    """The second `ok` doubles each count: all alike, so the unit vector stays as it was."""
    assert ngrams("ok ok")[1] == pytest.approx(ngrams("ok")[1])
    assert cosine("ok ok no", "ok no") > cosine("ok ok no", "no")


@pytest.mark.parametrize("text", ["a", "gouvernement ouvert", "911", "x" * 1000, "été 😀 你好"])
def test_vector_has_unit_length_and_sorted_positions(text: str) -> None:
    positions, values = ngrams(text)
    assert np.linalg.norm(values) == pytest.approx(1, abs=1e-5)
    assert (np.diff(positions) > 0).all()
    assert positions.min() >= 0
    assert positions.max() < DIMENSIONS
    assert positions.dtype == np.int64
    assert values.dtype == np.float32


@pytest.mark.parametrize("text", ["", "😀", "你好", "?!"])
def test_text_without_letters_is_an_empty_vector(text: str) -> None:
    positions, values = ngrams(text)
    assert (positions.tolist(), values.tolist()) == ([], [])


@pytest.mark.parametrize(
    ("one", "other"), [("Été", "ete"), ("OUI!!!", "oui"), ("noooon", "non"), ("a\n b", "a b")]
)
def test_accents_capitals_signs_and_drawn_out_letters_do_not_count(one: str, other: str) -> None:
    assert cosine(one, other) == pytest.approx(1, abs=1e-5)


def test_typo_is_nearer_than_another_word() -> None:
    assert cosine("gouvernement", "gouvernemnt") > 0.5 > cosine("gouvernement", "pétition")
