"""How people share views, and how the team answers to them and to those who ask for a person."""

from __future__ import annotations

import numpy as np

from bot.console.insight.hiding import Things
from bot.console.insight.tables import Measure, Table, count_table, funnel_table, time_table
from bot.console.insight.talking import TIMES, Counting
from bot.store.sql.facts import Coded, Happenings, Numbers

STEPS = (
    "view_consent",
    "view_age",
    "view_theme",
    "view_text",
    "view_check",
    "view_received",
    "view_band",
    "view_region",
    "view_done",
)
"""Answers of the form of a view, in the order that they come in."""
SAME_STEP = {"view_check_removed": "view_check"}
STATUSES = ("pending", "approved", "rejected", "withdrawn")
THEMES = ("inclusion", "participation", "impact", "other")
ENDS = ("given_back", "left", "timeout", "")
"""How hand-overs end; empty while a moderator still has the conversation."""
WAITS = ("first_word", "decision")


def funnel(counting: Counting) -> Table:
    """How far people came in the form of a view; who came to a step passed those before it."""
    turns = counting.facts.turns
    furthest = np.full(len(counting.facts.people), -1, dtype=np.int64)
    np.maximum.at(furthest, turns.person, _furthest_step(turns.answers)[turns.answers.codes])
    return funnel_table("funnel", STEPS, furthest, counting.viewpoints)


def _furthest_step(answers: Coded) -> Numbers:
    """The last step among the answers of each string; -1 for none."""
    place = {step: at for at, step in enumerate(STEPS)}
    place |= {other: place[step] for other, step in SAME_STEP.items()}
    found = [max(place.get(id, -1) for id in name.split(" ")) for name in answers.names]
    return np.array(found, dtype=np.int64)


def view_status(counting: Counting) -> Table:
    """What became of the views of the period."""
    views = counting.facts.views
    return _of_happenings("view_status", STATUSES, views, views.kinds, "views", counting)


def view_themes(counting: Counting) -> Table:
    """What the views of the period are about."""
    views = counting.facts.views
    return _of_happenings("view_themes", THEMES, views, views.themes, "views", counting)


def handovers(counting: Counting) -> Table:
    """How often somebody of the team took a conversation, and how that ended."""
    taken = counting.facts.handovers
    return _of_happenings("handovers", ENDS, taken, taken.kinds, TIMES, counting)


def waits(counting: Counting) -> Table:
    """How long people wait for the team: for a first word, and for a decision about a view."""
    both = (counting.facts.handovers, counting.facts.views)
    row = np.repeat(np.arange(len(WAITS)), [len(each.person) for each in both])
    things = Things(row, np.concatenate([each.person for each in both]))
    seconds = np.concatenate([each.seconds for each in both])
    return time_table("waits", WAITS, things, seconds, counting.viewpoints)


def _of_happenings(
    name: str,
    keys: tuple[str, ...],
    happened: Happenings,
    column: Coded,
    counted: str,
    counting: Counting,
) -> Table:
    places = [keys.index(each) if each in keys else -1 for each in column.names]
    row = np.array([*places, -1], dtype=np.int64)[column.codes]
    things = Things(row, happened.person).where(row >= 0)
    return count_table(name, keys, [Measure(counted, things)], counting.viewpoints)
