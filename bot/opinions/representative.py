"""The statements that mark a group: what it answers clearly, and more often than the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.opinions.significance import SIGNIFICANT, Integers, more_than_half, more_than_others
from bot.opinions.votes import Counts

MOST_SHOWN = 5


@dataclass(frozen=True)
class Mark:
    """One answer of one group to one statement, and how it compares.

    Attributes:
        statement: Its id.
        answer: "agree" or "disagree".
        chosen: People of the group who gave the answer.
        voters: People of the group who voted.
        share: Their share, with one imagined vote for and one against.
        share_test: z score of "more than half of the group".
        ratio: The group's share over that of all other groups together.
        ratio_test: z score of "more than in the other groups".
    """

    statement: str
    answer: str
    chosen: int
    voters: int
    share: float
    share_test: float
    ratio: float
    ratio_test: float

    @property
    def is_significant(self) -> bool:
        """Whether both tests pass."""
        return self.share_test > SIGNIFICANT and self.ratio_test > SIGNIFICANT

    @property
    def agreement(self) -> float:
        """How clear the answer is within the group."""
        return self.share * self.share_test

    @property
    def strength(self) -> float:
        """How clear the answer is, and how much the group's own."""
        return self.agreement * self.ratio * self.ratio_test


Pair = tuple[Mark, Mark]
"""The same group and statement: agreement, and disagreement."""


def representative(
    counts: Counts, statements: Sequence[str], eligible: NDArray[np.bool_]
) -> tuple[tuple[Mark, ...], ...]:
    """Choose up to five marks of each group, as Pol.is does; agreement first.

    Args:
        counts: Of groups by statements.
        statements: Their ids.
        eligible: Which cells may be chosen.
    """
    agree = marks("agree", counts.agree, voters=counts.voters, statements=statements)
    disagree = marks("disagree", counts.disagree, voters=counts.voters, statements=statements)
    return tuple(
        _choose([(agree[group][column], disagree[group][column]) for column in np.flatnonzero(row)])
        for group, row in enumerate(eligible)
    )


def marks(
    answer: str, chosen: Integers, *, voters: Integers, statements: Sequence[str]
) -> list[list[Mark]]:
    """Compare one answer of every group to every statement with half, and with the others."""
    others_chosen, others = chosen.sum(axis=0) - chosen, voters.sum(axis=0) - voters
    share = (chosen + 1) / (voters + 2)
    figures = (
        chosen,
        voters,
        share,
        more_than_half(chosen, voters),
        share / ((others_chosen + 1) / (others + 2)),
        more_than_others(chosen, voters, others_chosen=others_chosen, others=others),
    )
    return [
        [Mark(statement, answer, *row) for statement, *row in zip(statements, *group)]
        for group in zip(*(figure.tolist() for figure in figures))
    ]


def _choose(pairs: list[Pair]) -> tuple[Mark, ...]:
    """Put the best agreed first, then what is significant by strength; else what comes closest."""
    significant = [
        _stronger(pair) for pair in pairs if pair[0].is_significant or pair[1].is_significant
    ]
    significant.sort(key=lambda mark: mark.strength, reverse=True)
    best = _best_agreed(pairs)
    if best is not None:
        rest = (mark for mark in significant if mark.statement != best.statement)
        significant = [best, *rest]
    elif not significant and pairs:
        significant = [max(map(_stronger, pairs), key=lambda mark: mark.ratio_test)]
    return tuple(sorted(significant[:MOST_SHOWN], key=lambda mark: mark.answer))


def _stronger(pair: Pair) -> Mark:
    agree, disagree = pair
    return agree if agree.ratio_test > disagree.ratio_test else disagree


def _best_agreed(pairs: list[Pair]) -> Mark | None:
    """Find the agreement to show first: the strongest that marks the group, else the clearest."""
    accepted = [agree for agree, disagree in pairs if _is_agreed(agree, disagree)]
    own = [mark for mark in accepted if mark.ratio > 1]
    if own:
        return max(own, key=lambda mark: mark.strength)
    return max(accepted, key=lambda mark: mark.agreement, default=None)


def _is_agreed(agree: Mark, disagree: Mark) -> bool:
    if agree.chosen + disagree.chosen == 0:
        return False
    return agree.share_test > SIGNIFICANT or (agree.ratio > 1 and agree.share > 0.5)
