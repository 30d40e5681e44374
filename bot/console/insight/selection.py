"""Which days and which people are counted: read from the address, and refused where too few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from bot.console.insight.hiding import Mask, is_safe, rounded
from bot.console.rendering import OTTAWA
from bot.opinions.release import LEAST_PEOPLE
from bot.store.sql.facts import Coded, Facts, Numbers, Times

PERIODS = (7, 30, 90)
SHORTEST, LONGEST = 7, 366
"""Days: a single one could be compared with the period around it."""
MOST_DAYS_SHOWN = 45
"""A longer period is shown by week."""
FILTERS = ("platform", "language", "campaign")


@dataclass(frozen=True)
class Period:
    """Whole days in Ottawa, both included."""

    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        """Every day, oldest first."""
        return tuple(
            self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)
        )

    @property
    def since(self) -> float:
        """When it begins."""
        return _midnight(self.first)

    @property
    def until(self) -> float:
        """When it is over."""
        return _midnight(self.last + timedelta(days=1))

    def day_of(self, at: Times) -> Numbers:
        """The day's place in `days` of each moment; some days have 23 or 25 hours."""
        starts = np.array([_midnight(day) for day in self.days])
        return np.searchsorted(starts, at, side="right") - 1

    @property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays that its weeks begin with, also of those that are not whole."""
        return tuple(sorted({_monday(day) for day in self.days}))

    def week_of(self, at: Times) -> Numbers:
        """The week's place in `weeks` of each moment."""
        mondays = self.weeks
        place = np.array([mondays.index(_monday(day)) for day in self.days])
        return place[self.day_of(at)]

    @property
    def is_long(self) -> bool:
        """Whether it is shown by week."""
        return len(self.days) > MOST_DAYS_SHOWN

    @property
    def slots(self) -> tuple[date, ...]:
        """Its days, or its weeks where it is long."""
        return self.weeks if self.is_long else self.days

    def slot_of(self, at: Times) -> Numbers:
        """The place in `slots` of each moment."""
        return self.week_of(at) if self.is_long else self.day_of(at)


@dataclass(frozen=True)
class Selection:
    """What an address asks for."""

    period: Period
    chosen: Mapping[str, str]
    """Filters in use."""
    problem: str = ""
    """Key of the words for what is wrong with the address; then the usual period is shown."""

    def address(self) -> dict[str, str]:
        """The same again, as the query of an address."""
        period = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        return {**period, **self.chosen}


def read_selection(query: Mapping[str, str], now: float) -> Selection:
    """Read the query of an address; nothing in it can go wrong."""
    today = datetime.fromtimestamp(now, OTTAWA).date()
    chosen = {name: query[name].strip() for name in FILTERS if query.get(name, "").strip()}
    usual = Period(today - timedelta(days=29), today)
    if query.get("from") or query.get("to"):
        try:
            first = date.fromisoformat(query.get("from", ""))
            last = min(date.fromisoformat(query.get("to", "")), today)
        except ValueError:
            return Selection(usual, chosen, "problem_dates")
        length = (last - first).days + 1
        if not SHORTEST <= length <= LONGEST:
            return Selection(usual, chosen, "problem_length")
        return Selection(Period(first, last), chosen)
    asked = query.get("days", "")
    length = int(asked) if asked.isdecimal() and int(asked) in PERIODS else 30
    return Selection(Period(today - timedelta(days=length - 1), today), chosen)


def viewpoints(facts: Facts, chosen: Mapping[str, str]) -> list[Mask] | None:
    """Who is counted, and whom each filter leaves out of what the others choose.

    Returns:
        One mask over people each; None where one of them holds fewer than ten people.
    """
    everybody = np.ones(len(facts.people), dtype=np.bool_)
    chooses = [
        _column(facts, name).codes == _column(facts, name).code(value)
        for name, value in chosen.items()
    ]
    masks = [np.logical_and.reduce([everybody, *chooses])]
    for place in range(len(chooses)):
        others = np.logical_and.reduce(
            [everybody, *(mask for at, mask in enumerate(chooses) if at != place)]
        )
        masks.append(others & ~masks[0])
    sizes = [int(np.count_nonzero(mask)) for mask in masks]
    return masks if sizes[0] >= LEAST_PEOPLE and all(map(is_safe, sizes)) else None


def choices(facts: Facts, name: str) -> list[tuple[str, int]]:
    """What a filter offers and about how many people each has: at least ten."""
    column = _column(facts, name)
    people = np.bincount(column.codes, minlength=len(column.names))
    return sorted(
        (value, rounded(int(count)))
        for value, count in zip(column.names, people)
        if value and count >= LEAST_PEOPLE
    )


def _column(facts: Facts, name: str) -> Coded:
    people = facts.people
    columns = {
        "platform": people.platforms,
        "language": people.languages,
        "campaign": people.campaigns,
    }
    return columns[name]


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=OTTAWA).timestamp()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
