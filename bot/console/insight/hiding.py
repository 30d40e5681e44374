"""Which numbers may be shown: none about fewer than ten people, nor any that others give away.

- A row is hidden where one of its numbers stands for one to nine people.
- Where rows add up to a total, what is hidden altogether holds nobody, or at least ten people:
  otherwise the smallest of the others is hidden too. So no difference between the total and the
  rows tells of fewer.
- Under filters the same holds for those whom each filter leaves out, so that a page with a filter
  cannot be subtracted from the page without it.
- What is shown is rounded to five, so that pages about other days or other filters tell nothing
  exact when they are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.opinions.release import LEAST_PEOPLE
from bot.store.sql.facts import Numbers

STEP = 5
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Things:
    """Things to count, such as questions: the row each falls into, and the person behind it."""

    row: Numbers
    person: Numbers

    def where(self, mask: Mask) -> Things:
        """Only some of them."""
        return Things(self.row[mask], self.person[mask])


@dataclass(frozen=True)
class Counted:
    """How many people stand behind each row, and behind some rows together."""

    is_behind: NDArray[np.bool_]
    """By row and person."""
    people: Numbers
    """By row."""

    def together(self, rows: Mask) -> int:
        """How many people stand behind some rows."""
        return int(np.count_nonzero(self.is_behind[rows].any(axis=0)))


def count_people(things: Things, rows: int) -> Counted:
    """Count people; somebody behind many things of a row counts once in it."""
    is_behind = np.zeros((rows, int(things.person.max(initial=0)) + 1), dtype=np.bool_)
    is_behind[things.row, things.person] = True
    return Counted(is_behind, np.count_nonzero(is_behind, axis=1))


def is_safe(people: int) -> bool:
    """Whether a number about so many people tells nothing about fewer than ten."""
    return people == 0 or people >= LEAST_PEOPLE


def visible(
    measures: Sequence[Things],
    *,
    rows: int,
    viewpoints: Sequence[Mask],
    adds_up: bool = True,
) -> Mask:
    """Tell which rows may be shown.

    Args:
        measures: What a row says: the first is of everybody in it; of the others, such as questions
            without an answer, and those with one, each may also be nobody.
        rows: How many there are.
        viewpoints: By person: first who is counted, then whom each filter leaves out.
        adds_up: Whether a total of the rows is known.
    """
    counted = [
        count_people(things.where(viewpoint[things.person]), rows)
        for viewpoint in viewpoints
        for things in measures
    ]
    people = counted[0].people
    shown = people >= LEAST_PEOPLE
    for each in counted:
        shown &= (each.people == 0) | (each.people >= LEAST_PEOPLE)
    while adds_up and shown.any() and not _is_covered(counted, ~shown):
        shown[np.where(shown, people, people.max(initial=0) + 1).argmin()] = False
    return shown


def _is_covered(counted: Sequence[Counted], hidden: Mask) -> bool:
    """Whether the total less the shown rows is about nobody, or about enough people."""
    return all(is_safe(each.together(hidden)) for each in counted)


def visible_steps(furthest: Numbers, *, steps: int, viewpoints: Sequence[Mask]) -> Mask:
    """Tell which steps of a way may be shown, with how many stopped since the last one shown.

    Args:
        furthest: By person, the last step reached; -1 for none.
        steps: How many there are.
        viewpoints: As for `visible`.
    """
    reached = np.array(
        [[np.count_nonzero(furthest[mask] >= step) for mask in viewpoints] for step in range(steps)]
    )
    shown = np.zeros(steps, dtype=np.bool_)
    before: NDArray[np.int64] | None = None
    for step, people in enumerate(reached):
        stopped = people - people if before is None else before - people
        if people[0] >= LEAST_PEOPLE and all(map(is_safe, (*people, *stopped))):
            shown[step], before = True, people
    return shown


def rounded(number: int) -> int:
    """A number to show: to the nearest five, but not under ten unless it is nothing."""
    return 0 if number == 0 else max(LEAST_PEOPLE, STEP * round(number / STEP))
