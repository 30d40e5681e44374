"""What this room works with, made once for all its pages."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path

from sqlalchemy import Engine

from bot.console.conversations.masking import Masking, load_masking
from bot.console.conversations.search import SearchIndex
from bot.content.library import Library
from bot.safety.personal_data import PersonalData
from bot.store.sql.conversation_rows import Choices
from bot.store.sql.conversations import Conversations
from bot.store.sql.handovers import HandOvers
from bot.store.sql.labels import Labels
from bot.store.sql.transcripts import Transcripts
from bot.store.vault import Vault

CHOICES_LAST = 60.0
"""Seconds for which the choices of the filters are not looked up again."""
READING_LASTS = 600.0
"""Seconds in which somebody who opens a conversation again is noted once."""
MOST_READINGS = 10_000


class ConversationsRoom:
    """Doors to the record, the index of its texts, and what is remembered between requests."""

    def __init__(
        self,
        engine: Engine,
        vault: Vault,
        library: Library,
        personal_data: PersonalData,
        *,
        home: Path,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.conversations = Conversations(engine)
        self.transcripts = Transcripts(engine, vault)
        self.labels = Labels(engine, vault, now)
        self.handovers = HandOvers(engine, vault, now)
        self.index = SearchIndex(self.transcripts)
        self._load_masking = partial(load_masking, home, library, personal_data)
        self._now = now
        self._lock = threading.Lock()
        self._choices: tuple[float, Choices] | None = None
        self._readings: OrderedDict[tuple[str, str], float] = OrderedDict()

    @cached_property
    def masking(self) -> Masking:
        """What to hide; its lists are read when they are first needed."""
        return self._load_masking()

    def choices(self) -> Choices:
        """What filters can be chosen from, at most a minute old."""
        known, now = self._choices, self._now()
        if known is None or not 0 <= now - known[0] < CHOICES_LAST:
            known = self._choices = (now, self.conversations.choices())
        return known[1]

    def forget_choices(self) -> None:
        """Look them up anew: a label was added."""
        self._choices = None

    def is_first_reading(self, by: str, conversation: str) -> bool:
        """Whether somebody opens a conversation that they have not opened just now."""
        key, now = (by, conversation), self._now()
        with self._lock:
            last = self._readings.get(key)
            if last is not None and 0 <= now - last < READING_LASTS:
                return False
            self._readings[key] = now
            self._readings.move_to_end(key)
            if len(self._readings) > MOST_READINGS:
                self._readings.popitem(last=False)
        return True
