"""What may be published about groups: their sizes, the counts, what marks them, what they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bot.opinions.consensus import Bridge, bridges
from bot.opinions.groups import Groups
from bot.opinions.release import (
    LEAST_PEOPLE,
    StatementCells,
    publishable,
    publishable_totals,
    release,
)
from bot.opinions.representative import Mark, representative
from bot.opinions.votes import Counts, VoteMatrix, stack


@dataclass(frozen=True)
class Findings:
    """All that may be published about the groups' votes.

    Attributes:
        sizes: People in each group, by letter.
        cells: The counts, statement by statement.
        representative: What marks each group, by letter.
        bridges: What the groups share, strongest first.
    """

    sizes: dict[str, int]
    cells: tuple[StatementCells, ...]
    representative: dict[str, tuple[Mark, ...]]
    bridges: tuple[Bridge, ...]


def describe(matrix: VoteMatrix, groups: Groups) -> Findings:
    """Say what may be published of groups that were found in this matrix."""
    if groups.input_hash != matrix.hash:
        raise ValueError("These groups were found in other votes.")
    counts = group_counts(matrix, groups)
    cells = publishable(counts)
    # A mark tells of all other groups as well: there must be enough people in them, and less the
    # published cells they must not give a suppressed one away.
    others = counts.voters.sum(axis=0) - counts.voters
    comparable = cells & publishable_totals(counts) & (others >= LEAST_PEOPLE)
    marks = representative(counts, matrix.statements, comparable)
    return Findings(
        sizes={group.letter: len(group.people) for group in groups.groups},
        cells=release(counts, matrix.statements),
        representative={group.letter: each for group, each in zip(groups.groups, marks)},
        bridges=bridges(counts, matrix.statements, cells.all(axis=0)),
    )


def group_counts(matrix: VoteMatrix, groups: Groups) -> Counts:
    """Count the votes of each group on each statement, whatever may be published of them."""
    row_of = {person: row for row, person in enumerate(matrix.people)}
    rows = ([row_of[person] for person in group.people] for group in groups.groups)
    return stack([matrix.counts(np.array(each, np.intp)) for each in rows])
