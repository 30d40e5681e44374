"""Fingerprints of a content folder: what decides the model, and what decides the words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from bot.content.yaml_files import read_yaml

CODE = Path(__file__).resolve().parents[2]
"""The folder that holds the package `bot` and `requirements/`."""
TRAINED_FROM = ("config.yml", "nlu", "stories/domain", "stories/rules", "stories/flows")
"""Paths of the content that decide the model, byte for byte."""
ALSO_TRAINED_FROM = (
    "bot/engine/components",
    "bot/engine/encoder.py",
    "bot/engine/importer.py",
    "bot/content/plain_words.py",
    "requirements/engine.txt",
)
"""Paths of the code that decide the model."""
ANSWERS = "stories/answers"
SPOKEN_FROM = ("stories",)
"""Paths of the content that are read when an engine starts, beside the model."""


def content_fingerprint(root: Path, code: Path = CODE) -> str:
    """Changes whenever another model is needed to serve the content of `root`.

    The wording of an answer needs none: the model learns from the sentences of answers too, but
    one that learned from yesterday's still serves. Which answers there are, and which of them
    state facts with sources, does count.

    Args:
        root: the folder with config.yml, nlu/ and stories/.
        code: the folder with the package and `requirements/`.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for base, names in ((root, TRAINED_FROM), (code, ALSO_TRAINED_FROM)):
        for path in _files(base, names):
            digest.update(path.relative_to(base).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    for path in sorted((root / ANSWERS).glob("*.yml")):
        digest.update(f"{path.stem}\0{_kind(path)}\0".encode())
    return digest.hexdigest()


def wording_fingerprint(root: Path) -> str:
    """Changes with every file that decides what is said, whether or not the model stays.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path in _files(root, SPOKEN_FROM):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(base: Path, names: Sequence[str]) -> Iterator[Path]:
    for name in names:
        path = base / name
        if path.is_file():
            yield path
        for file in sorted(path.rglob("*")):
            if file.suffix in (".py", ".yml") and file.is_file():
                yield file


def _kind(path: Path) -> str:
    """Whether an answer states facts; what cannot be read is taken byte for byte."""
    try:
        return "facts" if read_yaml(path)["sources"] else "chat"
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError):
        return hashlib.sha256(path.read_bytes()).hexdigest()
