"""The vote matrix: who answered what to which statement. Everything in this room starts from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

AGREE = 1
PASS = 0
DISAGREE = -1

Vote = tuple[str, str, int]
"""Person, statement, and `AGREE`, `PASS` or `DISAGREE`."""


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each statement (last axis) was answered, by everybody or per group (first axis).

    Attributes:
        agree: People who agreed.
        disagree: People who disagreed.
        voters: People who voted, those who passed included.
    """

    agree: NDArray[np.int64]
    disagree: NDArray[np.int64]
    voters: NDArray[np.int64]

    @property
    def passes(self) -> NDArray[np.int64]:
        """People who passed."""
        return self.voters - self.agree - self.disagree


def stack(each: Sequence[Counts]) -> Counts:
    """Put the counts of several groups together, one row a group."""
    return Counts(
        agree=np.stack([counts.agree for counts in each]),
        disagree=np.stack([counts.disagree for counts in each]),
        voters=np.stack([counts.voters for counts in each]),
    )


@dataclass(frozen=True, eq=False)
class VoteMatrix:
    """The votes, one row a person and one column a statement; two bytes a cell.

    Attributes:
        people: Who voted, sorted.
        statements: What could be voted on, sorted.
        values: The votes; `PASS` where there is none.
        cast: Where there is a vote.
    """

    people: tuple[str, ...]
    statements: tuple[str, ...]
    values: NDArray[np.int8]
    cast: NDArray[np.bool_]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the sorted votes, each a line of JSON: `["person","statement",1]`."""
        people = [json.dumps(person) for person in self.people]
        statements = [json.dumps(statement) for statement in self.statements]
        rows, columns = np.nonzero(self.cast)
        votes = zip(rows.tolist(), columns.tolist(), self.values[rows, columns].tolist())
        lines = (f"[{people[row]},{statements[column]},{value}]\n" for row, column, value in votes)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @property
    def votes_each(self) -> NDArray[np.int64]:
        """How many votes each person cast."""
        return self.cast.sum(axis=1, dtype=np.int64)

    def counts(self, people: NDArray[np.intp] | None = None) -> Counts:
        """Count the votes on each statement, of these rows or of everybody."""
        values = self.values if people is None else self.values[people]
        cast = self.cast if people is None else self.cast[people]
        return Counts(
            agree=(values == AGREE).sum(axis=0, dtype=np.int64),
            disagree=(values == DISAGREE).sum(axis=0, dtype=np.int64),
            voters=cast.sum(axis=0, dtype=np.int64),
        )


def build_matrix(votes: Iterable[Vote], statements: Iterable[str] | None = None) -> VoteMatrix:
    """Build the matrix; of two votes by one person on one statement, the later in `votes` counts.

    Args:
        votes: In any order, but for that.
        statements: Those that count, voted on or not: votes on any other are left out, and so are
            people who voted on nothing else. None: every statement that was voted on.
    """
    last = {(person, statement): value for person, statement, value in votes}
    if statements is None:
        columns = sorted({statement for _, statement in last})
    else:
        columns = sorted(set(statements))
        listed = set(columns)
        last = {vote: value for vote, value in last.items() if vote[1] in listed}
    rows = sorted({person for person, _ in last})
    return _filled(last, rows, columns)


def _filled(last: dict[tuple[str, str], int], rows: list[str], columns: list[str]) -> VoteMatrix:
    if unknown := set(last.values()) - {AGREE, PASS, DISAGREE}:
        raise ValueError(f"A vote is 1, 0 or -1, not {sorted(unknown)}.")
    row_of = {person: row for row, person in enumerate(rows)}
    column_of = {statement: column for column, statement in enumerate(columns)}
    where = (
        np.fromiter((row_of[person] for person, _ in last), np.intp, len(last)),
        np.fromiter((column_of[statement] for _, statement in last), np.intp, len(last)),
    )
    values = np.zeros((len(rows), len(columns)), np.int8)
    cast = np.zeros(values.shape, np.bool_)
    values[where] = np.fromiter(last.values(), np.int8, len(last))
    cast[where] = True
    return VoteMatrix(tuple(rows), tuple(columns), values, cast)
