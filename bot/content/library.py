"""Everything a young person may read, loaded once from `stories/`: answers, sources and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.content.yaml_files import read_yaml
from bot.errors import ContentInvalid

LANGUAGES = ("fr", "en")
RESERVED_BUTTONS = {"language_fr": "fr", "language_en": "en"}
"""Buttons that change the language rather than lead to an answer."""


@dataclass(frozen=True)
class AnswerText:
    """One language's side of an answer."""

    title: str
    """The label of the button that leads here."""
    text: str
    more: str
    buttons: tuple[str, ...]
    """Ids of answers, or reserved names."""


@dataclass(frozen=True)
class Answer:
    """One answer file."""

    id: str
    sources: tuple[str, ...]
    reviewed_on: date
    reviewed_by: str
    languages: Mapping[str, AnswerText]
    choices: tuple[str, ...] = ()
    """Buttons of the answer itself, where it is a step; labelled in `stories/words/choices.yml`."""


@dataclass(frozen=True)
class SourceEntry:
    """Where facts come from, as shown to a reader of one language."""

    title: str
    url: str
    language: str
    counterpart: str | None
    """Id of the same page in the other language."""


@dataclass(frozen=True)
class Library:
    """All content; a language never falls back to the other."""

    answers: Mapping[str, Answer]
    sources: Mapping[str, SourceEntry]
    words: Mapping[str, Mapping[str, str]]

    def text(self, answer: str, language: str) -> AnswerText:
        """One answer in one language."""
        return self.answers[answer].languages[language]

    def word(self, key: str, language: str, **values: object) -> str:
        """A short text such as a label or an error, its `{placeholders}` filled."""
        return self.words[key][language].format(**values)

    def sources_for(self, answer: str, language: str) -> Iterator[tuple[str, str]]:
        """Title and address of each source, the reader's own language where the page has it."""
        shown = set()
        for source_id in self.answers[answer].sources:
            entry = self.sources[source_id]
            if entry.language != language and entry.counterpart:
                entry = self.sources[entry.counterpart]
            if entry.url in shown:
                continue
            shown.add(entry.url)
            if entry.language == language:
                yield entry.title, entry.url
            else:
                note = self.word("source.other_language", language)
                yield f"{entry.title} {note}", entry.url


def load_library(root: Path) -> Library:
    """Load `root/stories`.

    Raises:
        ContentInvalid: something is missing; `make check` lists every problem with its line.
    """
    stories = root / "stories"
    try:
        return Library(
            answers={
                path.stem: _answer(path.stem, read_yaml(path))
                for path in sorted((stories / "answers").glob("*.yml"))
            },
            sources={
                id: SourceEntry(
                    title=entry["title"],
                    url=entry["url"],
                    language=entry["language"],
                    counterpart=entry.get("counterpart"),
                )
                for id, entry in read_yaml(stories / "sources.yml").items()
            },
            words={
                f"{path.stem}.{key}": texts
                for path in sorted((stories / "words").glob("*.yml"))
                for key, texts in read_yaml(path).items()
            },
        )
    except (OSError, KeyError, TypeError, AttributeError, ValueError, yaml.YAMLError) as error:
        raise ContentInvalid(
            [f"[ERROR] stories/: the content cannot be loaded ({error}); run `make check`."]
        ) from error


def _answer(id: str, data: Mapping[str, Any]) -> Answer:
    return Answer(
        id=id,
        sources=tuple(data["sources"]),
        reviewed_on=data["reviewed"]["on"],
        reviewed_by=str(data["reviewed"]["by"]),
        choices=tuple(data.get("choices") or ()),
        languages={
            language: AnswerText(
                title=data[language]["title"],
                text=data[language]["text"].strip(),
                more=(data[language].get("more") or "").strip(),
                buttons=tuple(data[language].get("buttons") or ()),
            )
            for language in LANGUAGES
        },
    )
