"""Trying again after a failure, with growing pauses; for every loop of this adapter."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

Sleep = Callable[[float], Awaitable[object]]
Errors = type[Exception] | tuple[type[Exception], ...]
Result = TypeVar("Result")

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0

log = logging.getLogger(__name__)


def pauses() -> Iterator[float]:
    """Seconds to wait after each failure in a row, twice as long each time; never ends."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)


async def persist(
    call: Callable[[], Awaitable[Result]],
    *,
    through: Errors,
    but_not: Errors = (),
    complaint: str,
    sleep: Sleep,
) -> Result:
    """Repeat a call through these errors until it succeeds; the log has the complaint each time."""
    waits = pauses()
    while True:
        try:
            return await call()
        except but_not:
            raise
        except through as error:  # its text may hold the token
            pause = next(waits)
            log.warning("%s (%s); next try in %g s.", complaint, type(error).__name__, pause)
            await sleep(pause)
