"""What the fields of a topic offer to choose from."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import yaml

from bot.content.library import RESERVED_BUTTONS
from bot.editing.records import TopicSummary
from bot.editing.workshop import Workshop

SOURCES = "stories/sources.yml"


def answers_to_choose(topics: list[TopicSummary], language: str) -> dict[str, str]:
    """The ids that a button may lead to, with their titles."""
    reserved = dict.fromkeys(RESERVED_BUTTONS, "")
    return {topic.id: topic.titles[language] for topic in topics if topic.has_answer} | reserved


def sources_to_choose(workshop: Workshop) -> Mapping[str, str]:
    """The ids of the draft's sources, with their titles; none while its file cannot be read."""
    return _titles(workshop.file(SOURCES).text)


@functools.lru_cache(maxsize=2)
def _titles(text: str) -> Mapping[str, str]:
    try:
        entries = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        return {}
    if not isinstance(entries, dict):
        return {}
    return {
        str(id): str(entry.get("title", "")) if isinstance(entry, dict) else ""
        for id, entry in entries.items()
    }
