"""Where personal data stands in a text; every family of data finds such spans."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of text and the kind of personal data that it is."""

    start: int
    end: int
    kind: str


def keep_apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order of place; of two that overlap, the one that came first."""
    kept: list[Span] = []
    for span in spans:
        place = bisect(kept, span)
        after = kept[place : place + 1]
        before = kept[max(place - 1, 0) : place]
        if all(span.end <= other.start for other in after) and all(
            other.end <= span.start for other in before
        ):
            kept.insert(place, span)
    return kept
