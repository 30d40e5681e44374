"""The list of topics, from files that were read already."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.content.checks.files import Content
from bot.editing.answer_file import reviewed_of, side_of
from bot.editing.paths import LANGUAGES, answer_path, examples_path, topic_of
from bot.editing.records import TopicSummary


def summaries(
    parts: Mapping[str, Content], changed: Collection[str | None], counts: Mapping[str, int] | None
) -> list[TopicSummary]:
    """Each topic, by id; `counts` tells its problems, None where nothing was checked yet."""
    ids = {topic_of(path) for path in parts} - {None}
    found = []
    for id in sorted(filter(None, ids)):
        answer = parts.get(answer_path(id))
        data = answer.answers.get(id, {}) if answer else {}
        examples = {language: parts.get(examples_path(language, id)) for language in LANGUAGES}
        found.append(
            TopicSummary(
                id,
                titles={language: side_of(data, language).title for language in LANGUAGES},
                examples={
                    language: len(part.examples) if part else 0
                    for language, part in examples.items()
                },
                reviewed=reviewed_of(data),
                has_answer=answer is not None,
                is_changed=id in changed,
                problems=None if counts is None else counts.get(id, 0),
            )
        )
    return found
