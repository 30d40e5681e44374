"""How much each statement wants to be shown next: Pol.is's weights (`lots` draws by them)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from bot.opinions.votes import Counts, VoteMatrix

META_WEIGHT = 49.0
"""Of a statement about the person ("I live in a city"): wanted, never urgent."""

NEWNESS = 8.0
"""A statement nobody has voted on weighs 1 + this; the extra halves with every five votes."""
HALVED_AFTER = 5.0


def weights(counts: Counts, extremity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weigh statements: much agreed, seldom passed, far from the middle of the map, or new.

    `[(1 - p)(E + 1)a(1 + 8 * 2^(-S/5))]^2`, where p and a are the shares of passes and agreement
    with one imagined vote for and one against, E the extremity and S the number of votes.
    """
    passing = (counts.passes + 1) / (counts.voters + 2)
    agreeing = (counts.agree + 1) / (counts.voters + 2)
    newness = 1 + NEWNESS * np.exp2(-counts.voters / HALVED_AFTER)
    weight: NDArray[np.float64] = ((1 - passing) * (extremity + 1) * agreeing * newness) ** 2
    return weight


def statement_weights(
    matrix: VoteMatrix,
    extremity: Mapping[str, float] | None = None,
    *,
    meta: Collection[str] = (),
) -> dict[str, float]:
    """Weigh every statement of the matrix.

    Args:
        matrix: All votes, with the statements nobody has voted on yet.
        extremity: Of a `Projection`; 0 for a statement it lacks, and before there is one.
        meta: Statements about the person instead of the subject.
    """
    known = extremity or {}
    distances = np.array([known.get(statement, 0.0) for statement in matrix.statements], float)
    weighed = dict(zip(matrix.statements, weights(matrix.counts(), distances).tolist()))
    return weighed | {statement: META_WEIGHT for statement in weighed if statement in meta}
