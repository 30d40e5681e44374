"""A topic as its form shows it, and what somebody typed there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from bot.console.asked import Asked
from bot.editing.paths import answer_path, examples_path, held_out_path
from bot.editing.records import Reviewed, SideChange, Topic, TopicChange, Versions

LANGUAGES = ("fr", "en")
TEXTS = ("title", "text", "more")
MESSAGES = ("examples", "held_out")
BUTTONS = "buttons"
"""The field of both languages' buttons, which are the same in a topic without a mistake."""
LISTS = ("sources", BUTTONS, *(f"{language}.{BUTTONS}" for language in LANGUAGES))
VERSION = "version:"


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of the form."""

    values: Mapping[str, str]
    """Texts, and lists of messages with one a line, by field such as `fr.text`."""
    lists: Mapping[str, tuple[str, ...]]
    """Ids by field: `sources`, and `buttons` or each side's."""
    is_reviewed_today: bool = False

    @property
    def has_answer(self) -> bool:
        """Whether the form shows the answer, and not only what people say."""
        return "fr.text" in self.values


def typed_of(topic: Topic) -> Typed:
    """The form of a topic that nobody has typed into yet; without what cannot be read by fields."""
    values: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    if topic.has_answer and answer_path(topic.id) not in topic.unreadable:
        for language, side in topic.sides.items():
            values |= {f"{language}.{name}": getattr(side, name) for name in TEXTS}
        buttons = {language: side.buttons for language, side in topic.sides.items()}
        lists["sources"] = topic.sources
        if len(set(buttons.values())) == 1:
            lists[BUTTONS] = next(iter(buttons.values()))
        else:
            lists |= {f"{language}.{BUTTONS}": ids for language, ids in buttons.items()}
    for name, path_of in (("examples", examples_path), ("held_out", held_out_path)):
        for language, messages in getattr(topic, name).items():
            if path_of(language, topic.id) not in topic.unreadable:
                values[f"{name}.{language}"] = "\n".join(messages)
    return Typed(values, lists)


def read_typed(asked: Asked, topic: Topic) -> Typed:
    """What was sent; a field that the form did not have keeps what the topic has."""
    shown = typed_of(topic)
    values = {
        name: asked.field(name) if name in asked.form else value
        for name, value in shown.values.items()
    }
    lists = {name: _ids(asked.many(name)) for name in LISTS if name in asked.lists}
    lists = lists or dict(shown.lists)
    return Typed(values, lists, is_reviewed_today=bool(asked.form.get("is_reviewed_today")))


def read_versions(asked: Asked) -> Versions:
    """What the files were when the form was opened."""
    return {
        name.removeprefix(VERSION): value
        for name, value in asked.form.items()
        if name.startswith(VERSION)
    }


def change_of(typed: Typed, *, by: str, today: date, without: Collection[str] = ()) -> TopicChange:
    """The change that a form asks for; `without` names fields that stay as they are."""
    sides = {language: _side(typed, language, without) for language in LANGUAGES}
    sources = None if "sources" in without else typed.lists.get("sources")
    is_reviewed = typed.is_reviewed_today and "reviewed" not in without
    reviewed = Reviewed(by, today) if is_reviewed else None
    examples, held_out = (
        {
            language: tuple(typed.values[f"{name}.{language}"].split("\n"))
            for language in LANGUAGES
            if f"{name}.{language}" in typed.values and f"{name}.{language}" not in without
        }
        for name in MESSAGES
    )
    if not typed.has_answer:
        return TopicChange(examples=examples, held_out=held_out)
    return TopicChange(
        sides=sides, sources=sources, reviewed=reviewed, examples=examples, held_out=held_out
    )


def _side(typed: Typed, language: str, without: Collection[str]) -> SideChange:
    def text(name: str) -> str | None:
        field = f"{language}.{name}"
        return None if field in without else typed.values.get(field)

    buttons = typed.lists.get(BUTTONS, typed.lists.get(f"{language}.{BUTTONS}"))
    if f"{language}.{BUTTONS}" in without:
        buttons = None
    return SideChange(text("title"), text("text"), text("more"), buttons)


def _ids(sent: list[str]) -> tuple[str, ...]:
    return tuple(filter(None, (" ".join(id.split()) for id in sent)))
