"""What is published: the views to vote on, and what their voters think. Made by the recorder.

The engine reads it from Redis and never sees the record. Nothing on it says who anybody is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Statement:
    """A published view, in both languages."""

    id: str
    theme: str
    texts: Mapping[str, str]
    """By language."""
    weight: float = 1.0
    """How much it wants to be shown next (Pol.is's priority)."""


@dataclass(frozen=True)
class GroupShown:
    """An opinion group of at least ten people."""

    letter: str
    size: int
    centre: tuple[float, float]


@dataclass(frozen=True)
class Shared:
    """A statement that most of every group, or of one, answered alike."""

    statement: str
    answer: str
    """`agree` or `disagree`."""


@dataclass(frozen=True)
class Results:
    """What the groups think. Only there when at least fifty people are in them."""

    people: int
    """People in the groups."""
    at: float
    groups: tuple[GroupShown, ...]
    bridges: tuple[Shared, ...]
    """What all groups share, strongest first."""
    marks: Mapping[str, tuple[Shared, ...]]
    """What marks a group, by its letter."""
    means: Mapping[str, float]
    """Mean vote on each statement that took part in the map."""
    directions: Mapping[str, tuple[float, float]]
    """How far a vote on each statement moves a person, in both directions of the map."""
    pictures: Mapping[str, str]
    """Name of the map's picture, by language; read it from the store as `<name>.png`."""
    input_hash: str
    seed: int

    def group_of(self, votes: Mapping[str, int]) -> str | None:
        """The letter of the group that somebody with these votes is closest to."""
        counted = {each: vote for each, vote in votes.items() if each in self.means}
        if not counted:
            return None
        stretch = math.sqrt(len(self.means) / len(counted))
        x, y = (
            stretch
            * sum(
                (v - self.means[each]) * self.directions[each][axis] for each, v in counted.items()
            )
            for axis in (0, 1)
        )
        nearest = min(self.groups, key=lambda group: math.dist(group.centre, (x, y)))
        return nearest.letter


@dataclass(frozen=True)
class Board:
    """All that is published at one time."""

    statements: Mapping[str, Statement] = field(default_factory=dict)
    voters: int = 0
    """People who voted; 0 where they are fewer than ten."""
    results: Results | None = None

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Board:
        """The board that `to_json` wrote."""
        results = data["results"]
        return cls(
            statements={id: Statement(**each) for id, each in data["statements"].items()},
            voters=data["voters"],
            results=_results(results) if results else None,
        )


class NoBoard:
    """The port `Boards` where nothing is published: the terminal, and most tests."""

    async def current(self) -> Board:
        """An empty board."""
        return Board()


def _results(data: Mapping[str, Any]) -> Results:
    return Results(
        people=data["people"],
        at=data["at"],
        groups=tuple(
            GroupShown(each["letter"], each["size"], tuple(each["centre"]))
            for each in data["groups"]
        ),
        bridges=tuple(Shared(**each) for each in data["bridges"]),
        marks={
            letter: tuple(Shared(**each) for each in marks)
            for letter, marks in data["marks"].items()
        },
        means=dict(data["means"]),
        directions={each: tuple(pair) for each, pair in data["directions"].items()},
        pictures=dict(data["pictures"]),
        input_hash=data["input_hash"],
        seed=data["seed"],
    )
