"""What the queue's page shows: its parts, and of each the items of one page."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.console.asked import Asked
from bot.console.conversations.masking import Piece
from bot.console.queue.clusters import Cluster
from bot.console.queue.counting import NEEDS, open_clusters
from bot.store.sql.questions import Questions
from bot.store.sql.queue import CRISIS, PERSON, Flag, Queue
from bot.store.sql.rows import Hold, SharedView

A_PAGE = 25
AT_FIRST = {"crisis": 10, "people": 5, "views": 10, "votes": 5, "questions": 5}
"""Items of each part where all parts are on one page."""
EXAMPLES = 5


@dataclass(frozen=True)
class FlagShown:
    """An alert, with what is known about its conversation."""

    flag: Flag
    titles: tuple[str, ...]
    in_all: int
    """Alerts of this conversation, settled ones too."""


@dataclass(frozen=True)
class ClusterShown:
    """What was asked alike, with some of the words it was asked in."""

    cluster: Cluster
    turn: str
    """A turn that names it in a form."""
    examples: tuple[tuple[Piece, ...], ...]
    """With what could tell who somebody is hidden, as in their conversation."""


@dataclass(frozen=True)
class Part:
    """One part of the queue."""

    name: str
    count: int
    items: Sequence[Any]
    page: int
    pages: int

    @property
    def version(self) -> str:
        """Another one means that the part's frame looks different."""
        return f"{self.count}-{self.page}-{self.pages}"


def parts_of(asked: Asked, kind: str, page: int) -> list[Part]:
    """The parts that this account may see: a whole page of the one named `kind`, or a bit of all.

    Every part is there, so that all can be counted; those that are not shown have no items.
    """
    queue = Queue(asked.parts.engine, asked.parts.vault, asked.parts.now)
    readers: dict[str, Callable[[], Sequence[Any]]] = {
        "crisis": lambda: queue.flags(CRISIS),
        "people": lambda: queue.flags(PERSON),
        "views": asked.parts.views.waiting,
        "votes": queue.holds,
        "questions": lambda: open_clusters(asked.parts),
    }
    parts = []
    for name, read in readers.items():
        if not asked.may(NEEDS[name]):
            continue
        everything = read()
        size = A_PAGE if name == kind else AT_FIRST[name]
        pages = max(1, -(-len(everything) // size)) if name == kind else 1
        at = min(max(page, 1), pages) if name == kind else 1
        chosen = everything[(at - 1) * size : at * size] if kind in ("", name) else ()
        items = _shown(asked, queue, name, chosen)
        parts.append(Part(name, len(everything), items, at, pages))
    return parts


def _shown(asked: Asked, queue: Queue, name: str, items: Sequence[Any]) -> Sequence[Any]:
    if name in ("crisis", "people"):
        in_all = queue.alerts_of([flag.conversation for flag in items])
        return [
            FlagShown(flag, _titles(asked, flag), in_all.get(flag.conversation, 0))
            for flag in items
        ]
    if name == "views":
        return asked.parts.views.some(items)
    if name == "questions":
        return _clusters(asked, items)
    return items


def _titles(asked: Asked, flag: Flag) -> tuple[str, ...]:
    answers = asked.parts.library.answers
    return tuple(
        answers[each].languages[asked.language].title if each in answers else each
        for each in flag.answers
    )


def _clusters(asked: Asked, clusters: Sequence[Cluster]) -> list[ClusterShown]:
    """Clusters with their examples; one whose words were all erased since is left out."""
    wordings = [wording for cluster in clusters for wording in cluster.wordings[:EXAMPLES]]
    texts = Questions(asked.parts.engine, asked.parts.vault).texts(
        [wording.position for wording in wordings]
    )
    masking = asked.parts.conversations.masking
    shown = []
    for cluster in clusters:
        examples = tuple(
            tuple(masking.pieces(texts[wording.position]))
            for wording in cluster.wordings[:EXAMPLES]
            if wording.position in texts
        )
        if examples:
            shown.append(ClusterShown(cluster, cluster.wordings[0].position, examples))
    return shown


def version_of(item: FlagShown | SharedView | Hold | ClusterShown) -> str:
    """Another one means that a page that is open shows something old."""
    match item:
        case FlagShown():
            seen: object = (item.flag.position, item.flag.taken_by, item.in_all)
        case SharedView():
            seen = (item.texts.get(item.other_language), item.reviewed_by)
        case ClusterShown():
            seen = (item.cluster.times, item.examples)
        case _:
            seen = (item.at, item.votes)
    return f"{zlib.crc32(repr(seen).encode('utf-8', 'surrogatepass')):x}"
