"""Reads the public conversations of tests/data/polis."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

from bot.opinions.votes import PASS, Vote

FOLDER = Path(__file__).resolve().parents[1] / "data" / "polis"
CANADA, LONDON, TAIWAN = "canadian-electoral-reform", "london.youth.policing", "vtaiwan.uberx"


@cache
def votes_of(name: str) -> tuple[Vote, ...]:
    """All votes of an exported conversation."""
    header, *rows = _rows(name, "participants-votes.csv")
    first = header.index("n-disagree") + 1
    return tuple(
        (row[0], statement, int(value))
        for row in rows
        for statement, value in zip(header[first:], row[first:])
        if value
    )


def published_groups(name: str) -> dict[str, str]:
    """The group that Pol.is put each person in, for those it put in one."""
    header, *rows = _rows(name, "participants-votes.csv")
    column = header.index("group-id")
    return {row[0]: row[column] for row in rows if row[column]}


def moderated_out(name: str) -> set[str]:
    """Statements that moderators rejected."""
    return {statement for statement, decision in _rows(name, "moderation.csv") if decision == "-1"}


def below_100(file: str) -> Any:
    """A file of the conversation that comes with Pol.is's own output."""
    return json.loads((FOLDER / "published-output-below-100" / file).read_text())


def below_100_votes() -> list[Vote]:
    """Its votes."""
    rows = below_100("votes.json")
    return [(str(row["pid"]), str(row["tid"]), row["vote"]) for row in rows]


def zeroed(votes: list[Vote] | tuple[Vote, ...], statements: set[str]) -> list[Vote]:
    """Replace rejected statements as Pol.is does: everybody passed on them."""
    people = {person for person, _, _ in votes}
    voted_on = statements & {statement for _, statement, _ in votes}
    passes = [(person, statement, PASS) for person in people for statement in voted_on]
    return [*votes, *passes]


def _rows(name: str, file: str) -> list[list[str]]:
    with (FOLDER / name / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))
