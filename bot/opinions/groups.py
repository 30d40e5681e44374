"""Opinion groups: k-means on the opinion map, the same for the same votes whatever their order.

Pol.is's rules without its memory of earlier results; docs/adr/0009 lists where we differ and why.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
import sklearn
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from bot.opinions.projection import Projection, project
from bot.opinions.release import LEAST_CLUSTERED, LEAST_PEOPLE
from bot.opinions.votes import VoteMatrix

VOTES_TO_COUNT = 7
"""A person with so many votes, or all of them where there are fewer statements, is in."""
TOPPED_UP_TO = 15
MOST_GROUPS = 5
SEED = 0
STARTS = 20
"""K-means begins so many times and keeps the tightest result."""
DIGITS = 9
"""Positions are rounded, so that the last bits of a processor's arithmetic decide nothing."""


@dataclass(frozen=True)
class Group:
    """People who vote alike, at least ten.

    Attributes:
        letter: A for the largest group, then B, and so on.
        people: Their ids. For telling a person their group; never published.
        centre: Where the group lies.
        spread: Variances and covariance of its positions, as a matrix.
    """

    letter: str
    people: tuple[str, ...]
    centre: tuple[float, float]
    spread: tuple[tuple[float, float], tuple[float, float]]

    def __post_init__(self) -> None:
        if len(self.people) < LEAST_PEOPLE:
            raise ValueError(f"A group has at least {LEAST_PEOPLE} people.")


@dataclass(frozen=True)
class Groups:
    """All groups, with what another needs to find the same ones again.

    Attributes:
        groups: Largest first.
        silhouette: How well they stand apart, from -1 to 1.
        explained: The share of all differences that each direction of the map explains.
        seed: Of k-means.
        input_hash: Of the votes (`VoteMatrix.hash`).
        libraries: Name and version of what computed it.
    """

    groups: tuple[Group, ...]
    silhouette: float
    explained: tuple[float, ...]
    seed: int
    input_hash: str
    libraries: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        if sum(len(group.people) for group in self.groups) < LEAST_CLUSTERED:
            raise ValueError(f"Groups are of at least {LEAST_CLUSTERED} people.")


@dataclass(frozen=True, eq=False)
class Split:
    """One way to part positions: a label for each, 0 for the largest part, and the centres."""

    labels: NDArray[np.intp]
    centres: NDArray[np.float64]
    silhouette: float


def find_groups(
    matrix: VoteMatrix, *, seed: int = SEED, projection: Projection | None = None
) -> Groups | None:
    """Find the groups; None where fewer than fifty people are in, or none of ten stand apart.

    People with too few votes are in no group.

    Args:
        matrix: The votes.
        seed: Of k-means.
        projection: Of this matrix, where the caller has it already.
    """
    rows = clustered(matrix)
    if len(rows) < LEAST_CLUSTERED:
        return None
    if projection is None:
        projection = project(matrix)
    points = projection.points[rows]
    split = best_split(points, smallest=LEAST_PEOPLE, seed=seed)
    if split is None:
        return None
    return Groups(
        groups=tuple(
            _group(matrix, rows[split.labels == label], points[split.labels == label], label)
            for label in range(len(split.centres))
        ),
        silhouette=split.silhouette,
        explained=projection.explained,
        seed=seed,
        input_hash=matrix.hash,
        libraries=tuple((each.__name__, each.__version__) for each in (np, scipy, sklearn)),
    )


def clustered(matrix: VoteMatrix) -> NDArray[np.intp]:
    """Tell whose votes count for the groups, as rows of the matrix.

    Everybody with at least 7 votes, or with as many as there are statements; where that makes fewer
    than 15, the people with most votes up to 15.
    """
    votes = matrix.votes_each
    statements = int(matrix.cast.any(axis=0).sum())
    enough = votes >= min(VOTES_TO_COUNT, statements)
    most_active = np.lexsort((np.arange(len(votes)), -votes))[:TOPPED_UP_TO]
    enough[most_active] = True
    return np.flatnonzero(enough & (votes > 0))


def best_split(
    points: NDArray[np.float64], *, smallest: int = LEAST_PEOPLE, seed: int = SEED
) -> Split | None:
    """Part positions in two to five, whichever stand apart best.

    Args:
        points: One row a person.
        smallest: A split with a smaller part is refused. Pol.is's own rule is 2.
        seed: Of k-means.
    """
    rounded = points.round(DIGITS)
    most = min(MOST_GROUPS, len(np.unique(rounded, axis=0)), len(rounded) - 1)
    splits = (_split(rounded, k, seed) for k in range(2, most + 1))
    fit = [split for split in splits if np.bincount(split.labels).min() >= smallest]
    return max(fit, key=lambda split: round(split.silhouette, DIGITS), default=None)


def _split(points: NDArray[np.float64], k: int, seed: int) -> Split:
    # K-means starts from rows drawn by number. Sorted by position, the numbers say nothing of who
    # the people are, so new ids for the same people change nothing.
    order = np.lexsort(points.T)
    found = KMeans(n_clusters=k, n_init=STARTS, tol=0, random_state=seed).fit(points[order])
    labels = np.empty(len(points), np.intp)
    labels[order] = found.labels_
    by_size = np.lexsort((*found.cluster_centers_.T, -np.bincount(labels, minlength=k)))
    return Split(
        labels=np.argsort(by_size)[labels],
        centres=found.cluster_centers_[by_size],
        silhouette=float(silhouette_score(points, labels)),
    )


def _group(
    matrix: VoteMatrix, rows: NDArray[np.intp], points: NDArray[np.float64], label: int
) -> Group:
    (xx, xy), (yx, yy) = np.cov(points, rowvar=False, bias=True).tolist()
    x, y = points.mean(axis=0).tolist()
    return Group(
        letter=chr(ord("A") + label),
        people=tuple(matrix.people[row] for row in rows),
        centre=(x, y),
        spread=((xx, xy), (yx, yy)),
    )
