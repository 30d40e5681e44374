"""Character n-grams of a message as a sparse vector of fixed size; knows typos and SMS spelling."""

from __future__ import annotations

import zlib
from typing import Tuple

import numpy as np
from numpy.typing import NDArray

from bot.content.plain_words import plain_words

DIMENSIONS = 1 << 15
SHORTEST, LONGEST = 2, 5

Sparse = Tuple[NDArray[np.int64], NDArray[np.float32]]
"""Positions in ascending order, and their values, of unit length."""


def ngrams(text: str) -> Sparse:
    """Hashed n-grams within words, damped by the square root of how often each occurs."""
    counts: dict[int, int] = {}
    for word in plain_words(text).split():
        padded = f" {word} ".encode("ascii")
        for size in range(SHORTEST, LONGEST + 1):
            for start in range(len(padded) - size + 1):
                place = zlib.crc32(padded[start : start + size]) % DIMENSIONS
                counts[place] = counts.get(place, 0) + 1
    positions = np.array(sorted(counts), dtype=np.int64)
    values = np.sqrt(np.array([counts[place] for place in positions.tolist()], dtype=np.float32))
    length = float(np.linalg.norm(values)) or 1.0
    return positions, (values / length).astype(np.float32)
