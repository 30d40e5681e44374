"""The opinion map: two principal components of the votes, and where people and statements lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from bot.opinions.votes import VoteMatrix

COMPONENTS = 2
NOTHING = 1e-12
"""A share of the differences that is rounding error."""


@dataclass(frozen=True, eq=False)
class Projection:
    """Where people lie, and how far out each statement pulls.

    Attributes:
        points: One row a person of the matrix. Never shown to anybody: a position tells votes.
        components: The two directions, over the statements of the matrix.
        explained: The share of all differences that each direction explains.
        extremity: Of each statement: how far from the middle a person lies who only agreed with it.
        means: The mean vote on each statement that has votes, so takes part. Never shown: where few
            voted it tells of them.
    """

    points: NDArray[np.float64]
    components: NDArray[np.float64]
    explained: tuple[float, ...]
    extremity: dict[str, float]
    means: dict[str, float]


def project(matrix: VoteMatrix) -> Projection:
    """Lay out people by their votes; missing votes count as the statement's mean.

    Each person's position is multiplied by sqrt(statements / votes cast), so that people who voted
    little do not bunch in the middle. Statements without votes take no part.
    """
    voters = matrix.cast.sum(axis=0)
    means = matrix.values.sum(axis=0) / np.maximum(voters, 1)
    # Where a vote is missing its mean stands, and less the mean that is nothing.
    centred = np.where(matrix.cast, matrix.values - means, 0.0)
    components, explained = _principal(centred)
    statements = int((voters > 0).sum())
    spread = np.sqrt(statements / np.maximum(matrix.votes_each, 1))
    pulls = (1 - means) * components * np.sqrt(statements)
    return Projection(
        points=(centred @ components.T) * spread[:, np.newaxis],
        components=components,
        explained=explained,
        extremity=dict(zip(matrix.statements, np.linalg.norm(pulls, axis=0).tolist())),
        means={
            statement: mean
            for statement, mean, count in zip(matrix.statements, means.tolist(), voters.tolist())
            if count
        },
    )


def _principal(centred: NDArray[np.float64]) -> tuple[NDArray[np.float64], tuple[float, ...]]:
    found = np.zeros((COMPONENTS, centred.shape[1]))
    explained = [0.0] * COMPONENTS
    # Nobody differs from anybody: there is no direction, and scikit-learn would divide by zero.
    if centred.size and np.ptp(centred, axis=0).any():
        number = min(COMPONENTS, *centred.shape)
        # The solver is exact and the same everywhere; "auto" turns to a random one above 500.
        pca = PCA(n_components=number, svd_solver="covariance_eigh").fit(centred)
        for index, share in enumerate(pca.explained_variance_ratio_.tolist()):
            # A direction in which nobody differs could be any; it must not make statements extreme.
            if share > NOTHING:
                found[index], explained[index] = _signed(pca.components_[index]), share
    return found, tuple(explained)


def _signed(component: NDArray[np.float64]) -> NDArray[np.float64]:
    """Choose one of the two signs: the strongest statement, or the first of them, pulls right."""
    strength = np.abs(component).round(9)
    return component if component[int(strength.argmax())] > 0 else -component
