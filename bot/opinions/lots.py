"""Draws the next statement to show, the same way at every restart. Needs the standard library only.

The engine draws; the weights come from `priority`, with the board.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping


def choose_statement(
    weighed: Mapping[str, float],
    *,
    conversation: str,
    seen: Collection[str],
    own: Collection[str] = (),
) -> str | None:
    """Draw the next statement, heavier ones more often; None when nothing is left to show.

    The same conversation draws the same statement until a weight or what it has seen changes, so a
    turn that is run again asks the same question. Each statement gets a lot in (0, 1) from the
    conversation and itself; the greatest `lot ** (1 / weight)` wins, which is drawing by weight
    (Efraimidis and Spirakis 2006) and leaves the order of the others alone when one is added.
    """
    left = sorted(set(weighed) - set(seen) - set(own))
    return max(left, key=lambda each: _drawn(conversation, each, weighed[each]), default=None)


def _drawn(conversation: str, statement: str, weight: float) -> float:
    if weight <= 0:
        return -math.inf
    digest = hashlib.sha256(f"{conversation}\n{statement}".encode("utf-8", "surrogatepass"))
    lot = (int.from_bytes(digest.digest()[:8], "big") + 0.5) / 2**64
    return math.log(lot) / weight
