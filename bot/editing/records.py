"""What the workshop takes and gives.

A field of a topic is named as in its files: `fr.title`, `fr.text`, `fr.more`, `fr.buttons` (and
`en.` likewise), `sources`, `reviewed`, `examples.fr`, `held_out.fr`; one line of a list by its
place from 0: `examples.fr.5`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Versions = Mapping[str, str]
"""A token for each path, "" where there is no file: what somebody saw when they began to edit."""
Level = Literal["ERROR", "WARNING"]
Kind = Literal["new", "changed", "removed"]
"""What became of a file or topic."""


@dataclass(frozen=True)
class Author:
    """Who changes something; named in the commit."""

    name: str
    email: str


@dataclass(frozen=True)
class Reviewed:
    """Who read both languages of an answer, and on which day."""

    by: str
    on: date | None
    """None where the file names no day."""


@dataclass(frozen=True)
class Side:
    """One language's side of an answer; "" and () where nothing stands."""

    title: str = ""
    text: str = ""
    more: str = ""
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule or story that names a topic; edited in its file."""

    path: str
    line: int
    text: str


@dataclass(frozen=True)
class FieldProblem:
    """A problem in the draft, at the field where it is mended."""

    path: str
    line: int
    """From 1."""
    level: Level
    sentences: Mapping[str, str]
    """By language, `fr` and `en`."""
    topic: str | None = None
    """The topic whose form shows the field; None for other files."""
    field: str | None = None
    """Such as `fr.text` or `examples.fr.5`; None where no single field is meant."""


@dataclass(frozen=True)
class TopicSummary:
    """A topic in a list."""

    id: str
    titles: Mapping[str, str]
    """By language; "" where none stands."""
    examples: Mapping[str, int]
    """How many, by language."""
    reviewed: Reviewed | None
    has_answer: bool
    """Whether there is an answer file; some topics are only understood, and a rule acts."""
    is_changed: bool
    """Whether the draft differs from what is live."""
    problems: int | None
    """How many errors and warnings; None until the draft was checked (`Workshop.problems`)."""


@dataclass(frozen=True)
class Topic:
    """All that is written about a topic, both languages side by side."""

    id: str
    has_answer: bool
    sides: Mapping[str, Side]
    """By language."""
    sources: tuple[str, ...]
    choices: tuple[str, ...]
    """Buttons of a step that the program knows; not changed by fields."""
    reviewed: Reviewed | None
    examples: Mapping[str, tuple[str, ...]]
    """By language; what the bot learns from."""
    held_out: Mapping[str, tuple[str, ...]]
    """By language; what it is only measured with."""
    rules: tuple[Rule, ...]
    versions: Versions
    """Of the five files; give them back to `save`."""
    unreadable: tuple[str, ...] = ()
    """Paths whose YAML cannot be read, or not by fields: edited with `file` and `save_file`."""


@dataclass(frozen=True)
class SideChange:
    """What becomes of one language's side; None leaves a field as it is, "" or () empties it."""

    title: str | None = None
    text: str | None = None
    more: str | None = None
    buttons: tuple[str, ...] | None = None


@dataclass(frozen=True)
class TopicChange:
    """What becomes of a topic; what is None or not named stays as it is."""

    sides: Mapping[str, SideChange] = field(default_factory=dict)
    sources: tuple[str, ...] | None = None
    reviewed: Reviewed | None = None
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The whole list of a language, in its order."""
    held_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class RawFile:
    """A file of the draft as it is written; `version` is "" and `text` too where there is none."""

    path: str
    text: str
    version: str


@dataclass(frozen=True)
class Saved:
    """What a save did."""

    commit: str | None
    """The commit's id; None when nothing was different."""
    versions: Versions
    """Of the files now; the next save of the same form gives these."""


@dataclass(frozen=True)
class Piece:
    """A run of words of a difference."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True)
class FieldChange:
    """How one field differs from what is live."""

    field: str
    """As in the topic, or "" for the whole of a file."""
    pieces: tuple[Piece, ...]
    """In reading order; a list of lines is shown line by line."""


@dataclass(frozen=True)
class Change:
    """How a topic, or another file, differs from what is live."""

    topic: str | None
    """None for a file that belongs to no topic."""
    paths: tuple[str, ...]
    kind: Kind
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Commit:
    """One change of the draft's history."""

    id: str
    author: Author
    at: float
    """Seconds since 1970."""
    subject: str
    paths: tuple[str, ...]
    """Content files only."""
    is_published: bool
    is_merge: bool = False
    """Merges bring in what others wrote and cannot be undone."""


@dataclass(frozen=True)
class HandEdit:
    """A content file that was edited at HOME without the draft knowing."""

    path: str
    kind: Kind
    is_committed: bool
    """Whether it is in a commit at HOME, or only in the folder."""
    author: Author | None
    """Of the last commit; None while it is only in the folder."""


@dataclass(frozen=True)
class FileConflict:
    """A file that was changed in two places in ways that do not go together."""

    path: str
    base: str | None
    """What both began with; None where there was no file, likewise below."""
    draft: str | None
    by_hand: str | None
    draft_version: str
    hand_version: str
    """Give both back in a `Resolution`."""


@dataclass(frozen=True)
class Resolution:
    """What a person decided a file in conflict shall hold; `text` None removes it."""

    path: str
    text: str | None
    draft_version: str
    hand_version: str


@dataclass(frozen=True)
class FieldConflict:
    """A field that two people changed."""

    field: str
    """As in the topic, or "" for the whole of a file."""
    base: str | None
    """What you began with; None where it is not known. Lists are given one item a line."""
    theirs: str
    yours: str
