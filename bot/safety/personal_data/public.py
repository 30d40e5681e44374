"""What is known to everybody and therefore never personal: helplines, public figures, offices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.yaml_files import read_yaml
from bot.safety.personal_data.message import fold

PUBLIC_NAMES = "stories/safety/public_names.yml"
PUBLIC_NUMBERS = "stories/safety/public_numbers.yml"
_NUMBER = re.compile(r"\d(?:[ .()-]{0,2}\d)+")
_TOLL_FREE = ("800", "822", "833", "844", "855", "866", "877", "888")
"""Area codes that no private person has."""
_NOT_LETTER_OR_DIGIT = re.compile(r"[^\w]+")


@dataclass(frozen=True)
class Public:
    """The lists that staff keep in `stories/safety/public_*.yml`, and numbers that answers give."""

    phones: frozenset[str]
    """Digits only, without the leading 1 of North America."""
    postal_codes: frozenset[str]
    ip_addresses: frozenset[str]
    names: frozenset[str]
    """Folded, in single words with one blank between."""
    known_by_one_name: frozenset[str]
    """Alone they are anybody's names, but not after a title or of somebody else."""
    handles: frozenset[str]
    addresses: frozenset[str]

    def has_phone(self, digits: str) -> bool:
        """Whether anybody may call this number."""
        number = without_country(digits)
        return number in self.phones or (len(number) == 10 and number.startswith(_TOLL_FREE))

    def has_address(self, address: str) -> bool:
        """Whether a folded address is that of an office."""
        words = bare(address)
        return any(words.startswith(known) for known in self.addresses)


def load_public(root: Path) -> Public:
    """Read the two lists, and every number that an answer or a word gives."""
    numbers: dict[str, Any] = read_yaml(root / PUBLIC_NUMBERS)
    names: dict[str, Any] = read_yaml(root / PUBLIC_NAMES)
    groups = {key: list(map(str, group)) for key, group in names.items()}
    apart = {key: groups.pop(key) for key in ("known_by_one_name", "handles", "addresses")}
    return Public(
        phones=frozenset({*map(_digits, numbers["phones"]), *_numbers_said(root)}),
        postal_codes=frozenset(bare(code).replace(" ", "") for code in numbers["postal_codes"]),
        ip_addresses=frozenset(map(str, numbers["ip_addresses"])),
        names=frozenset(bare(name) for group in groups.values() for name in group),
        known_by_one_name=frozenset(map(bare, apart["known_by_one_name"])),
        handles=frozenset(map(str.lower, apart["handles"])),
        addresses=frozenset(map(bare, apart["addresses"])),
    )


def bare(text: str) -> str:
    """Folded words with one blank between them."""
    return _NOT_LETTER_OR_DIGIT.sub(" ", fold(text)).strip()


def without_country(digits: str) -> str:
    """The digits of a North American number without its leading 1."""
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


def _digits(number: object) -> str:
    return without_country(re.sub(r"\D", "", str(number)))


def _numbers_said(root: Path) -> Iterator[str]:
    """Numbers in answers and words, read as plain text: no mistake elsewhere in a file matters."""
    for folder in ("answers", "words"):
        for path in sorted((root / "stories" / folder).glob("*.yml")):
            for line in path.read_text("utf-8", errors="replace").splitlines():
                yield from map(_digits, _NUMBER.findall(line))
