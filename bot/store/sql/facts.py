"""What is counted about a period: columns without words, and people only as numbers from 0.

Nothing here is fit to be shown. `bot/console/insight` decides what may be said of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Times = NDArray[np.float64]


@dataclass(frozen=True)
class Coded:
    """A column of names: `names[codes[i]]`; the empty name where there is none."""

    names: tuple[str, ...]
    codes: Numbers

    def code(self, name: str) -> int:
        """The number of a name; -1 where no row has it."""
        return self.names.index(name) if name in self.names else -1


@dataclass(frozen=True)
class People:
    """One entry a conversation, by its number.

    Each has one platform, one language (the one most used in the period) and one campaign (the last
    that brought them), so that filters part people and never count anybody on both sides.
    """

    platforms: Coded
    languages: Coded
    campaigns: Coded

    def __len__(self) -> int:
        return len(self.platforms.codes)


@dataclass(frozen=True)
class Turns:
    """One entry a turn, in the order of time."""

    person: Numbers
    at: Times
    languages: Coded
    answers: Coded
    """Ids joined by blanks."""
    is_written: NDArray[np.bool_]
    """Whether the person typed something of their own, rather than press a button."""
    seconds: Times
    """From the message to its answer; not a number where that is unknown or impossible."""


@dataclass(frozen=True)
class Happenings:
    """Alerts, views or hand-overs; one entry each."""

    person: Numbers
    at: Times
    kinds: Coded
    """What an alert is about; a view's status; how a hand-over ended, empty while it is open."""
    themes: Coded
    """Of views; empty for all else."""
    seconds: Times
    """Until a view was decided, or a moderator first wrote; not a number where neither came."""


@dataclass(frozen=True)
class Facts:
    """All that is counted about a period."""

    people: People
    turns: Turns
    alerts: Happenings
    views: Happenings
    handovers: Happenings
