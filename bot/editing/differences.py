"""How texts differ, word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from bot.editing.records import Piece

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 4_000
"""Above, lines are compared and not the words in them."""
Kind = Literal["same", "removed", "added"]


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """What was removed and added, in reading order; first by lines, then by words in them."""
    pieces: list[Piece] = []
    for kind, old, new in _runs(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if kind != "replace":
            pieces += _plain(kind, old, new)
            continue
        old_words, new_words = _WORDS.findall("".join(old)), _WORDS.findall("".join(new))
        if len(old_words) + len(new_words) > MOST_WORDS:
            pieces += _plain(kind, old, new)
        else:
            for part in _runs(old_words, new_words):
                pieces += _plain(*part)
    return tuple(_joined(pieces))


def line_diff(before: Sequence[str], after: Sequence[str]) -> tuple[Piece, ...]:
    """Which items of a list were removed and added, each whole; those that stay are left out."""
    pieces = [piece for part in _runs(before, after) for piece in _plain(*part, join=_each)]
    return tuple(piece for piece in pieces if piece.kind != "same")


def _runs(
    before: Sequence[str], after: Sequence[str]
) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        yield kind, before[start:end], after[new_start:new_end]


def _whole(items: Sequence[str]) -> Sequence[str]:
    return ["".join(items)] if items else []


def _each(items: Sequence[str]) -> Sequence[str]:
    return items


def _plain(
    kind: str,
    old: Sequence[str],
    new: Sequence[str],
    join: Callable[[Sequence[str]], Sequence[str]] = _whole,
) -> Iterator[Piece]:
    if kind == "equal":
        yield from (Piece("same", text) for text in join(old))
    else:
        yield from (Piece("removed", text) for text in join(old))
        yield from (Piece("added", text) for text in join(new))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece."""
    kind: Kind | None = None
    texts: list[str] = []
    for piece in pieces:
        if kind is not None and piece.kind != kind:
            yield Piece(kind, "".join(texts))
            texts = []
        kind = piece.kind
        texts.append(piece.text)
    if kind is not None:
        yield Piece(kind, "".join(texts))
