"""Tables of numbers that may be shown, made of things that are counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from bot.console.insight.hiding import (
    Mask,
    Things,
    count_people,
    is_safe,
    rounded,
    visible,
    visible_steps,
)
from bot.store.sql.facts import Numbers, Times

Labels = Literal["day", "week", "answer", "name", "word"]
"""What a row's key is: a date, an answer's id, a name as it is, or one of the console's words."""
Values = tuple[float | None, ...]
"""None is hidden, or unknown."""
PEOPLE = "people"
SLOW = 95


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    key: str
    values: Values

    @property
    def is_hidden(self) -> bool:
        """Whether nothing may be said of it."""
        return all(value is None for value in self.values)


@dataclass(frozen=True)
class Table:
    """Numbers that may be shown."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    labels: Labels = "word"
    others: Values | None = None
    """All hidden rows together; None where there is nobody in them, or no sum."""
    total: Values | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that may be shown."""
        return self.others is None and all(row.is_hidden for row in self.rows)

    def without_hidden(self) -> Table:
        """Only the rows that are shown, the largest first: where rows are many and mostly small."""
        kept = [row for row in self.rows if not row.is_hidden]
        return replace(self, rows=tuple(sorted(kept, key=lambda row: -(row.values[-1] or 0))))


@dataclass(frozen=True)
class Measure:
    """A column of a table, of things to count."""

    column: str
    """Empty where only the people behind the things are shown."""
    things: Things
    rest: Things | None = None
    """What the things are a part of, less they themselves, where the whole is a column too."""


def count_table(
    name: str,
    keys: Sequence[str],
    measures: Sequence[Measure],
    viewpoints: Sequence[Mask],
    *,
    labels: Labels = "word",
    adds_up: bool = True,
) -> Table:
    """Count things by row: how many people stand behind the first measure, then each measure.

    Args:
        name: The table's.
        keys: Its rows.
        measures: What is counted; who is behind the first is in the column of people.
        viewpoints: By person: first who is counted, then whom each filter leaves out.
        labels: What the keys are.
        adds_up: Whether each thing is in one row, so that a total may be told.
    """
    counted = [each for m in measures for each in (m.things, m.rest) if each is not None]
    shown = visible(counted, rows=len(keys), viewpoints=viewpoints, adds_up=adds_up)
    everything = np.ones(len(keys), dtype=np.bool_)
    mine = [m.things.where(viewpoints[0][m.things.person]) for m in measures]
    people = count_people(mine[0], len(keys))
    counts = [
        np.bincount(things.row, minlength=len(keys))
        for things, measure in zip(mine, measures)
        if measure.column
    ]

    def row(at: int) -> Values:
        if not shown[at]:
            return (None,) * (1 + len(counts))
        return tuple(map(rounded, (int(people.people[at]), *(int(count[at]) for count in counts))))

    def sums(rows: Mask) -> Values | None:
        behind = people.together(rows)
        if not adds_up or not behind or not _are_safe(counted, rows, viewpoints):
            return None
        return tuple(map(rounded, (behind, *(int(count[rows].sum()) for count in counts))))

    return Table(
        name=name,
        columns=(PEOPLE, *(measure.column for measure in measures if measure.column)),
        rows=tuple(Row(key, row(at)) for at, key in enumerate(keys)),
        labels=labels,
        others=sums(~shown),
        total=sums(everything),
    )


def _are_safe(all_things: Sequence[Things], rows: Mask, viewpoints: Sequence[Mask]) -> bool:
    """Whether sums over some rows may be shown."""
    return all(
        is_safe(len(np.unique(things.person[mask[things.person] & rows[things.row]])))
        for mask in viewpoints
        for things in all_things
    )


def time_table(
    name: str,
    keys: Sequence[str],
    things: Things,
    seconds: Times,
    viewpoints: Sequence[Mask],
    *,
    labels: Labels = "word",
) -> Table:
    """How long things took, by row: the median, and what 95 of 100 stayed under; in seconds."""
    is_known = ~np.isnan(seconds)
    known, took = things.where(is_known), seconds[is_known]
    shown = visible([known], rows=len(keys), viewpoints=viewpoints, adds_up=False)
    counted = viewpoints[0][known.person]
    mine, took = known.where(counted), took[counted]
    people = count_people(mine, len(keys)).people

    def row(at: int) -> Values:
        if not shown[at]:
            return (None, None, None)
        median, slow = np.percentile(took[mine.row == at], (50, SLOW))
        return (rounded(int(people[at])), float(median), float(slow))

    return Table(
        name=name,
        columns=(PEOPLE, "median", "slow"),
        rows=tuple(Row(key, row(at)) for at, key in enumerate(keys)),
        labels=labels,
    )


def funnel_table(
    name: str, keys: Sequence[str], furthest: Numbers, viewpoints: Sequence[Mask]
) -> Table:
    """How many people reached each step, how many stopped since the step before, and the share."""
    shown = visible_steps(furthest, steps=len(keys), viewpoints=viewpoints)
    mine = furthest[viewpoints[0]]
    began = rounded(int(np.count_nonzero(mine >= 0)))
    rows, before = [], -1
    for step, key in enumerate(keys):
        reached = int(np.count_nonzero(mine >= step))
        if not shown[step]:
            rows.append(Row(key, (None, None, None)))
            continue
        stopped = rounded(before - reached) if before >= 0 else None
        rows.append(Row(key, (rounded(reached), stopped, 100 * rounded(reached) / began)))
        before = reached
    return Table(name=name, columns=(PEOPLE, "stopped", "share"), rows=tuple(rows))


def with_share(table: Table, part: str, whole: str) -> Table:
    """Add what percentage one column is of another, from the rounded numbers."""
    at_part, at_whole = table.columns.index(part), table.columns.index(whole)

    def share(values: Values) -> Values:
        some, every = values[at_part], values[at_whole]
        known = some is not None and every
        return (*values, min(100.0, 100 * some / every) if known else None)  # type: ignore[operator]

    def also(values: Values | None, add: Callable[[Values], Values]) -> Values | None:
        return None if values is None else add(values)

    return replace(
        table,
        columns=(*table.columns, "share"),
        rows=tuple(replace(row, values=share(row.values)) for row in table.rows),
        others=also(table.others, share),
        total=also(table.total, share),
    )
