"""Votes to hold back until somebody has looked: copied, faster than reading, or in a crowd.

Pure, and in n log n of the votes. It decides nothing for good: the recorder leaves these votes out
of what is published and shows a moderator why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.opinions.significance import Integers, more_than_others

Reason = Literal["identical", "speed", "burst"]
Pair = tuple[str, str]
"""A conversation and a view: the vote that it cast on it."""
Flags = NDArray[np.bool_]

COPIES = 5
"""So many conversations with the same votes,"""
COPIED_VOTES = 7
"""so many or more, on the same views,"""
COPIED_WITHIN = 24 * 3600.0
"""the last vote of each within so many seconds, are copies of one another."""

FAST_VOTES = 10
FAST_GAP = 1.0
"""Seconds; nobody reads a view in less, most of the time."""

BURST_VOTES = 20
BURST_WITHIN = 600.0
NEWCOMER = 3600.0
"""Seconds since a conversation was first seen."""
BURST_PERCENT = 80
"""Of a burst's votes come from newcomers who answer alike,"""
BURST_SURPRISE = NormalDist().inv_cdf(0.99)
"""and more often than the others by this z score, where there are as many others."""


class CastVote(NamedTuple):
    """One vote, as recorded; 1 agrees, 0 passes, -1 disagrees."""

    conversation: str
    view: str
    value: int
    at: float
    platform: str


@dataclass(frozen=True)
class Suspicion:
    """Votes to hold back for one reason.

    Attributes:
        reason: Its id.
        held: Whose votes on what, sorted.
        evidence: Numbers that let a moderator judge; none of them names anybody.
    """

    reason: Reason
    held: tuple[Pair, ...]
    evidence: Mapping[str, float]


def held_back(suspicions: Iterable[Suspicion]) -> frozenset[Pair]:
    """All votes that any of them holds."""
    return frozenset(pair for suspicion in suspicions for pair in suspicion.held)


def find_suspicions(
    votes: Sequence[CastVote], first_seen: Mapping[str, float]
) -> tuple[Suspicion, ...]:
    """Find the votes to hold back, the same whatever order they come in.

    Args:
        votes: Of two by one conversation on one view, the later counts; both count for speed.
        first_seen: When each conversation was; its first vote where that is unknown.
    """
    if not votes:
        return ()
    table = _read(votes, first_seen)
    return (*_identical(table), *_speed(table), *_bursts(table))


@dataclass(frozen=True, eq=False)
class _Table:
    """Votes as columns, sorted by conversation, view and time; names are numbers in their order."""

    conversations: Sequence[str]
    views: Sequence[str]
    on_web: Flags
    """Of each conversation: where nobody signs in."""
    first_seen: NDArray[np.float64]
    conversation: Integers
    view: Integers
    value: Integers
    at: NDArray[np.float64]
    is_latest: Flags

    def pairs(self, rows: NDArray[np.intp]) -> tuple[Pair, ...]:
        found = zip(self.conversation[rows].tolist(), self.view[rows].tolist())
        return tuple(sorted({(self.conversations[one], self.views[view]) for one, view in found}))

    def latest_of(self, conversations: Integers) -> NDArray[np.intp]:
        """Rows of these conversations, one for each view."""
        starts = np.searchsorted(self.conversation, conversations)
        ends = np.searchsorted(self.conversation, conversations, side="right")
        rows = [np.arange(*each) for each in zip(starts.tolist(), ends.tolist())]
        every: NDArray[np.intp] = np.concatenate(rows)
        latest: NDArray[np.intp] = every[self.is_latest[every]]
        return latest


def _read(votes: Sequence[CastVote], first_seen: Mapping[str, float]) -> _Table:
    ordered = sorted(votes, key=lambda vote: (vote[0], vote[1], vote[3], vote[2]))
    names, views, values, times, platforms = zip(*ordered)
    conversations, conversation = _numbered(names)
    statements, view = _numbered(views)
    at = np.array(times, np.float64)
    is_latest = np.ones(len(at), np.bool_)
    is_latest[:-1] = (np.diff(conversation) != 0) | (np.diff(view) != 0)
    earliest = np.minimum.reduceat(at, np.searchsorted(conversation, range(len(conversations))))
    on_web = {name for name, platform in zip(names, platforms) if platform == "web"}
    return _Table(
        conversations=conversations,
        views=statements,
        on_web=np.array([name in on_web for name in conversations], np.bool_),
        first_seen=np.array(
            [first_seen.get(name, at) for name, at in zip(conversations, earliest.tolist())]
        ),
        conversation=conversation,
        view=view,
        value=np.array(values, np.int64),
        at=at,
        is_latest=is_latest,
    )


def _numbered(names: Sequence[str]) -> tuple[list[str], Integers]:
    known = sorted(set(names))
    number_of = {name: number for number, name in enumerate(known)}
    return known, np.fromiter((number_of[name] for name in names), np.int64, len(names))


# --- The same votes, again and again --------------------------------------------------------------


def _identical(table: _Table) -> Iterator[Suspicion]:
    """Find conversations that hold the very same votes, where next to nobody holds nearly the same.

    Where few views are published many honest people answer them alike. But then others give one
    answer differently; a script that votes for several conversations does not.
    """
    rows = np.flatnonzero(table.is_latest)
    marks = _marks(table.view[rows], table.value[rows])
    starts = np.flatnonzero(np.diff(table.conversation[rows], prepend=-1))
    sums = np.add.reduceat(marks, starts).tolist()
    lengths = np.diff(starts, append=len(rows))
    done_at = np.maximum.reduceat(table.at[rows], starts)
    holders = Counter(sums)
    for same, members in _members(sums, lengths).items():
        owners = members[_close_in_time(done_at[members])]
        if not len(owners):
            continue
        one = rows[starts[owners[0]] : starts[owners[0]] + lengths[owners[0]]]
        nearly = sum(holders[near] for near in _one_answer_away(same, table, one))
        if 2 * nearly < len(owners):
            yield Suspicion(
                "identical",
                table.pairs(table.latest_of(owners)),
                {
                    "conversations": len(owners),
                    "votes_each": len(one),
                    "hours": round(float(np.ptp(done_at[owners])) / 3600, 2),
                    "nearly_the_same": nearly,
                    "on_web": int(table.on_web[owners].sum()),
                },
            )


def _marks(view: Integers, value: Integers) -> NDArray[np.uint64]:
    """Give every vote a number that looks random, so that the sum over a person's tells them apart.

    The numbers are SplitMix64's. Sums of 64 bits meet by chance once in billions of people.
    """
    mixed = (view * 3 + value + 2).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return found


def _members(sums: list[int], lengths: NDArray[np.intp]) -> dict[int, NDArray[np.intp]]:
    """List the conversations behind each sum that enough of them share."""
    members: dict[int, list[int]] = {}
    for conversation, (each, length) in enumerate(zip(sums, lengths.tolist())):
        if length >= COPIED_VOTES:
            members.setdefault(each, []).append(conversation)
    return {each: np.array(who) for each, who in members.items() if len(who) >= COPIES}


def _close_in_time(done_at: NDArray[np.float64]) -> NDArray[np.intp]:
    """Choose those who are among enough that finished within a day."""
    order = np.argsort(done_at, kind="stable")
    spans = done_at[order][COPIES - 1 :] - done_at[order][: 1 - COPIES]
    chosen = _covered(np.flatnonzero(spans <= COPIED_WITHIN), COPIES, len(order))
    return np.sort(order[chosen])


def _one_answer_away(same: int, table: _Table, rows: NDArray[np.intp]) -> Iterator[int]:
    """Sum the votes anew with each one answered in each other way."""
    view, value = table.view[rows], table.value[rows]
    own = _marks(view, value).tolist()
    for other in (1, 2):
        changed = _marks(view, (value + 1 + other) % 3 - 1).tolist()
        yield from ((same - mine + theirs) % 2**64 for mine, theirs in zip(own, changed))


# --- Faster than anybody reads --------------------------------------------------------------------


def _speed(table: _Table) -> Iterator[Suspicion]:
    """Find conversations that hurry through all their votes, or through any ten in a row."""
    order = np.lexsort((table.at, table.conversation))
    owner, at = table.conversation[order], table.at[order]
    is_within = owner[1:] == owner[:-1]
    gaps, owner = np.diff(at)[is_within], owner[1:][is_within]
    medians, counts = _medians(gaps, owner, len(table.conversations))
    fast = np.bincount(owner[gaps < FAST_GAP], minlength=len(table.conversations))
    hurried = (counts >= FAST_VOTES - 1) & (medians < FAST_GAP)
    hurried[_fast_stretches(gaps, owner)] = True
    for conversation in np.flatnonzero(hurried):
        yield Suspicion(
            "speed",
            table.pairs(table.latest_of(np.array([conversation]))),
            {
                "votes": int(counts[conversation]) + 1,
                "within_a_second": int(fast[conversation]),
                "median_seconds": round(float(medians[conversation]), 3),
                "on_web": int(table.on_web[conversation]),
            },
        )


def _medians(
    gaps: NDArray[np.float64], owner: Integers, conversations: int
) -> tuple[NDArray[np.float64], Integers]:
    """Give each conversation's median gap, infinite where it has none, and how many there are."""
    counts = np.bincount(owner, minlength=conversations)
    starts = np.cumsum(counts) - counts
    ordered = np.append(gaps[np.lexsort((gaps, owner))], np.inf)
    some = counts > 0
    low = np.where(some, starts + (counts - 1) // 2, len(gaps))
    high = np.where(some, starts + counts // 2, len(gaps))
    return (ordered[low] + ordered[high]) / 2, counts


def _fast_stretches(gaps: NDArray[np.float64], owner: Integers) -> Integers:
    """Name the owners of ten votes in a row of which most came within a second of the last."""
    length = FAST_VOTES - 1
    if len(gaps) < length:
        return owner[:0]
    fast = _sums(gaps < FAST_GAP, length)
    last, first = owner[length - 1 :], owner[: 1 - length]
    found: Integers = last[(2 * fast > length) & (last == first)]
    return found


# --- A crowd that is new here and answers one view alike ------------------------------------------


def _bursts(table: _Table) -> Iterator[Suspicion]:
    """Find, view by view, newcomers who answer alike within minutes and hardly anybody else.

    Looked at are the ten minutes that end with each vote, and the last twenty votes of them: so
    many votes of others just before do not hide a burst. Where the others answer much the same it
    is more likely a class, or a crowd that heard of us, and changes little.
    """
    latest = np.flatnonzero(table.is_latest)
    rows = latest[np.lexsort((table.conversation[latest], table.at[latest], table.view[latest]))]
    at, view, value = table.at[rows], table.view[rows], table.value[rows]
    # One time line for all views, with a gap between them that no window spans.
    line = at - at.min() + view * (np.ptp(at) + 2 * BURST_WITHIN)
    earliest = np.searchsorted(line, line - BURST_WITHIN)
    is_new = at - table.first_seen[table.conversation[rows]] <= NEWCOMER
    for answer in (1, 0, -1):
        alike = is_new & (value == answer)
        in_burst = _in_bursts(alike, earliest)
        for number in np.unique(view[in_burst]).tolist():
            on_it = slice(*np.searchsorted(view, [number, number + 1]))
            suspicion = _burst(table, rows[on_it], alike[on_it], in_burst[on_it])
            if suspicion is not None:
                yield suspicion


def _in_bursts(alike: Flags, earliest: NDArray[np.intp]) -> Flags:
    """Mark the votes of every window that is a burst."""
    ends = np.arange(1, len(alike) + 1)
    before = np.concatenate([[0], np.cumsum(alike)])
    is_burst = np.zeros(len(alike) + 1, np.int64)
    for starts in (earliest, ends - BURST_VOTES):
        share = 100 * (before[ends] - before[starts.clip(min=0)])
        enough = (ends - earliest >= BURST_VOTES) & (share >= BURST_PERCENT * (ends - starts))
        np.add.at(is_burst, starts[enough], 1)
        np.add.at(is_burst, ends[enough], -1)
    found: Flags = np.cumsum(is_burst)[:-1] > 0
    return found


def _burst(
    table: _Table, rows: NDArray[np.intp], alike: Flags, in_burst: Flags
) -> Suspicion | None:
    """Describe the burst of votes on one view; None where the others answer much the same."""
    own, others = rows[alike & in_burst], rows[~in_burst]
    answer, owners = table.value[own[0]], table.conversation[own]
    others_alike = int((table.value[others] == answer).sum())
    surprise = more_than_others(
        np.array([len(own)]),
        np.array([np.count_nonzero(in_burst)]),
        others_chosen=np.array([others_alike]),
        others=np.array([len(others)]),
    )
    if len(others) >= BURST_VOTES and surprise[0] < BURST_SURPRISE:
        return None
    return Suspicion(
        "burst",
        table.pairs(own),
        {
            "conversations": len(owners),
            "answer": int(answer),
            "minutes": round(float(np.ptp(table.at[own])) / 60, 2),
            "others": len(others),
            "others_alike": others_alike,
            "votes_each": round(len(table.latest_of(owners)) / len(owners), 1),
            "on_web": int(table.on_web[owners].sum()),
        },
    )


# --- Arrays ---------------------------------------------------------------------------------------


def _sums(values: NDArray[Any], length: int) -> Integers:
    """Add up every stretch of so many values."""
    total = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    found: Integers = total[length:] - total[:-length]
    return found


def _covered(starts: NDArray[np.intp], length: int, total: int) -> Flags:
    """Mark what lies in any stretch that begins at one of these places."""
    edges = np.zeros(total + 1, np.int64)
    np.add.at(edges, starts, 1)
    np.add.at(edges, starts + length, -1)
    found: Flags = np.cumsum(edges)[:-1] > 0
    return found
