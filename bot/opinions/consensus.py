"""What brings the groups together: agreement, or disagreement, that every group shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.opinions.significance import SIGNIFICANT, Floats, Integers, more_than_half
from bot.opinions.votes import Counts

JEFFREYS = 0.5
"""So many imagined votes for an answer, and as many against."""
MOST_SHOWN = 5


@dataclass(frozen=True)
class Bridge:
    """A statement that a clear majority of every group answers alike.

    Attributes:
        statement: Its id.
        answer: "agree" or "disagree".
        consensus: From 0 to 1 (`consensus`).
    """

    statement: str
    answer: str
    consensus: float


def consensus(chosen: Integers, *, opposed: Integers, voters: Integers) -> Floats:
    """Measure how far all groups give an answer and nobody the opposite one, from 0 to 1.

    In a group: the share of the answer times one less the share of the opposite. Over the groups:
    the geometric mean, which one unwilling group pulls down and further groups do not.
    """
    share = (chosen + JEFFREYS) / (voters + 2 * JEFFREYS)
    against = (opposed + JEFFREYS) / (voters + 2 * JEFFREYS)
    mean: Floats = np.exp(np.log(share * (1 - against)).mean(axis=0))
    return mean


def bridges(
    counts: Counts, statements: Sequence[str], eligible: NDArray[np.bool_]
) -> tuple[Bridge, ...]:
    """Choose up to five statements to which most of every group gave the same answer.

    Args:
        counts: Of groups by statements.
        statements: Their ids.
        eligible: Which statements may be chosen.
    """
    sides = {
        "agree": (counts.agree, counts.disagree),
        "disagree": (counts.disagree, counts.agree),
    }
    found = []
    for answer, (chosen, opposed) in sides.items():
        scores = consensus(chosen, opposed=opposed, voters=counts.voters)
        shared = (more_than_half(chosen, counts.voters) > SIGNIFICANT).all(axis=0) & eligible
        columns = np.flatnonzero(shared).tolist()
        found += [Bridge(statements[each], answer, float(scores[each])) for each in columns]
    return tuple(sorted(found, key=lambda bridge: -bridge.consensus)[:MOST_SHOWN])
