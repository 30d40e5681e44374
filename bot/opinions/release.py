"""What may be published: nothing about fewer than ten people, and no groups among fewer than fifty.

A cell is one group's votes on one statement, and its people are those who voted on it. The
thresholds are constants, not settings: nobody lowers them by accident.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.opinions.votes import Counts

LEAST_PEOPLE = 10
LEAST_CLUSTERED = 50


@dataclass(frozen=True)
class Cell:
    """How at least ten people voted on one statement."""

    agree: int
    disagree: int
    passes: int

    @property
    def voters(self) -> int:
        """How many people that is."""
        return self.agree + self.disagree + self.passes


@dataclass(frozen=True)
class StatementCells:
    """What may be said of the votes on one statement; None is suppressed.

    Attributes:
        statement: Its id.
        groups: One cell a group, in their order.
        everyone: All groups together.
    """

    statement: str
    groups: tuple[Cell | None, ...]
    everyone: Cell | None


def publishable(counts: Counts) -> NDArray[np.bool_]:
    """Tell which cells hold enough people."""
    enough: NDArray[np.bool_] = counts.voters >= LEAST_PEOPLE
    return enough


def publishable_totals(counts: Counts) -> NDArray[np.bool_]:
    """Tell of which statements all groups together may be published, besides their cells.

    The total less the published cells is what the suppressed cells hold: nobody, or enough people.
    """
    total = counts.voters.sum(axis=0)
    hidden = np.where(publishable(counts), 0, counts.voters).sum(axis=0)
    safe: NDArray[np.bool_] = (hidden == 0) | (hidden >= LEAST_PEOPLE)
    return safe & (total >= LEAST_PEOPLE)


def release(counts: Counts, statements: Sequence[str]) -> tuple[StatementCells, ...]:
    """Turn counts of groups by statements into what may be published, statement by statement."""
    cells = publishable(counts)
    totals = publishable_totals(counts)
    return tuple(
        StatementCells(
            statement=statement,
            groups=tuple(
                _cell(counts, (group, column)) if cells[group, column] else None
                for group in range(cells.shape[0])
            ),
            everyone=_cell(counts, (slice(None), column)) if totals[column] else None,
        )
        for column, statement in enumerate(statements)
    )


def _cell(counts: Counts, where: tuple[int | slice, int]) -> Cell:
    return Cell(
        agree=int(counts.agree[where].sum()),
        disagree=int(counts.disagree[where].sum()),
        passes=int(counts.passes[where].sum()),
    )
