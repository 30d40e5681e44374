"""Full-text search over what people wrote: an index in memory only, because texts rest encrypted.

It is filled beside the pages, the newest first. What it finds may have been erased in the seconds
since it last looked: whoever shows a hit reads its text from the record.
"""

from __future__ import annotations

import math
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched

from bot.console.conversations.search_words import Query
from bot.store.sql.transcripts import Text, Transcripts

BATCH = 1_000
MOST_TURNS = 500_000
"""The newest; a turn takes some 300 bytes."""
OVERLAP = 3600.0
"""Seconds; the recorder writes late what waited for it."""
COMPARE_EVERY = 150
"""Steps between looking at every position, which also finds what came later still."""
TABLES = """
CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'unicode61 remove_diacritics 2');
CREATE TABLE seen (
    number INTEGER PRIMARY KEY, position TEXT UNIQUE, conversation TEXT, at REAL
);
CREATE INDEX seen_by_time ON seen (at);
"""
FIND = """
SELECT conversation, position, max(at) AS latest FROM words JOIN seen ON number = words.rowid
WHERE words MATCH ? GROUP BY conversation ORDER BY latest DESC LIMIT ?
"""


@dataclass(frozen=True)
class Hit:
    """The latest turn of a conversation in which the words stand."""

    conversation: str
    position: str


class SearchIndex:
    """The index; several threads may use it at once."""

    def __init__(self, transcripts: Transcripts, *, most: int = MOST_TURNS) -> None:
        self._transcripts = transcripts
        self._most = most
        self._memory = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._memory.executescript(TABLES)
        self._reading = threading.Lock()
        """Held by whoever uses the memory."""
        self._stepping = threading.Lock()
        self._last: Text | None = None
        self._is_filled = False
        self._state: tuple[int, float] | None = None
        self._newest = 0.0
        self._total = 0
        self._steps = 0

    @property
    def is_filled(self) -> bool:
        """Whether all that was kept when the console started has been read."""
        return self._is_filled

    @property
    def share_read(self) -> float:
        """From 0 to 1: how much of what is kept has been read; 1 once all has."""
        if self._is_filled or not self._total:
            return float(self._is_filled)
        return min(self._count() / self._total, 0.99)

    def find(self, query: Query, *, most: int) -> list[Hit]:
        """Conversations in which one message fits a query, the latest first."""
        if query.expression is None:
            return []
        with self._reading:
            rows = self._memory.execute(FIND, (query.expression, most)).fetchall()
        return [Hit(conversation, position) for conversation, position, _ in rows]

    def step(self) -> bool:
        """Read some of what is not read yet, or look for news; whether there is more to read."""
        with self._stepping:
            if not self._is_filled:
                self._fill()
            else:
                self._follow()
            return not self._is_filled

    def _fill(self) -> None:
        if self._last is None:
            self._newest = self._transcripts.newest()
            self._total = min(self._transcripts.count(), self._most)
        texts = self._transcripts.texts(after=self._last, most=BATCH)
        self._add(texts)
        self._is_filled = len(texts) < BATCH or self._count() >= self._most
        self._last = None if self._is_filled else texts[-1]

    def _follow(self) -> None:
        """Read what is new; where the numbers do not fit, compare every position."""
        self._steps += 1
        state = (self._transcripts.count(), self._transcripts.newest())
        is_due = self._steps % COMPARE_EVERY == 0 or self._state is None
        if state == self._state and not is_due:
            return
        since = self._newest - OVERLAP
        self._add_missing(self._transcripts.positions(since=since, most=self._most), since)
        if is_due or self._count() != min(state[0], self._most):
            self._compare()
        self._state, self._newest = state, max(self._newest, state[1])

    def _compare(self) -> None:
        kept = self._transcripts.positions(most=self._most)
        self._remove(self._seen(-math.inf).difference(kept))
        self._add_missing(kept, -math.inf)

    def _add_missing(self, positions: Sequence[str], since: float) -> None:
        missing = set(positions).difference(self._seen(since))
        for some in batched(sorted(missing), BATCH):
            self._add(self._transcripts.read(some))

    def _add(self, texts: Iterable[Text]) -> None:
        with self._reading:
            self._memory.execute("BEGIN")
            for text in texts:
                row = (text.position, text.conversation, text.at)
                added = self._memory.execute(
                    "INSERT OR IGNORE INTO seen (position, conversation, at) VALUES (?, ?, ?)", row
                )
                if added.rowcount and text.text:
                    readable = text.text.encode("utf-8", "replace").decode()
                    words = (added.lastrowid, readable.replace("\x00", " "))
                    self._memory.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", words)
            self._memory.execute("COMMIT")

    def _remove(self, positions: Iterable[str]) -> None:
        is_changed = False
        for some in batched(positions, BATCH):
            with self._reading:
                self._memory.execute("BEGIN")
                for position in some:
                    found = "SELECT number FROM seen WHERE position = ?"
                    (number,) = self._memory.execute(found, (position,)).fetchone()
                    self._memory.execute("DELETE FROM words WHERE rowid = ?", (number,))
                    self._memory.execute("DELETE FROM seen WHERE number = ?", (number,))
                self._memory.execute("COMMIT")
            is_changed = True
        if is_changed:  # else the words of what is erased stay in the index's older pieces
            with self._reading:
                self._memory.execute("INSERT INTO words (words) VALUES ('optimize')")

    def _seen(self, since: float) -> set[str]:
        with self._reading:
            found = self._memory.execute("SELECT position FROM seen WHERE at >= ?", (since,))
            rows = found.fetchall()
        return {position for (position,) in rows}

    def _count(self) -> int:
        with self._reading:
            return int(self._memory.execute("SELECT count(*) FROM seen").fetchone()[0])
