"""How much people talk with the bot, about what, and how it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.console.insight.hiding import Mask, Things
from bot.console.insight.selection import Period
from bot.console.insight.tables import Labels, Measure, Table, count_table, time_table, with_share
from bot.content.library import Library
from bot.store.sql.facts import Coded, Facts, Numbers

FALLBACKS = ("fallback_nearest", "fallback_unclear")
"""Answers of a bot that did not understand."""
FOLLOWED = ("understood", "again", "button", "nothing")
FOLLOWS_WITHIN = 600.0
"""Seconds in which what comes next still is about the question."""
FEEDBACK = ("thanks", "compliment", "insult", "report_problem", "crisis_not_meant")
"""Answers to what people say about the bot."""
QUESTIONS, TIMES = "questions", "times"
NONE = ""
"""The key of what has no language or campaign."""


@dataclass(frozen=True)
class Counting:
    """What tables are made of: the facts of a period, and who is counted."""

    facts: Facts
    period: Period
    viewpoints: Sequence[Mask]
    library: Library


def days(counting: Counting) -> Table:
    """People and questions, by day, or by week in a long period."""
    keys, labels = _slots(counting.period)
    slot = counting.period.slot_of(counting.facts.turns.at)
    return _people_and_questions("days", keys, slot, counting, labels=labels)


def topics(counting: Counting) -> Table:
    """What the bot told about, by answer; of several answers in a turn, the first."""
    answers = counting.facts.turns.answers
    of_string = np.full(len(answers.names), -1, dtype=np.int64)
    keys: list[str] = []
    for at, name in enumerate(answers.names):
        first = name.split(" ")[0]
        answer = counting.library.answers.get(first)
        if answer is not None and answer.sources:
            if first not in keys:
                keys.append(first)
            of_string[at] = keys.index(first)
    row = of_string[answers.codes]
    measure = Measure(TIMES, Things(row, counting.facts.turns.person).where(row >= 0))
    table = count_table("topics", keys, [measure], counting.viewpoints, labels="answer")
    return table.without_hidden()


def languages(counting: Counting) -> Table:
    """In which language the bot answered."""
    keys = ("fr", "en", NONE)
    row = _places(counting.facts.turns.languages, keys)
    return _people_and_questions("languages", keys, row, counting)


def platforms(counting: Counting) -> Table:
    """Where people write from."""
    keys = ("web", "telegram", "discord")
    row = _places(counting.facts.people.platforms, keys)[counting.facts.turns.person]
    return _people_and_questions("platforms", keys, row, counting)


def campaigns(counting: Counting) -> Table:
    """Which link brought people; its name is shown only where at least ten came by it."""
    column = counting.facts.people.campaigns
    row = column.codes[counting.facts.turns.person]
    table = _people_and_questions("campaigns", column.names, row, counting, labels="name")
    return table.without_hidden()


def unanswered(counting: Counting) -> Table:
    """Questions that the bot did not understand, by week."""
    turns = counting.facts.turns
    week = counting.period.week_of(turns.at)
    is_not = _answers_any(turns.answers, FALLBACKS)
    questions = Things(week, turns.person)
    measures = [
        Measure(QUESTIONS, questions.where(turns.is_written)),
        Measure(
            "unanswered",
            questions.where(turns.is_written & is_not),
            rest=questions.where(turns.is_written & ~is_not),
        ),
    ]
    keys = [each.isoformat() for each in counting.period.weeks]
    table = count_table("unanswered", keys, measures, counting.viewpoints, labels="week")
    return with_share(table, "unanswered", QUESTIONS)


def after_fallback(counting: Counting) -> Table:
    """What people did next after a question that the bot did not understand."""
    turns = counting.facts.turns
    order = np.lexsort((turns.at, turns.person))
    person, at, is_written = turns.person[order], turns.at[order], turns.is_written[order]
    is_not = _answers_any(turns.answers, FALLBACKS)[order] & is_written
    follows = np.zeros(len(person), dtype=np.bool_)
    follows[:-1] = (person[1:] == person[:-1]) & (at[1:] - at[:-1] <= FOLLOWS_WITHIN)
    next_is_written, next_is_not = np.roll(is_written, -1), np.roll(is_not, -1)
    row = np.where(next_is_not, 1, np.where(next_is_written, 0, 2))
    row = np.where(follows, row, 3)
    measure = Measure(TIMES, Things(row, person).where(is_not))
    return count_table("after_fallback", FOLLOWED, [measure], counting.viewpoints)


def feedback(counting: Counting) -> Table:
    """What people say about the bot; a message may be several of these."""
    turns = counting.facts.turns
    said = [np.nonzero(_answers_any(turns.answers, (each,)))[0] for each in FEEDBACK]
    row = np.repeat(np.arange(len(FEEDBACK)), [len(each) for each in said])
    measure = Measure(TIMES, Things(row, turns.person[np.concatenate(said)]))
    return count_table("feedback", FEEDBACK, [measure], counting.viewpoints, adds_up=False)


def alerts(counting: Counting) -> Table:
    """What called for a person of the team."""
    happened = counting.facts.alerts
    keys = sorted(happened.kinds.names)
    row = _places(happened.kinds, keys)
    measure = Measure(TIMES, Things(row, happened.person))
    table = count_table("alerts", keys, [measure], counting.viewpoints, labels="answer")
    return table.without_hidden()


def speed(counting: Counting) -> Table:
    """How long people wait for an answer, by day, or by week in a long period."""
    turns = counting.facts.turns
    things = Things(counting.period.slot_of(turns.at), turns.person)
    keys, labels = _slots(counting.period)
    return time_table("speed", keys, things, turns.seconds, counting.viewpoints, labels=labels)


def _slots(period: Period) -> tuple[list[str], Labels]:
    return [each.isoformat() for each in period.slots], "week" if period.is_long else "day"


def _people_and_questions(
    name: str,
    keys: Sequence[str],
    row: Numbers,
    counting: Counting,
    *,
    labels: Labels = "word",
) -> Table:
    """Who wrote or pressed a button, and what was asked, by the row of each turn."""
    turns = counting.facts.turns
    everything = Things(row, turns.person)
    measures = [Measure("", everything), Measure(QUESTIONS, everything.where(turns.is_written))]
    return count_table(name, keys, measures, counting.viewpoints, labels=labels)


def _places(column: Coded, keys: Sequence[str]) -> Numbers:
    """Each entry's place among the keys; -1 where it is none of them."""
    places = [keys.index(name) if name in keys else -1 for name in column.names]
    return np.array([*places, -1], dtype=np.int64)[column.codes]


def _answers_any(answers: Coded, ids: Sequence[str]) -> Mask:
    """Which turns had one of these answers."""
    wanted = set(ids)
    has = np.array([bool(wanted & set(name.split(" "))) for name in answers.names], dtype=np.bool_)
    return np.append(has, False)[answers.codes]
