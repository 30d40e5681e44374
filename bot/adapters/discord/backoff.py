"""How long to wait before trying again; for every loop of this adapter."""

from __future__ import annotations

from collections.abc import Iterator

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0


def pauses() -> Iterator[float]:
    """Seconds to wait after each failure in a row, twice as long each time; never ends."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)
