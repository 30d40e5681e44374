"""How much waits, and of what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.console.access import Permission
from bot.console.parts import Parts
from bot.console.queue.clusters import Cluster
from bot.store.sql.questions import Questions
from bot.store.sql.queue import CRISIS, PERSON, Queue

NEEDS: Mapping[str, Permission] = {
    "crisis": Permission.QUEUE,
    "people": Permission.QUEUE,
    "views": Permission.VIEWS,
    "votes": Permission.QUEUE,
    "questions": Permission.QUESTIONS,
}
"""The parts of the queue, in the order in which they need a person, and who may see them."""


def count(parts: Parts) -> dict[str, int]:
    """How many items wait in each part of the queue."""
    queue = Queue(parts.engine, parts.vault, parts.now)
    return {
        "crisis": len(queue.flags(CRISIS)),
        "people": len(queue.flags(PERSON)),
        "views": queue.count_pending(),
        "votes": len(queue.holds()),
        "questions": len(open_clusters(parts)),
    }


def open_clusters(parts: Parts) -> list[Cluster]:
    """Clusters with what nobody has settled, the commonest first."""
    clusters = parts.watch.clusters
    wordings = [wording for cluster in clusters for wording in cluster.wordings]
    still_open = Questions(parts.engine, parts.vault).still_open(wordings)
    found = []
    for cluster in clusters:
        left = tuple(each for each in cluster.wordings if each.mark in still_open)
        if left:
            found.append(replace(cluster, wordings=left))
    return sorted(found, key=lambda cluster: (-cluster.times, -cluster.at))
