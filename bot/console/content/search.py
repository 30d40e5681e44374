"""Finds topics by their words: titles, texts and examples of both languages."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

FILES = (
    "stories/answers/{id}.yml",
    "nlu/fr/{id}.yml",
    "nlu/en/{id}.yml",
    "tests/nlu/fr/{id}.yml",
    "tests/nlu/en/{id}.yml",
)
_IDS = r"^[ ]*(?:- )?(?:buttons|choices|intent|reviewed|sources|version):.*$"
_KEY = re.compile(rf"{_IDS}|^[ ]*(?:- )?[a-z_]+:(?=\s)", re.MULTILINE)
"""What YAML adds to the words, and what leads elsewhere: `title:`, `buttons: [...]`."""
_BLANKS = re.compile(r"\s+")


def is_found(draft: Path, id: str, wanted: str) -> bool:
    """Whether a topic says something.

    Args:
        draft: The folder of the draft.
        id: The topic.
        wanted: What `plain` made of the words that are looked for.
    """
    if wanted in plain(id.replace("_", " ")) or wanted in id:
        return True
    return any(wanted in _words(draft / path.format(id=id)) for path in FILES)


def plain(text: str) -> str:
    """Small letters without accents, one blank between words."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return _BLANKS.sub(" ", "".join(c for c in apart if not unicodedata.combining(c))).strip()


def _words(path: Path) -> str:
    try:
        return plain(_KEY.sub("", path.read_text("utf-8", "replace")))
    except OSError:
        return ""
