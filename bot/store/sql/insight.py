"""Reads what happened in a period, to be counted (`facts.py`)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Select, Table, func, select

from bot.store.sql.facts import Coded, Facts, Happenings, Numbers, People, Times, Turns
from bot.store.sql.tables import alerts, erasures, handovers, staff_messages, turns, views

KEPT_SECONDS = 60.0
"""So old figures may be; an erasure makes them be read anew at once."""
MOST_KEPT = 4
LONGEST_ANSWER = 3600.0
"""Seconds; who waited longer met an outage, or a clock that is wrong."""


class Insight:
    """Reads facts, over an open record, and keeps the latest for a minute."""

    def __init__(self, engine: Engine, now: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._now = now
        self._lock = threading.Lock()
        self._kept: dict[tuple[float, float], tuple[float, Any, Facts]] = {}

    def facts(self, since: float, until: float) -> Facts:
        """What happened from one moment, inclusive, to another, exclusive; both since 1970."""
        with self._lock, self._engine.connect() as connection:
            mark = tuple(connection.execute(select(func.count(), func.max(erasures.c.at))).one())
            now = self._now()
            kept = self._kept.get((since, until))
            if kept is not None and kept[1] == mark and 0 <= now - kept[0] < KEPT_SECONDS:
                return kept[2]
            facts = read_facts(connection, since, until)
            self._kept.pop((since, until), None)
            while len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[(since, until)] = (now, mark, facts)
            return facts


def read_facts(connection: Connection, since: float, until: float) -> Facts:
    """Read a period from the record; `Insight` does it once a minute at most."""

    def read(table: Table, *columns: Any) -> list[Sequence[Any]]:
        wanted = select(table.c.conversation, table.c.platform, table.c.language, *columns)
        return _columns(connection, _within(wanted, table, since, until), 3 + len(columns))

    said = read(
        turns,
        turns.c.campaign,
        turns.c.at,
        turns.c.answers,
        turns.c.text.is_not(None),
        turns.c.position,
    )
    flagged = read(alerts, alerts.c.at, alerts.c.answer)
    shared = read(
        views, views.c.campaign, views.c.at, views.c.status, views.c.theme, views.c.decided_at
    )
    first_reply = (
        select(func.min(staff_messages.c.at))
        .where(staff_messages.c.handover == handovers.c.number)
        .scalar_subquery()
    )
    taken = read(
        handovers, handovers.c.at, handovers.c.ended_at, handovers.c.ended_why, first_reply
    )
    parts = (said, flagged, shared, taken)
    conversations = _coded(name for part in parts for name in part[0])
    numbers = np.split(conversations.codes, np.cumsum([len(part[0]) for part in parts])[:-1])
    campaigns = [said[3], [None] * len(flagged[0]), shared[3], [None] * len(taken[0])]
    at = _times(said[4])
    return Facts(
        people=_people(parts, campaigns, conversations.codes, len(conversations.names)),
        turns=Turns(
            numbers[0],
            at,
            _coded(said[2]),
            _coded(said[5]),
            np.array(said[6], dtype=np.bool_),
            _possible(_committed(said[7]) - at, LONGEST_ANSWER),
        ),
        alerts=_happenings(numbers[1], flagged[3], flagged[4]),
        views=_happenings(numbers[2], shared[4], shared[5], until=shared[7], themes=shared[6]),
        handovers=_happenings(numbers[3], taken[3], _ends(taken[4], taken[5]), until=taken[6]),
    )


def _within(wanted: Select[Any], table: Table, since: float, until: float) -> Select[Any]:
    in_time = wanted.where(table.c.at >= since, table.c.at < until)
    return in_time.order_by(table.c.at, *table.primary_key)


def _columns(connection: Connection, wanted: Select[Any], count: int) -> list[Sequence[Any]]:
    return list(zip(*connection.execute(wanted).all())) or [()] * count


def _coded(values: Iterable[str | None]) -> Coded:
    found: dict[str, int] = {}
    codes = [found.setdefault(value or "", len(found)) for value in values]
    return Coded(tuple(found), np.array(codes, dtype=np.int64))


def _times(values: Sequence[float | None]) -> Times:
    return np.array(values, dtype=np.float64)


def _possible(seconds: Times, most: float = float("inf")) -> Times:
    return np.where((seconds >= 0) & (seconds <= most), seconds, np.nan)


def _committed(positions: Sequence[str]) -> Times:
    """When each turn was written: a place in the journal is `<stream>|<milliseconds>-<number>`."""
    milliseconds = (each.rpartition("|")[2].partition("-")[0] for each in positions)
    return _times([int(each) / 1000 if each.isdecimal() else None for each in milliseconds])


def _ends(ended_at: Sequence[float | None], why: Sequence[str | None]) -> list[str | None]:
    return [None if at is None else reason for at, reason in zip(ended_at, why)]


def _happenings(
    person: Numbers,
    at: Sequence[float],
    kinds: Sequence[str | None],
    *,
    until: Sequence[float | None] | None = None,
    themes: Sequence[str] | None = None,
) -> Happenings:
    begun = _times(at)
    ended = _times(until if until is not None else [None] * len(begun))
    return Happenings(
        person, begun, _coded(kinds), _coded(themes or [""] * len(begun)), _possible(ended - begun)
    )


def _people(
    parts: Sequence[Sequence[Sequence[Any]]],
    campaigns: Sequence[Sequence[str | None]],
    person: Numbers,
    count: int,
) -> People:
    platforms = _coded(name for part in parts for name in part[1])
    languages = _coded(name for part in parts for name in part[2])
    brought_by = _coded([None, *(name for each in campaigns for name in each)])
    named = brought_by.codes[1:] > 0  # 0 is none
    last = np.zeros(count, dtype=np.int64)
    last[person[named]] = brought_by.codes[1:][named]
    one = np.zeros(count, dtype=np.int64)
    one[person] = platforms.codes
    spoken = np.zeros((count, len(languages.names) or 1), dtype=np.int64)
    np.add.at(spoken, (person, languages.codes), 1)
    if "" in languages.names:
        spoken[:, languages.code("")] = 0
    return People(
        Coded(platforms.names, one),
        Coded(languages.names, spoken.argmax(axis=1)),
        Coded(brought_by.names, last),
    )
