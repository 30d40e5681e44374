"""Forms that wait, in memory, while their sender is at the provider's of OpenID Connect."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

MOST_KEPT = 50
"""Forms; the oldest goes first."""


class Waiting:
    """Forms of people who are at the provider's: too long for a cookie, gone with the process."""

    def __init__(self) -> None:
        self._forms: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def put(self, state: str, kept: str) -> None:
        """Remember a form; the oldest goes when there are too many."""
        with self._lock:
            self._forms[state] = kept
            if len(self._forms) > MOST_KEPT:
                self._forms.popitem(last=False)

    def take(self, state: str) -> str:
        """The form, once; empty if there is none."""
        with self._lock:
            return self._forms.pop(state, "")
