"""The queries by which `Conversations` finds what staff look for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, and_, func, or_, select, union_all

from bot.conversation.journal import WANTS_A_PERSON
from bot.store.sql.conversation_rows import Filters, Place
from bot.store.sql.tables import alerts, handovers, labels, turns, views

CRISIS = "crisis_"
PLAIN_FLAGS = ("crisis", "person", "view", "handed")
"""Flags that are no kind of alert: any distress, any wish for a person, a view, a hand-over."""


def latest_in(table: Table, filters: Filters, before: Place | None, most: int) -> Any:
    """The last thing of each conversation, where it is a row of this table.

    An index gives the rows in their order, so this looks at little more than it shows.
    """
    row, turn, alert = table, turns.alias(), alerts.alias()
    is_later = (
        _is_of_and_after(turn, row, is_same_table=table is turns),
        _is_of_and_after(alert, row, is_same_table=table is alerts),
    )
    wanted = select(row.c.conversation, row.c.at).where(
        *(~select(1).where(condition).exists() for condition in is_later),
        *_conditions(row, filters),
    )
    if before is not None:
        is_after = or_(row.c.at < before.at, row.c.conversation > before.conversation)
        wanted = wanted.where(row.c.at <= before.at, is_after)
    return wanted.order_by(row.c.at.desc(), row.c.conversation).limit(most)


def latest_of(sets: Sequence[Any], filters: Filters, before: Place | None, most: int) -> Any:
    """The time of the last thing of each conversation that is in all of these sets."""
    rows = union_all(
        *(
            select(table.c.conversation, table.c.at).where(
                *(table.c.conversation.in_(each) for each in sets),
                *([table.c.conversation.in_(filters.among)] if filters.among is not None else []),
                *_conditions(table, filters),
            )
            for table in (turns, alerts)
        )
    ).subquery()
    last = func.max(rows.c.at)
    wanted = select(rows.c.conversation, last.label("at")).group_by(rows.c.conversation)
    if before is not None:
        is_after = or_(last < before.at, rows.c.conversation > before.conversation)
        wanted = wanted.having(and_(last <= before.at, is_after))
    return wanted.order_by(last.desc(), rows.c.conversation).limit(most)


def _is_of_and_after(later: Any, row: Table, *, is_same_table: bool) -> ColumnElement[bool]:
    """Whether something came later in the same conversation; at the same time a turn does."""
    is_after = later.c.at > row.c.at
    if is_same_table:
        is_after = or_(is_after, and_(later.c.at == row.c.at, later.c.position > row.c.position))
    elif row is alerts:
        is_after = later.c.at >= row.c.at
    return and_(later.c.conversation == row.c.conversation, is_after)


def sets_of(filters: Filters) -> list[Any]:
    """For each filter, the conversations that it lets through; none for the platform."""
    sets = [_flag(flag) for flag in filters.flags]
    sets += [select(labels.c.conversation).where(labels.c.label == each) for each in filters.labels]
    if filters.is_handed:
        held = select(handovers.c.conversation).where(handovers.c.ended_at.is_(None))
        by = filters.handed_to
        sets.append(held.where(handovers.c.taken_by == by) if by else held)
    if filters.is_about_turns:
        sets.append(_with_one_turn(filters))
    return sets


def _with_one_turn(filters: Filters) -> Any:
    """Conversations in which one turn is all that is wanted of it."""
    said = select(turns.c.conversation).where(*_of_both(turns, filters))
    if filters.campaign:
        said = said.where(turns.c.campaign == filters.campaign)
    if filters.intent:
        said = said.where(turns.c.intent == filters.intent)
    if filters.confidence_below is not None:
        said = said.where(turns.c.confidence < filters.confidence_below)
    return said


def _conditions(row: Table, filters: Filters) -> list[ColumnElement[bool]]:
    """What is wanted of the conversation that a row is of, and an index tells at once."""
    conditions: list[ColumnElement[bool]] = []
    if filters.platform:  # a conversation never changes it
        conditions.append(row.c.platform == filters.platform)
    if filters.is_about_turns or not filters.is_about_one_row:
        return conditions
    if filters.since is not None:
        conditions.append(row.c.at >= filters.since)
    either = (
        select(1)
        .where(each.c.conversation == row.c.conversation, *_of_both(each, filters))
        .exists()
        for each in (turns.alias(), alerts.alias())
    )
    return [*conditions, or_(*either)]


def _of_both(table: FromClause, filters: Filters) -> list[ColumnElement[bool]]:
    # Where a turn has to be read anyway, reading all is quicker than in the order of an index.
    at = table.c.at + 0.0 if filters.is_about_turns else table.c.at
    conditions: list[ColumnElement[bool]] = []
    if filters.since is not None:
        conditions.append(at >= filters.since)
    if filters.until is not None:
        conditions.append(at < filters.until)
    if filters.language:
        conditions.append(table.c.language == filters.language)
    return conditions


def _flag(flag: str) -> Any:
    if flag == "view":
        return select(views.c.conversation).where(views.c.status != "withdrawn")
    if flag == "handed":
        return select(handovers.c.conversation)
    kinds = alerts.c.answer == flag
    if flag == "crisis":
        kinds = alerts.c.answer.startswith(CRISIS, autoescape=True)
    if flag == "person":
        kinds = alerts.c.answer.in_(WANTS_A_PERSON)
    return select(alerts.c.conversation).where(kinds)
