"""The insight page, and a file of each of its tables."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.console.access import Permission
from bot.console.asked import Asked
from bot.console.insight.figures import HEADLINES, MAKERS, PARTS
from bot.console.insight.selection import (
    FILTERS,
    PERIODS,
    Selection,
    choices,
    read_selection,
    viewpoints,
)
from bot.console.insight.showing import Shower, readable_day
from bot.console.insight.talking import Counting
from bot.console.pages import Page
from bot.store.sql.facts import Facts

ADDRESS = "/console/insight"


def show_insight(asked: Asked) -> Response:
    """Everything that may be said of a period."""
    selection, facts = _select(asked)
    counting = _counting(asked, selection, facts)
    shower = Shower(asked.parts.words, asked.parts.library, asked.language)
    tables = {name: make(counting) for name, make in MAKERS.items()} if counting else {}
    parts = [
        (part, [shower.show(tables[name]) for name in names])
        for part, names in PARTS.items()
        if tables
    ]
    return asked.page(
        "insight/insight.html",
        selection=selection,
        query=urlencode(selection.address()),
        periods=_periods(asked, selection),
        filters=[(name, _offered(asked, facts, name)) for name in FILTERS],
        first=readable_day(selection.period.first, asked.language),
        last=readable_day(selection.period.last, asked.language),
        headlines=[(words, shower.headline(tables[name], words)) for name, words in HEADLINES]
        if tables
        else [],
        parts=parts,
    )


def export_table(asked: Asked) -> Response:
    """A table as a CSV file."""
    name = asked.path("table")
    if name not in MAKERS:
        raise HTTPException(404)
    selection, facts = _select(asked)
    counting = _counting(asked, selection, facts)
    if counting is None or selection.problem:
        return asked.go_to(ADDRESS, **dict(asked.request.query_params))
    table = MAKERS[name](counting)
    asked.note("exported", f"insight {name}", **selection.address())
    shower = Shower(asked.parts.words, asked.parts.library, asked.language)
    period = selection.period
    return Response(
        "".join(shower.file(table)).encode(),
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{name}-{period.first}-{period.last}.csv"'
        },
    )


def _select(asked: Asked) -> tuple[Selection, Facts]:
    selection = read_selection(asked.request.query_params, asked.parts.now())
    period = selection.period
    return selection, asked.parts.insight.facts(period.since, period.until)


def _counting(asked: Asked, selection: Selection, facts: Facts) -> Counting | None:
    """What to count with; None where too few people are chosen."""
    counted = viewpoints(facts, selection.chosen)
    if counted is None:
        return None
    return Counting(facts, selection.period, counted, asked.parts.library)


def _periods(asked: Asked, selection: Selection) -> list[tuple[int, str, bool]]:
    """Days, address and whether it is the one shown."""
    today = read_selection({}, asked.parts.now()).period.last
    return [
        (
            days,
            f"{ADDRESS}?{urlencode({'days': days, **selection.chosen})}",
            selection.period.last == today and len(selection.period.days) == days,
        )
        for days in PERIODS
    ]


def _offered(asked: Asked, facts: Facts, name: str) -> list[tuple[str, str]]:
    """A filter's values and their words."""
    return [
        (
            value,
            value if name == "campaign" else asked.word(f"insight.{name}s_{value}"),
        )
        for value, _ in choices(facts, name)
    ]


PAGES: tuple[Page, ...] = (
    Page("/insight", show_insight, Permission.INSIGHT),
    Page("/insight/{table}.csv", export_table, Permission.INSIGHT),
)
