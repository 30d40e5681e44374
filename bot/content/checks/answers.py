"""Checks of answers, their sources and the short words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from bot.content.checks.files import LANGUAGES, SOURCES, Content
from bot.content.checks.problem import Problem
from bot.content.library import RESERVED_BUTTONS

LONGEST_TEXT = 600
"""Characters before "more"; a phone's screen."""
LONGEST_MORE = 1_500
LONGEST_TITLE = 40
"""A button's label; platforms cut longer ones."""
LONGEST_REPLY = 2_000
"""What Discord takes in one message, sources included."""
MOST_BUTTONS = 6
LONGEST_ID = 60
"""Bytes; a button's value of 64 holds it and two more."""
DAYS_FRESH = 365
_KEYS = {"reviewed", "sources", "choices", *LANGUAGES}
_LANGUAGE_KEYS = {"title", "text", "more", "buttons"}
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_ID = re.compile(r"[a-z][a-z0-9_]*")
PLACEHOLDERS = {
    "delete_done": ("proof", "date"),
    "view_check": ("text", "count"),
    "view_check_removed": ("text", "count"),
    "view_text_too_long": ("count",),
    "view_received": ("receipt",),
    "view_invite": ("theme",),
    "view_approved": ("text",),
    "view_rejected": ("text", "reason"),
    "view_outcome": ("text", "url"),
    "view_vote": ("text", "place"),
    "view_vote_stopped": ("count",),
    "view_vote_undone": ("text",),
    "view_picture": ("people", "groups", "you", "shared", "differs"),
    "view_picture_early": ("people",),
    "view_mine": ("list",),
    "view_withdraw_which": ("list",),
    "view_withdrawn": ("receipt",),
    "handover_taken": ("who",),
    "handover_message": ("who", "text"),
}
"""What the program fills in, by answer."""


def is_id(text: str) -> bool:
    """Whether an answer and its files can be called so."""
    return bool(_ID.fullmatch(text)) and len(text) <= LONGEST_ID


def check_answers(content: Content) -> Iterator[Problem]:
    """Every answer file, one after the other."""
    for id, answer in content.answers.items():
        if answer:
            yield from _check_frame(content, id, answer)
            yield from _check_review(content, id, answer)
            yield from _check_sources(content, id, answer)
            for language in LANGUAGES:
                yield from _check_language(content, id, answer, language)
            yield from _check_same_buttons(content, id, answer)
            yield from _check_choices(content, id, answer)
            yield from _check_same_placeholders(content, id, answer)
            yield from _check_translated(content, id, answer)
    yield from _check_titles_differ(content)


def _check_frame(content: Content, id: str, answer: dict[str, Any]) -> Iterator[Problem]:
    path = content.answer_path(id)
    if not is_id(id):
        yield Problem(path, 1, "name the file with small letters, digits and `_`, at most 60.")
    for key in answer.keys() - _KEYS:
        yield Problem(path, content.line(path, str(key)), f"`{key}` is not known here.")


def _check_review(content: Content, id: str, answer: dict[str, Any]) -> Iterator[Problem]:
    path = content.answer_path(id)
    reviewed = answer.get("reviewed")
    line = content.line(path, "reviewed")
    on = reviewed.get("on") if isinstance(reviewed, dict) else None
    if not isinstance(reviewed, dict) or not reviewed.get("by") or type(on) is not date:
        yield Problem(
            path, line, "say who reviewed it and when: `reviewed: {by: ..., on: 2026-01-31}`."
        )
    elif on > content.today:
        yield Problem(path, line, f"the review date {on} lies in the future.")
    elif (content.today - on).days > DAYS_FRESH:
        yield Problem(
            path, line, f"the last review, {on}, is over a year old: read it again.", "WARNING"
        )


def _check_sources(content: Content, id: str, answer: dict[str, Any]) -> Iterator[Problem]:
    path = content.answer_path(id)
    line = content.line(path, "sources")
    sources = answer.get("sources")
    if not isinstance(sources, list):
        yield Problem(
            path, line, "name the sources: `sources: [id, ...]`, or `[]` if it states no fact."
        )
        return
    for source in sources if content.is_readable(SOURCES) else ():
        if not isinstance(source, str) or source not in content.sources:
            yield Problem(path, line, f"source `{source}` is not in stories/sources.yml.")


def _check_language(
    content: Content, id: str, answer: dict[str, Any], language: str
) -> Iterator[Problem]:
    path = content.answer_path(id)
    side = answer.get(language)
    if not isinstance(side, dict):
        yield Problem(path, 1, f"the `{language}:` side is missing.")
        return
    for key in side.keys() - _LANGUAGE_KEYS:
        yield Problem(path, content.line(path, language, str(key)), f"`{key}` is not known here.")
    for key, longest, is_needed in (
        ("title", LONGEST_TITLE, True),
        ("text", LONGEST_TEXT, True),
        ("more", LONGEST_MORE, False),
    ):
        yield from _check_text(content, path, side, (language, key), longest, is_needed)
    yield from _check_buttons(content, path, side, language)
    yield from _check_reply_length(content, path, answer, language)


def _check_text(
    content: Content,
    path: str,
    side: dict[str, Any],
    keys: tuple[str, str],
    longest: int,
    is_needed: bool,
) -> Iterator[Problem]:
    text, line = side.get(keys[1]), content.line(path, *keys)
    name = ".".join(keys)
    if text is None and not is_needed:
        return
    if not isinstance(text, str) or not text.strip():
        yield Problem(path, line, f"`{name}` is empty.")
        return
    if len(text.strip()) > longest:
        yield Problem(
            path, line, f"`{name}` has {len(text.strip())} characters; {longest} at most."
        )
    known = PLACEHOLDERS.get(PurePosixPath(path).stem, ()) if keys[1] == "text" else ()
    for placeholder in set(_PLACEHOLDER.findall(text)).difference(known):
        yield Problem(path, line, f"`{{{placeholder}}}` in `{name}` is not a known placeholder.")


def _check_choices(content: Content, id: str, answer: dict[str, Any]) -> Iterator[Problem]:
    """Each choice of a step is a word and has a label."""
    path, choices = content.answer_path(id), answer.get("choices", [])
    line = content.line(path, "choices")
    if not isinstance(choices, list) or not all(isinstance(each, str) for each in choices):
        yield Problem(path, line, "write `choices: [word, ...]`, the words in quotes if need be.")
        return
    labels = content.words.get("choices") or {}
    for choice in choices:
        if f"{id}_{choice}" not in labels:
            label = f"{id}_{choice}"
            sentence = f"`{choice}` has no label `{label}` in stories/words/choices.yml."
            yield Problem(path, line, sentence)


def _check_same_placeholders(
    content: Content, id: str, answer: dict[str, Any]
) -> Iterator[Problem]:
    """What the program fills in stands in both languages; else one of them says less."""
    path = content.answer_path(id)
    for language in LANGUAGES:
        side = answer.get(language)
        text = str(side.get("text", "")) if isinstance(side, dict) else ""
        for name in set(PLACEHOLDERS.get(id, ())).difference(_PLACEHOLDER.findall(text)):
            if text:
                line = content.line(path, language, "text")
                yield Problem(path, line, f"`{{{name}}}` is missing from `{language}.text`.")


def _check_buttons(
    content: Content, path: str, side: dict[str, Any], language: str
) -> Iterator[Problem]:
    line = content.line(path, language, "buttons")
    buttons = side.get("buttons") or []
    if not isinstance(buttons, list):
        yield Problem(path, line, "write `buttons: [id, ...]`.")
        return
    if len(buttons) > MOST_BUTTONS:
        yield Problem(path, line, f"{len(buttons)} buttons; {MOST_BUTTONS} at most.")
    elif side.get("more") and len(buttons) == MOST_BUTTONS:
        sentence = f"{MOST_BUTTONS} buttons; {MOST_BUTTONS - 1} at most beside that of `more`."
        yield Problem(path, line, sentence)
    for button in buttons:
        if str(button) not in {*content.answers, *RESERVED_BUTTONS}:
            yield Problem(path, line, f"button `{button}` leads nowhere: there is no such answer.")


def _check_reply_length(
    content: Content, path: str, answer: dict[str, Any], language: str
) -> Iterator[Problem]:
    sources = answer.get("sources")
    cited = sum(
        len(str(source.get("title"))) + len(str(source.get("url")))
        for id, source in content.sources.items()
        if isinstance(source, dict) and isinstance(sources, list) and id in sources
    )
    side = answer[language]
    for key in ("text", "more"):
        total = len(str(side.get(key) or "")) + cited
        if total > LONGEST_REPLY:
            sentence = (
                f"with its sources `{language}.{key}` has {total} characters; Discord takes 2,000."
            )
            yield Problem(path, content.line(path, language, key), sentence)


def _check_same_buttons(content: Content, id: str, answer: dict[str, Any]) -> Iterator[Problem]:
    sides = [answer.get(language) for language in LANGUAGES]
    lists = [side.get("buttons") or [] for side in sides if isinstance(side, dict)]
    if len(lists) == len(LANGUAGES) and all(isinstance(buttons, list) for buttons in lists):
        french, english = ({str(button) for button in buttons} for buttons in lists)
        if french - RESERVED_BUTTONS.keys() != english - RESERVED_BUTTONS.keys():
            path = content.answer_path(id)
            line = content.line(path, "en", "buttons")
            yield Problem(path, line, "the French and English sides have different buttons.")


def _check_translated(content: Content, id: str, answer: dict[str, Any]) -> Iterator[Problem]:
    """A text that is the same in both languages was copied; a title may be a name."""
    french, english = (answer.get(language) for language in LANGUAGES)
    if isinstance(french, dict) and isinstance(english, dict):
        for key in ("text", "more"):
            one, other = (" ".join(str(side.get(key) or "").split()) for side in (french, english))
            if one and one.casefold() == other.casefold():
                path = content.answer_path(id)
                sentence = f"`fr.{key}` and `en.{key}` are the same: write each in its language."
                yield Problem(path, content.line(path, "en", key), sentence)


def _check_titles_differ(content: Content) -> Iterator[Problem]:
    """Two buttons with one label cannot be told apart."""
    for language in LANGUAGES:
        seen: dict[str, str] = {}
        for id, answer in content.answers.items():
            side = answer.get(language)
            title = side.get("title") if isinstance(side, dict) else None
            if not isinstance(title, str):
                continue
            first = seen.setdefault(title.casefold(), id)
            if first != id:
                path = content.answer_path(id)
                line = content.line(path, language, "title")
                yield Problem(path, line, f"`{first}` has the same {language} title, “{title}”.")


def check_sources(content: Content) -> Iterator[Problem]:
    """Every entry of the sources file."""
    path = SOURCES
    for id, source in content.sources.items():
        line = content.line(path, str(id))
        if not isinstance(source, dict) or not source.get("title"):
            yield Problem(path, line, f"source `{id}` has no title.")
            continue
        if not re.match(r"https?://\S+$", str(source.get("url"))):
            yield Problem(path, line, f"source `{id}` has no web address.")
        if source.get("language") not in LANGUAGES:
            yield Problem(path, line, f"say `language: fr` or `language: en` for source `{id}`.")
        counterpart = source.get("counterpart")
        if counterpart is not None and str(counterpart) not in content.sources:
            yield Problem(
                path, line, f"the counterpart of `{id}`, `{counterpart}`, is not a source."
            )


def check_words(content: Content) -> Iterator[Problem]:
    """Short words stand in both languages, with the same placeholders."""
    for name, entries in content.words.items():
        path = f"stories/words/{name}.yml"
        for key, sides in entries.items():
            line = content.line(path, str(key))
            texts = [
                sides.get(language) if isinstance(sides, dict) else None for language in LANGUAGES
            ]
            for language, text in zip(LANGUAGES, texts):
                if not isinstance(text, str) or not text.strip():
                    yield Problem(path, line, f"`{key}` has no text in `{language}`.")
            if all(isinstance(text, str) for text in texts):
                french, english = (set(_PLACEHOLDER.findall(str(text))) for text in texts)
                if french != english:
                    yield Problem(path, line, f"`{key}` has other placeholders in fr than in en.")
