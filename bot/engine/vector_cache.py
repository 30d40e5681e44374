"""Remembers the vectors of examples between trainings, so that a small edit trains fast."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from bot.engine.encoder import SentenceEncoder, Vectors

BATCH = 64


class VectorCache:
    """Vectors of one encoder in one file; a file of another encoder is not used."""

    def __init__(self, encoder: SentenceEncoder, folder: Path) -> None:
        self._encoder = encoder
        name = hashlib.sha256(encoder.name.encode()).hexdigest()[:12]
        self._path = folder / f"vectors-{name}.npz"

    def encode(self, texts: Sequence[str], say: Callable[[int, int], None]) -> Vectors:
        """One row a text; only texts never seen are encoded, and `say` hears how far that is."""
        known = self._read()
        missing = sorted({text for text in texts if _key(text) not in known}, key=len)
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            for text, vector in zip(batch, self._encoder.encode(batch)):
                known[_key(text)] = vector
            say(min(start + BATCH, len(missing)), len(missing))
        rows = np.stack([known[_key(text)] for text in texts])
        if missing:
            with suppress(OSError):  # it costs the next training time, nothing else
                self._write({_key(text): known[_key(text)] for text in texts})
        return rows

    def _read(self) -> dict[str, Vectors]:
        try:
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                return dict(zip(stored["keys"].tolist(), stored["vectors"]))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return {}

    def _write(self, vectors: dict[str, Vectors]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f".{os.getpid()}.npz")
        np.savez(draft, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
        os.replace(draft, self._path)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:24]
