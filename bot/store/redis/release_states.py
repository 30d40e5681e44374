"""How a release came to the engines, worked out from what each of them noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["starting", "live", "failed"]
STARTING_SECONDS = 180.0
"""An engine that has not said more for so long has died while it started a release."""
_GRAVEST: Sequence[State] = ("failed", "starting", "live")


@dataclass(frozen=True)
class ReleaseState:
    """Where a release stands, over all engines."""

    state: State
    """`failed` where any engine could not take it, else `starting` where any has not yet."""
    why: str
    """What failed: `smoke: ...`, `refused: ...`, `late`, `ended`; else empty."""
    at: float
    """Seconds since 1970."""
    engines: int
    """Workers that speak it now."""


def release_states(
    noted: Mapping[str, Mapping[str, Any]], alive: Sequence[str], now: float
) -> dict[str, ReleaseState]:
    """The state of each release.

    Args:
        noted: what engines noted, by `<release> <engine>`: state, why, at.
        alive: the workers that live, each as `<worker>@<release>`.
        now: seconds since 1970.
    """
    serving = Counter(worker.partition("@")[2] for worker in alive if "@" in worker)
    states: dict[str, list[ReleaseState]] = {}
    for field, note in noted.items():
        release = field.partition(" ")[0]
        if note["state"] == "starting" and now - note["at"] > STARTING_SECONDS:
            continue
        states.setdefault(release, []).append(
            ReleaseState(note["state"], note["why"], note["at"], serving[release])
        )
    found = {
        release: min(some, key=lambda one: (_GRAVEST.index(one.state), -one.at))
        for release, some in states.items()
    }
    for release, count in serving.items():
        found.setdefault(release, ReleaseState("live", "", now, count))
    return {
        release: one for release, one in found.items() if one.state != "live" or one.engines > 0
    }
