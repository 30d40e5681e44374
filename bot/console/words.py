"""The words of the console, in French and English: one file a room in `words/`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.content.yaml_files import read_yaml

FOLDER = Path(__file__).parent / "words"


class Words:
    """All words of the console; a key is `<file>.<name>`."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._texts = texts

    def get(self, key: str, language: str, /, **values: object) -> str:
        """A text, its `{placeholders}` filled.

        Raises:
            KeyError: no file has it in this language.
        """
        text = self._texts[key][language]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._texts

    def with_prefix(self, prefix: str, language: str) -> dict[str, str]:
        """All texts whose key begins so, by the rest of the key."""
        return {
            key.removeprefix(prefix): texts[language]
            for key, texts in self._texts.items()
            if key.startswith(prefix)
        }


def load_words(folder: Path = FOLDER) -> Words:
    """Read every file."""
    return Words(
        {
            f"{path.stem}.{name}": texts
            for path in sorted(folder.glob("*.yml"))
            for name, texts in read_yaml(path).items()
        }
    )
