"""The vector cache: only new texts are encoded, and every row belongs to its text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.engine.encoder import Vectors
from bot.engine.vector_cache import BATCH, VectorCache


class LengthEncoder:
    """Encodes a text as its length and its number of vowels; remembers what it was asked."""

    def __init__(self, name: str = "length") -> None:
        self.name = name
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = [[len(text), sum(letter in "aeiou" for letter in text)] for text in texts]
        return np.array(rows, dtype=np.float32)


def quiet(done: int, total: int) -> None:
    """Hears how far it is."""


@pytest.fixture
def encoder() -> LengthEncoder:
    return LengthEncoder()


def test_rows_stand_in_the_order_of_the_texts(encoder: LengthEncoder, tmp_path: Path) -> None:
    rows = VectorCache(encoder, tmp_path).encode(["abcd", "a", "abcd", "é"], quiet)
    assert rows.tolist() == [[4, 1], [1, 1], [4, 1], [1, 0]]
    assert sorted(encoder.asked) == ["a", "abcd", "é"]


def test_known_texts_are_not_encoded_again(encoder: LengthEncoder, tmp_path: Path) -> None:
    VectorCache(encoder, tmp_path).encode(["a", "bb"], quiet)
    encoder.asked.clear()
    rows = VectorCache(encoder, tmp_path).encode(["bb", "ccc", "a"], quiet)
    assert rows.tolist() == [[2, 0], [3, 0], [1, 1]]
    assert encoder.asked == ["ccc"]


def test_texts_that_are_gone_are_forgotten(encoder: LengthEncoder, tmp_path: Path) -> None:
    for texts in (["a", "bb"], ["a", "ccc"], ["a", "bb"]):
        encoder.asked.clear()
        VectorCache(encoder, tmp_path).encode(texts, quiet)
    assert encoder.asked == ["bb"]


def test_vectors_that_cannot_be_kept_are_still_given(
    encoder: LengthEncoder, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", "utf-8")
    rows = VectorCache(encoder, tmp_path / "cache").encode(["a", "bb"], quiet)
    assert rows.tolist() == [[1, 1], [2, 0]]


def test_another_encoder_has_its_own_vectors(tmp_path: Path) -> None:
    one, other = LengthEncoder("one"), LengthEncoder("other")
    VectorCache(one, tmp_path).encode(["a"], quiet)
    VectorCache(other, tmp_path).encode(["a"], quiet)
    assert other.asked == ["a"]
    assert len(list(tmp_path.glob("vectors-*.npz"))) == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"junk"])
def test_cache_that_cannot_be_read_is_made_anew(
    encoder: LengthEncoder, tmp_path: Path, content: bytes
) -> None:
    VectorCache(encoder, tmp_path).encode(["a"], quiet)
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(content)
    assert VectorCache(encoder, tmp_path).encode(["a"], quiet).tolist() == [[1, 1]]
    assert encoder.asked == ["a", "a"]


def test_progress_is_told_batch_by_batch(encoder: LengthEncoder, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    texts = [f"text {number}" for number in range(BATCH + 1)]
    VectorCache(encoder, tmp_path).encode(texts, lambda *far: heard.append(far))
    assert heard == [(BATCH, BATCH + 1), (BATCH + 1, BATCH + 1)]


def test_cache_holds_no_text(encoder: LengthEncoder, tmp_path: Path) -> None:
    VectorCache(encoder, tmp_path / "new folder").encode(["a very secret example"], quiet)
    (path,) = (tmp_path / "new folder").iterdir()
    assert b"secret" not in path.read_bytes()
