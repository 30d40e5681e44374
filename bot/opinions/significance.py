"""The two z tests that tell a finding from chance, with one imagined vote for the answer."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

SIGNIFICANT = NormalDist().inv_cdf(0.90)
"""A z score above this is significant: one-sided, at 90 %."""


def more_than_half(chosen: Integers, voters: Integers) -> Floats:
    """Test whether more than half of the voters gave an answer (one proportion)."""
    share = (chosen + 1) / (voters + 1)
    score: Floats = 2 * np.sqrt(voters + 1) * (share - 0.5)
    return score


def more_than_others(
    chosen: Integers, voters: Integers, *, others_chosen: Integers, others: Integers
) -> Floats:
    """Test whether voters gave an answer more often than the others (two proportions)."""
    here, there = voters + 1, others + 1
    difference = (chosen + 1) / here - (others_chosen + 1) / there
    pooled = (chosen + others_chosen + 2) / (here + there)
    error = np.sqrt(pooled * (1 - pooled) * (1 / here + 1 / there))
    # Where everybody gave the answer there is no error, and no difference either.
    score: Floats = np.divide(difference, error, out=np.zeros_like(difference), where=error > 0)
    return score
