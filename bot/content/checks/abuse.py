"""Checks `stories/safety/abuse.yml`: all parts are there, and each phrase can be read and found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from bot.content.abuse_phrases import KINDS, LEVELS
from bot.content.checks.files import LANGUAGES, Content
from bot.content.checks.problem import Problem
from bot.content.crisis_phrases import lists_of, reader_for
from bot.content.phrase_grammar import PhraseRefused
from bot.content.phrases import Phrase, PhraseList, read_phrase
from bot.content.plain_words import plain_words
from bot.content.reading import Reader
from bot.content.yaml_files import lines_of_items, read_yaml

ABUSE = "stories/safety/abuse.yml"
MARKS = "stories/words/personal_data.yml"
KEYS = ("signs", "known_sites", "marks", "lists", "harmless", "kinds")
_SITE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
Keys = tuple[str, ...]


@dataclass(frozen=True)
class _File:
    """The file's content, and where to say what is wrong in it."""

    content: Content
    data: dict[str, Any]

    def problem(self, keys: Keys, sentence: str) -> Problem:
        return Problem(ABUSE, self.content.line(ABUSE, *keys), sentence)

    def lines(self, keys: Keys) -> list[int]:
        return lines_of_items(self.content.root / ABUSE, *keys)

    def at(self, keys: Keys) -> Any:
        """What stands under the keys, None if nothing does."""
        found: Any = self.data
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return found


def check_abuse(content: Content) -> Iterator[Problem]:
    """The whole file: its parts, signs, sites, marks, lists and phrases."""
    if not content.is_readable(ABUSE):
        return
    try:
        data = read_yaml(content.root / ABUSE)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        yield _unreadable(error)
        return
    file = _File(content, data if isinstance(data, dict) else {})
    wrong = [*_check_parts(file)]
    yield from wrong
    if wrong:  # what follows reads what this checked
        return
    for check in (_check_signs, _check_sites, _check_marks):
        yield from check(file)
    wrong = [*_check_lists(file)]
    yield from wrong
    if not wrong:
        yield from _check_used(file)
        yield from _check_phrases(file)


def _unreadable(error: Exception) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(ABUSE, 1, "this file is missing.")
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or "it cannot be read"
    return Problem(ABUSE, mark.line + 1 if mark else 1, f"this is not valid YAML: {what}.")


def _check_parts(file: _File) -> Iterator[Problem]:
    """Every part is there, in both languages where it has words, and nothing else."""
    yield from _check_keys(file, (), KEYS)
    for key, wanted, sketch in (
        ("signs", dict, '"🖕": words'),
        ("known_sites", list, "[canada.ca, ...]"),
        ("marks", list, "[name, ...]"),
    ):
        if key in file.data and not isinstance(file.data[key], wanted):
            yield file.problem((key,), f"write `{key}: {sketch}`.")
    yield from _check_keys(file, ("kinds",), KINDS)
    for kind in KINDS:
        yield from _check_keys(file, ("kinds", kind), LEVELS)
    for keys in (("lists",), *_listed()):
        wanted, sketch = (dict, "name: [...]") if keys == ("lists",) else (list, "- ...")
        yield from _check_keys(file, keys, LANGUAGES)
        for language in LANGUAGES:
            side = file.at((*keys, language))
            if side is not None and (not isinstance(side, wanted) or not side):
                yield file.problem((*keys, language), f"write `{language}:` with `{sketch}`.")


def _listed() -> Iterator[Keys]:
    """Where phrases stand; `harmless` first, since it hides what follows."""
    yield ("harmless",)
    yield from (("kinds", kind, level) for kind in KINDS for level in LEVELS)


def _check_keys(file: _File, keys: Keys, known: tuple[str, ...]) -> Iterator[Problem]:
    """A mapping has these keys and no others; one that is missing is said by who looks for it."""
    data = file.at(keys)
    if data is None and keys:
        return
    if not isinstance(data, dict):
        yield file.problem(keys, f"write `{keys[-1]}:`, then `{known[0]}:` and so on below it.")
        return
    for key in data.keys() - {*known}:
        yield file.problem((*keys, str(key)), f"`{key}` is not known here.")
    for key in known:
        if data.get(key) is None:
            inside = f" in `{keys[-1]}`" if keys else ""
            yield file.problem((*keys, key), f"`{key}` is missing{inside}.")


def _check_signs(file: _File) -> Iterator[Problem]:
    for sign, words in file.data["signs"].items():
        if not isinstance(sign, str) or not isinstance(words, str) or not plain_words(words):
            yield file.problem(("signs", str(sign)), f'write `"{sign}": words`, both in quotes.')
        elif plain_words(words) != words:
            sentence = f"write `{plain_words(words)}` for `{words}`: small letters, no signs."
            yield file.problem(("signs", sign), sentence)


def _check_sites(file: _File) -> Iterator[Problem]:
    for site, line in zip(file.data["known_sites"], file.lines(("known_sites",))):
        if not isinstance(site, str) or not _SITE.fullmatch(site):
            yield Problem(ABUSE, line, f"`{site}` is no site: write it like `canada.ca`.")


def _check_marks(file: _File) -> Iterator[Problem]:
    try:
        known = read_yaml(file.content.root / MARKS)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return  # the check of personal data says what is wrong
    for mark, line in zip(file.data["marks"], file.lines(("marks",))):
        if not isinstance(known, dict) or mark not in known:
            yield Problem(ABUSE, line, f"there is no mark `{mark}` in {MARKS}.")


def _check_lists(file: _File) -> Iterator[Problem]:
    """Each list has items that can be read."""
    for language in LANGUAGES:
        reader = _reader(file, language)
        for name, items in file.data["lists"][language].items():
            keys = ("lists", language, str(name))
            if not isinstance(items, list) or not items:
                yield file.problem(keys, f"write `{name}: [..., ...]`.")
                continue
            for item in items:
                try:
                    read_phrase(_as_text(item), reader)
                except PhraseRefused as error:
                    yield file.problem(keys, f"`{item}`: {error}")


def _check_used(file: _File) -> Iterator[Problem]:
    """Each list has a phrase that names it."""
    for language in LANGUAGES:
        used = str([file.at((*keys, language)) for keys in _listed()])
        for name in file.data["lists"][language]:
            if f"<{name}>" not in used:
                keys = ("lists", language, str(name))
                yield file.problem(keys, f"no phrase names `<{name}>`: take the list out.")


def _check_phrases(file: _File) -> Iterator[Problem]:
    """Each phrase is written well, stands once in its kind, and is not hidden by `harmless`."""
    for language in LANGUAGES:
        reader, lists = _reader(file, language), lists_of(file.data, language)
        seen: dict[tuple[str, str], int] = {}
        harmless: list[Phrase] = []
        for keys in _listed():
            hidden = PhraseList(harmless, language)
            for text, line in zip(file.at((*keys, language)), file.lines((*keys, language))):
                try:
                    phrase = read_phrase(_as_text(text), reader, lists)
                except PhraseRefused as error:
                    yield Problem(ABUSE, line, f"`{text}`: {error}")
                    continue
                first = seen.setdefault((keys[:2][-1], phrase.pattern), line)
                if first != line:
                    sentence = f"`{text}` finds the same as the phrase in line {first}."
                    yield Problem(ABUSE, line, sentence)
                elif keys == ("harmless",):
                    harmless.append(phrase)
                elif not any(
                    phrase.is_in(hidden.take_out(reader.read(sample))) for sample in phrase.samples
                ):
                    yield Problem(ABUSE, line, f"`{text}` finds nothing: `harmless` takes it out.")


def _reader(file: _File, language: str) -> Reader:
    """A reader with the slips of crisis.yml; without them while its own check finds fault there."""
    try:
        return reader_for(file.content.crisis, language)
    except (AttributeError, TypeError):
        return Reader(language)


def _as_text(item: object) -> str:
    if not isinstance(item, str):
        raise PhraseRefused("put it in quotes.")
    return item
