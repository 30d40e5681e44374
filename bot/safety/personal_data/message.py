"""A message as the families of personal data read it: as written, and folded."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache

_ALIKE = {
    **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
    **dict.fromkeys("’‘ʼ‛´`′＇", "'"),
    **dict.fromkeys("“”«»„″", '"'),
    **dict.fromkeys("\t\v\f\u200b\u200c\u200d\ufe0f\u20e3", " "),
    **dict(zip("øłđðıʔ", "olddi'")),
}
"""Signs that are typed for one another; those that read as a blank hide in emoji of digits."""


@dataclass(frozen=True)
class Message:
    """A text, with what it says in lower case without accents, sign by sign."""

    text: str

    @cached_property
    def folded(self) -> str:
        """The text folded; every sign keeps its place."""
        return fold(self.text)

    @cached_property
    def digits(self) -> int:
        """How many digits it holds."""
        return sum(character.isdigit() for character in self.folded)


def fold(text: str) -> str:
    """The text in lower case, without accents and with plain signs; its length is the same."""
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    alike = _ALIKE.get(character)
    if alike is not None:
        return alike
    if character.isascii():
        return character.lower()
    if unicodedata.category(character) == "Zs":
        return " "
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    base = "".join(
        part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    ).lower()
    return _ALIKE.get(base, base) if len(base) == 1 else character
