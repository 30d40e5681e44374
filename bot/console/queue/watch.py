"""What waits, as seen last, and who is to hear when it changes; for all threads and loops."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from bot.console.queue.clusters import Cluster

MOST_LISTENERS = 200


@dataclass(frozen=True, eq=False)
class Listener:
    """A page that wants to hear of changes, in the loop that serves it."""

    loop: asyncio.AbstractEventLoop
    changed: asyncio.Event


@dataclass
class Watch:
    """The queue's counts and clusters; each is replaced as a whole."""

    counts: Mapping[str, int] = field(default_factory=dict)
    clusters: tuple[Cluster, ...] = ()
    _listeners: set[Listener] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def tell(self, counts: Mapping[str, int]) -> None:
        """Keep what was counted and wake every listener."""
        self.counts = counts
        with self._lock:
            listeners = tuple(self._listeners)
        for each in listeners:
            if not each.loop.is_closed():
                each.loop.call_soon_threadsafe(each.changed.set)

    def has_room(self) -> bool:
        """Whether one more may listen."""
        return len(self._listeners) < MOST_LISTENERS

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event of the running loop that is set when something changed."""
        listener = Listener(asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            self._listeners.add(listener)
        try:
            yield listener.changed
        finally:
            with self._lock:
                self._listeners.discard(listener)

    def cluster_of(self, position: str) -> Cluster | None:
        """The cluster that a turn is the latest of one wording in."""
        return next(
            (
                cluster
                for cluster in self.clusters
                if any(wording.position == position for wording in cluster.wordings)
            ),
            None,
        )
