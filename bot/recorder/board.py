"""Makes what is published out of the approved views and the votes that count. Pure functions.

The same views and votes make the same board, byte for byte, in whatever order they come. Two boards
that are one vote apart tell of that vote, so whoever calls this does so at intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from threadpoolctl import threadpool_limits

from bot.content.library import LANGUAGES, Library
from bot.conversation.board import Board, GroupShown, Results, Shared, Statement
from bot.opinions.groups import Groups, find_groups
from bot.opinions.guard import CastVote
from bot.opinions.picture import draw
from bot.opinions.priority import statement_weights
from bot.opinions.projection import Projection, project
from bot.opinions.release import LEAST_PEOPLE
from bot.opinions.representative import Mark
from bot.opinions.statements import Findings, describe
from bot.opinions.votes import VoteMatrix, build_matrix

DIGITS = 9
"""Decimal places of what is published: the last bits of a processor's arithmetic are left out."""
HASH_SHOWN = 12
THOUSANDS = {"fr": "\N{NO-BREAK SPACE}", "en": ","}

MapWords = Mapping[str, Mapping[str, str]]
"""By language: `title`, and `group` with `{letter}` and `{size}`."""


class Published(NamedTuple):
    """A view that moderators approved.

    Its author is nowhere on the board, and a vote of theirs counts like any other.
    """

    id: str
    theme: str
    texts: Mapping[str, str]
    author: str


@dataclass(frozen=True)
class MadeBoard:
    """The board and its pictures, by file name."""

    board: Board
    pictures: Mapping[str, bytes]


def map_words(library: Library) -> MapWords:
    """Take the words for the picture from `stories/words/map.yml`."""
    return {
        language: {key: library.words[f"map.{key}"][language] for key in ("title", "group")}
        for language in LANGUAGES
    }


def make_board(
    published: Sequence[Published],
    votes: Iterable[CastVote],
    *,
    words: MapWords,
    now: float,
    with_results: bool = True,
) -> MadeBoard:
    """Make the board; one call at a time, because drawing is not for several threads.

    Args:
        published: The views that people may vote on; votes on any other are left out.
        votes: Those that count; of two by one conversation on one view, the later.
        words: For the pictures.
        now: When the results are from.
        with_results: Whether to look for groups; they take most of the time.
    """
    matrix = _matrix(published, votes)
    # On one thread the last bits of a sum do not hang on the number of processors, and where others
    # are busy one is faster than several that wait for one another.
    with threadpool_limits(1):
        projection = project(matrix)
        groups = find_groups(matrix, projection=projection) if with_results else None
    statements = _statements(published, statement_weights(matrix, projection.extremity))
    people = len(matrix.people)
    voters = people if people >= LEAST_PEOPLE else 0
    if groups is None:
        return MadeBoard(Board(statements, voters), {})
    names = _picture_names(groups)
    results = _results(matrix, projection, groups, names, now)
    return MadeBoard(Board(statements, voters, results), _pictures(groups, names, words))


def _matrix(published: Iterable[Published], votes: Iterable[CastVote]) -> VoteMatrix:
    in_time = sorted(votes, key=itemgetter(3, 2))  # by time, then by value
    return build_matrix(
        ((conversation, view, value) for conversation, view, value, _, _ in in_time),
        statements=(view.id for view in published),
    )


def _statements(
    published: Iterable[Published], weights: Mapping[str, float]
) -> dict[str, Statement]:
    return {
        view.id: Statement(
            id=view.id,
            theme=view.theme,
            texts={language: view.texts[language] for language in LANGUAGES},
            weight=_rounded(weights[view.id]),
        )
        for view in sorted(published, key=lambda view: view.id)
    }


def _results(
    matrix: VoteMatrix,
    projection: Projection,
    groups: Groups,
    pictures: Mapping[str, str],
    now: float,
) -> Results:
    findings = describe(matrix, groups)
    directions = dict(zip(matrix.statements, projection.components.T.tolist()))
    return Results(
        people=sum(findings.sizes.values()),
        at=now,
        groups=tuple(
            GroupShown(group.letter, len(group.people), _pair(group.centre))
            for group in groups.groups
        ),
        bridges=tuple(Shared(bridge.statement, bridge.answer) for bridge in findings.bridges),
        marks=_marks(findings),
        means={each: _rounded(mean) for each, mean in projection.means.items()},
        directions={each: _pair(directions[each]) for each in projection.means},
        pictures=pictures,
        input_hash=groups.input_hash,
        seed=groups.seed,
    )


def _marks(findings: Findings) -> dict[str, tuple[Shared, ...]]:
    return {
        letter: tuple(Shared(mark.statement, mark.answer) for mark in marks if _is_told(mark))
        for letter, marks in findings.representative.items()
    }


def _is_told(mark: Mark) -> bool:
    """Whether most of the group answered so, and more often than the others, as readers are told.

    The closest there is stands in for a group that nothing marks; it may be neither.
    """
    return 2 * mark.chosen > mark.voters and mark.ratio > 1


def _picture_names(groups: Groups) -> dict[str, str]:
    return {language: f"map-{groups.input_hash[:HASH_SHOWN]}-{language}" for language in LANGUAGES}


def _pictures(groups: Groups, names: Mapping[str, str], words: MapWords) -> dict[str, bytes]:
    return {
        f"{name}.png": draw(
            groups, title=words[language]["title"], labels=_labels(groups, words, language)
        ).png
        for language, name in names.items()
    }


def _labels(groups: Groups, words: MapWords, language: str) -> list[str]:
    return [
        words[language]["group"].format(
            letter=group.letter,
            size=_grouped_number(len(group.people), language),
        )
        for group in groups.groups
    ]


def _grouped_number(number: int, language: str) -> str:
    return f"{number:,}".replace(",", THOUSANDS[language])


def _pair(values: Sequence[float]) -> tuple[float, float]:
    x, y = values
    return _rounded(x), _rounded(y)


def _rounded(value: float) -> float:
    """Round; adding zero makes a negative zero a plain one."""
    return round(value, DIGITS) + 0.0
