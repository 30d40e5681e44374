"""Tables as the page and its files show them: words, formatted numbers, a chart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from bot.console.csv_files import BYTE_ORDER_MARK, csv_line
from bot.console.insight import charts
from bot.console.insight.charts import Bar, Line
from bot.console.insight.tables import Row, Table, Values
from bot.console.rendering import MONTHS, readable_number
from bot.console.words import Words
from bot.content.library import Library

LINES = {"days": ("people", "questions"), "speed": ("median", "slow"), "unanswered": ("share",)}
"""Tables that are shown over time, and the columns that are drawn."""
MOST_BARS = 12
MOST_TOLD = 5
TIMES = ("median", "slow")
UNITS = ((86_400, "days"), (3600, "hours"), (60, "minutes"))


@dataclass(frozen=True)
class ShownRow:
    """One line of a table, in words."""

    label: str
    cells: tuple[str, ...]
    kind: str = ""
    """`others` or `total` where it is a sum."""


@dataclass(frozen=True)
class Shown:
    """A table as the page shows it."""

    name: str
    title: str
    how: str
    """How it is counted."""
    columns: tuple[str, ...]
    rows: tuple[ShownRow, ...]
    chart: Markup
    is_empty: bool


class Shower:
    """Puts tables into the words of one language."""

    def __init__(self, words: Words, library: Library, language: str) -> None:
        self._words = words
        self._library = library
        self._language = language

    def show(self, table: Table) -> Shown:
        """A table with its chart."""
        rows = [
            ShownRow(self.label(table, row.key), self._cells(table, row.values))
            for row in table.rows
        ]
        for kind, values in (("others", table.others), ("total", table.total)):
            if values is not None:
                cells = self._cells(table, values)
                rows.append(ShownRow(self._word(f"row_{kind}"), cells, kind))
        return Shown(
            name=table.name,
            title=self._word(f"table_{table.name}"),
            how=self._word(f"how_{table.name}"),
            columns=tuple(self._word(f"column_{column}") for column in table.columns),
            rows=tuple(rows),
            chart=self._chart(table),
            is_empty=table.is_empty,
        )

    def headline(self, table: Table, column: str) -> str:
        """The total of a column."""
        total = table.total
        return self.value(column, total[table.columns.index(column)] if total else None)

    def file(self, table: Table) -> Iterator[str]:
        """A table as lines of a CSV file; numbers as they are, times in seconds."""
        shown = self.show(table)
        columns = (
            f"{words} (s)" if column in TIMES else words
            for column, words in zip(table.columns, shown.columns)
        )
        yield BYTE_ORDER_MARK + csv_line([self._word(f"key_{table.labels}"), *columns])
        is_dated = table.labels in ("day", "week")
        for row in table.rows:
            label = row.key if is_dated else self.label(table, row.key)
            yield csv_line([label, *self._plain(table, row.values)])
        for kind, values in (("others", table.others), ("total", table.total)):
            if values is not None:
                yield csv_line([self._word(f"row_{kind}"), *self._plain(table, values)])

    def label(self, table: Table, key: str) -> str:
        """What a row is called."""
        if table.labels in ("day", "week"):
            day = readable_day(date.fromisoformat(key), self._language)
            return self._word("week_of", day=day) if table.labels == "week" else day
        if table.labels == "answer":
            answer = self._library.answers.get(key)
            return answer.languages[self._language].title if answer else key
        if table.labels == "name" and key:
            return key
        return self._word(f"{table.name}_{key or 'none'}")

    def value(self, column: str, value: float | None) -> str:
        """A number in words."""
        if value is None:
            return self._word("hidden")
        if column == "share":
            return self._word("percent", number=readable_number(value, self._language))
        if column in TIMES:
            return self._duration(value)
        return readable_number(value, self._language)

    def _duration(self, seconds: float) -> str:
        for size, unit in UNITS:
            if seconds >= size:
                digits = 1 if seconds < 10 * size else 0
                number = readable_number(seconds / size, self._language, digits)
                return self._word(unit, number=number)
        digits = 2 if seconds < 10 else 0
        return self._word("seconds", number=readable_number(seconds, self._language, digits))

    def _cells(self, table: Table, values: Values) -> tuple[str, ...]:
        return tuple(self._cell(*pair, values) for pair in zip(table.columns, values))

    def _cell(self, column: str, value: float | None, values: Values) -> str:
        is_first_step = column == "stopped" and value is None and values[0] is not None
        return "-" if is_first_step else self.value(column, value)

    def _plain(self, table: Table, values: Values) -> list[object]:
        """Numbers for a spreadsheet: whole, but for times."""
        hidden = self._word("hidden")
        return [
            hidden if value is None else round(value, 2) if column in TIMES else round(value)
            for column, value in zip(table.columns, values)
        ]

    def _word(self, key: str, /, **values: object) -> str:
        return self._words.get(f"insight.{key}", self._language, **values)

    def _chart(self, table: Table) -> Markup:
        if table.is_empty:
            return Markup("")
        if table.name in LINES:
            return self._lines(table)
        drawn = [self._bar(table, row) for row in table.rows[:MOST_BARS]]
        title = self._word(f"table_{table.name}")
        told = "; ".join(f"{bar.label}: {bar.shown}" for bar in drawn[:MOST_TOLD])
        words = self._word("chart_words", numbers=told)
        draw = charts.funnel if table.name == "funnel" else charts.bars
        return draw(f"chart-{table.name}", drawn, title=title, words=words)

    def _bar(self, table: Table, row: Row) -> Bar:
        """Of people, or of waiting; on the way through the form also who stopped."""
        column = "median" if "median" in table.columns else table.columns[0]
        value = row.values[table.columns.index(column)]
        shown = self.value(column, value)
        if "stopped" in table.columns and (stopped := row.values[1]):
            number = readable_number(stopped, self._language)
            shown = self._word("bar_stopped", shown=shown, number=number)
        return Bar(self.label(table, row.key), value, shown)

    def _lines(self, table: Table) -> Markup:
        columns = LINES[table.name]
        series = [
            Line(
                self._word(f"column_{column}"),
                [row.values[table.columns.index(column)] for row in table.rows],
            )
            for column in columns
        ]
        known = [value for line in series for value in line.values if value is not None]
        labels = [self.label(table, row.key) for row in table.rows]
        told = "; ".join(
            self._word(
                "chart_range",
                name=line.name,
                least=self.value(column, min(seen)),
                most=self.value(column, max(seen)),
            )
            for column, line in zip(columns, series)
            if (seen := [value for value in line.values if value is not None])
        )
        return charts.lines(
            f"chart-{table.name}",
            labels,
            series,
            title=self._word(f"table_{table.name}"),
            words=self._word("chart_words", numbers=told),
            top=self.value(columns[-1], max(known, default=0)),
            most=max(known, default=0),
        )


def readable_day(day: date, language: str) -> str:
    """`29 nov.` in French, `Nov. 29` in English."""
    month = MONTHS[language].split()[day.month - 1]
    return f"{day.day} {month}" if language == "fr" else f"{month} {day.day}"
