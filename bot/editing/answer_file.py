"""An answer file, read and changed field by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import yaml

from bot.editing import yaml_surgery, yaml_text
from bot.editing.paths import LANGUAGES
from bot.editing.records import Reviewed, Side, SideChange, TopicChange
from bot.editing.refusals import NotByFields
from bot.editing.typed import clean_items, clean_line, clean_text

_ORDER = ("reviewed", "sources", "choices", *LANGUAGES)
_SIDE_ORDER = ("title", "text", "more", "buttons")
_CHANGED = ("reviewed", "sources", *LANGUAGES)
_INDENT = 4
"""Blanks before a line of a text that stands under a key of a side."""
T = TypeVar("T")


def read_answer(path: str, text: str) -> dict[str, Any]:
    """The file's keys; values may be of any kind.

    Raises:
        NotByFields: it is not YAML, or not keys one under the other.
    """
    try:
        data = yaml_text.load(text)
        node = yaml_surgery.compose(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise NotByFields(path) from error
    if not isinstance(data, dict) or not yaml_surgery.is_block_mapping(node):
        raise NotByFields(path)
    return data


def side_of(data: dict[str, Any], language: str) -> Side:
    """One language's side, whatever stands there."""
    side = data.get(language)
    side = side if isinstance(side, dict) else {}
    title, text, more = (_text(side.get(key)) for key in ("title", "text", "more"))
    return Side(title, text, more, _list(side.get("buttons")))


def reviewed_of(data: dict[str, Any]) -> Reviewed | None:
    """Who reviewed it, as far as the file says."""
    reviewed = data.get("reviewed")
    if not isinstance(reviewed, dict):
        return None
    on = reviewed.get("on")
    by = _text(reviewed.get("by"))
    return Reviewed(by, on if type(on) is date else None) if by or on else None


def sources_of(data: dict[str, Any]) -> tuple[str, ...]:
    """The ids of its sources."""
    return _list(data.get("sources"))


def choices_of(data: dict[str, Any]) -> tuple[str, ...]:
    """The words of a step's own buttons."""
    return _list(data.get("choices"))


def change_answer(path: str, text: str, change: TopicChange) -> str:
    """The file with the fields changed and every other character as it was.

    Raises:
        NotByFields: it is not written so that this can be done.
    """
    data = read_answer(path, text)
    change = _real(data, change)
    try:
        for language, side in change.sides.items():
            if side != SideChange():
                text = _with_block_side(text, language, side_of(data, language))
                text = _change_side(text, language, side)
        if change.sources is not None:
            text = _put_list(text, ("sources",), change.sources, _ORDER)
        if change.reviewed is not None:
            text = _put_reviewed(text, change.reviewed)
        changed = read_answer(path, text)
    except (yaml.YAMLError, ValueError) as error:
        raise NotByFields(path) from error
    if not _holds(changed, data, change):
        raise NotByFields(path)
    return text


def _real(data: dict[str, Any], change: TopicChange) -> TopicChange:
    """The change, cleaned, without what says the same as the file."""
    sides = {}
    for language, side in change.sides.items():
        old = side_of(data, language)
        sides[language] = SideChange(
            _unless_same(side.title, old.title, clean_line),
            _unless_same(side.text, old.text, clean_text),
            _unless_same(side.more, old.more, clean_text),
            _unless_same(side.buttons, old.buttons, clean_items),
        )
    reviewed = change.reviewed and replace(change.reviewed, by=clean_line(change.reviewed.by))
    return TopicChange(
        sides=sides,
        sources=_real_sources(data, change.sources),
        reviewed=None if reviewed == reviewed_of(data) else reviewed,
    )


def _real_sources(data: dict[str, Any], wanted: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """No sources is something to say: `[]` is written where nothing stands yet."""
    if wanted == () and not isinstance(data.get("sources"), list):
        return ()
    return _unless_same(wanted, sources_of(data), clean_items)


def _unless_same(wanted: T | None, old: T, clean: Callable[[T], T]) -> T | None:
    return None if wanted is None or clean(wanted) == clean(old) else clean(wanted)


def _change_side(text: str, language: str, side: SideChange) -> str:
    for key in ("title", "text", "more"):
        value = getattr(side, key)
        if value is not None:
            text = _put_text(text, (language, key), value)
    if side.buttons is not None:
        text = _put_list(text, (language, "buttons"), side.buttons, _SIDE_ORDER)
    return text


def _with_block_side(text: str, language: str, old: Side) -> str:
    """The text with a side whose keys stand one under the other; most have it."""
    place = yaml_surgery.find(text, language)
    if place is not None and yaml_surgery.is_block_mapping(place.node):
        return text
    lines = [f"  title: {yaml_text.line(old.title)}" if old.title else "  title:"]
    lines.append(f"  text: {yaml_text.block(old.text, _INDENT)}")
    if old.more:
        lines.append(f"  more: {yaml_text.block(old.more, _INDENT)}")
    lines.append(f"  buttons: {yaml_text.flow(old.buttons)}")
    if place is None:
        text = yaml_surgery.add(text, (language,), "", _ORDER)
        place = yaml_surgery.find(text, language)
    if place is None:
        raise ValueError(language)
    return yaml_surgery.put(text, place, "\n".join(["", *lines]))


def _put_text(text: str, keys: tuple[str, str], value: str) -> str:
    place = yaml_surgery.find(text, *keys)
    is_line = keys[1] == "title"
    if place is None:
        indent = yaml_surgery.column_of(text, keys[:1], _SIDE_ORDER) + 2
        written = yaml_text.line(value) if is_line else yaml_text.block(value, indent)
        return yaml_surgery.add(text, keys, written, _SIDE_ORDER) if value else text
    if keys[1] == "more" and not value:
        return yaml_surgery.remove(text, place)
    if is_line:
        return yaml_surgery.put(text, place, yaml_text.line(value) if value else "")
    indent = place.key_column + 2
    return yaml_surgery.put(text, place, yaml_surgery.line_value(place.node, value, indent))


def _put_list(
    text: str, keys: tuple[str, ...], values: tuple[str, ...], order: tuple[str, ...]
) -> str:
    """A list in the look it has: in brackets, or one item a line."""
    place = yaml_surgery.find(text, *keys)
    if place is None:
        return yaml_surgery.add(text, keys, yaml_text.flow(values), order)
    old = yaml_surgery.items(place)
    if not old or not yaml_surgery.is_block(place.node) or not values:
        return yaml_surgery.put(text, place, yaml_text.flow(values))
    dash = text.rfind("-", place.start, old[0].start_mark.index)
    indent = " " * (dash - text.rfind("\n", 0, dash) - 1)
    lines = [f"{indent}- {yaml_text.line(value)}" for value in values]
    return yaml_surgery.put(text, place, "\n".join(["", *lines]))


def _put_reviewed(text: str, reviewed: Reviewed) -> str:
    on = reviewed.on.isoformat() if reviewed.on else ""
    by = clean_line(reviewed.by)
    named = yaml_text.line(by, is_in_flow=True) if by else ""
    written = f"{{by: {named}, on: {on}}}"
    place = yaml_surgery.find(text, "reviewed")
    if place is None:
        return yaml_surgery.add(text, ("reviewed",), written, _ORDER)
    if not yaml_surgery.is_block_mapping(place.node):
        return yaml_surgery.put(text, place, written)
    lines = [f"  by: {named}".rstrip(), f"  on: {on}".rstrip()]
    return yaml_surgery.put(text, place, "\n".join(["", *lines]))


def _holds(changed: dict[str, Any], data: dict[str, Any], change: TopicChange) -> bool:
    """Whether exactly what was asked for is different."""
    for language in LANGUAGES:
        old = side_of(data, language)
        wanted = {
            key: value
            for key, value in vars(change.sides.get(language, SideChange())).items()
            if value is not None
        }
        if side_of(changed, language) != replace(old, **wanted):
            return False
    sources = sources_of(data) if change.sources is None else change.sources
    others, kept = (
        {key: value for key, value in each.items() if key not in _CHANGED}
        for each in (data, changed)
    )
    return sources_of(changed) == sources and others == kept


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _list(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
