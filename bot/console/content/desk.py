"""What the pages of content work with: the draft, the trainer's jobs and the releases."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.content.fingerprints import content_fingerprint
from bot.content.jobs import Jobs
from bot.editing.records import Author, FieldProblem
from bot.editing.refusals import EditingRefused
from bot.editing.workshop import Workshop

if TYPE_CHECKING:
    from bot.console.asked import Asked


@dataclass
class Desk:
    """The draft, the trainer's jobs and the releases."""

    home: Path
    """The content that is live."""
    draft: Path
    """The folder of the draft, once it is open."""
    workshop: Workshop
    jobs: Jobs
    models: Path
    publishing: Path
    """A file that whoever publishes holds locked."""
    _opening: threading.Lock = field(default_factory=threading.Lock)
    _is_open: bool = False
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _fingerprint: tuple[str, str] = ("", "")
    """Of the draft, beside the commit it was worked out for."""
    _checking: threading.Thread | None = None
    _problems: tuple[tuple[str, date] | None, list[FieldProblem]] = (None, [])
    """Of the whole draft, beside the commit and the day they were found for."""

    def open(self) -> None:
        """Make the draft if there is none; costs nothing once it is there.

        Raises:
            GitMissing, NotARepository, GitFailed: there can be no draft.
        """
        with self._opening:
            if not self._is_open:
                self.workshop.open()
                self._is_open = True

    @property
    def is_checked(self) -> bool:
        """Whether the whole draft was checked once, so that checking it again is quick."""
        return self._problems[0] is not None

    def start_checking(self) -> None:
        """Check the whole draft beside the pages, unless that was done or is under way."""
        with self._starting:
            is_under_way = self._checking is not None and self._checking.is_alive()
            if not self.is_checked and not is_under_way:
                self._checking = threading.Thread(target=self.warm_up, name="draft", daemon=True)
                self._checking.start()

    def warm_up(self) -> None:
        """Read and check the whole draft, so that no page has to wait for that; takes seconds."""
        with suppress(EditingRefused):  # the pages say why there is no draft
            self.open()
            self.problems()

    def fingerprint(self) -> str:
        """What decides the draft's model; see `content_fingerprint`."""
        head = self.workshop.head()
        if self._fingerprint[0] != head:
            self._fingerprint = (head, content_fingerprint(self.draft))
        return self._fingerprint[1]

    def problems(self, id: str | None = None) -> list[FieldProblem]:
        """What is wrong with the draft, or with one topic; see `Workshop.problems`."""
        key = (self.workshop.head(), datetime.now(UTC).date())
        if self._problems[0] != key:
            if id is not None:
                return self.workshop.problems(id)
            self._problems = (key, self.workshop.problems())
        return [one for one in self._problems[1] if id is None or one.topic == id]


def make_desk(home: Path, data_dir: Path) -> Desk:
    """The desk over a content folder and a data folder; touches neither."""
    draft = data_dir / "draft"
    return Desk(
        home=home,
        draft=draft,
        workshop=Workshop(home, draft),
        jobs=Jobs(data_dir / "jobs"),
        models=data_dir / "models",
        publishing=data_dir / ".publishing.lock",
    )


def author_of(asked: Asked) -> Author:
    """Whoever asks, as the author of a change."""
    return Author(asked.account.name, asked.account.email)
