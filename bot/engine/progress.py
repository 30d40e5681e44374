"""Shows how far long work is: one line that grows on a terminal, a few lines in a log."""

from __future__ import annotations

import sys
from collections.abc import Callable

_listeners: list[Callable[[int, int], None]] = []


def listen(listener: Callable[[int, int], None]) -> None:
    """Let a function hear of all progress of this process, in place of the one before."""
    _listeners[:] = [listener]


def progress(title: str) -> Callable[[int, int], None]:
    """A function to call with how much is done and how much there is."""
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        for listener in _listeners:
            listener(done, total)
        is_terminal = sys.stderr.isatty()
        share = 100 * done // max(total, 1)
        if share // (1 if is_terminal else 20) == shown and done < total:
            return
        shown = share // (1 if is_terminal else 20)
        start, end = ("\r", "\n" if done >= total else "") if is_terminal else ("", "\n")
        sys.stderr.write(f"{start}  {title} {done}/{total}{end}")
        sys.stderr.flush()

    return show
