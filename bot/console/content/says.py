"""What is wrong with a topic, at the field where it is mended, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.console.asked import Asked
from bot.console.content.merging import form_field
from bot.console.content.typed import MESSAGES, Typed
from bot.editing.records import FieldProblem


@dataclass(frozen=True)
class Says:
    """One sentence at a field."""

    field: str
    """Of the form; empty where no field is meant."""
    sentence: str
    is_error: bool
    """Whether it keeps the draft from being published."""
    place: str = ""
    """File and line, where no field is meant."""


def says_of(asked: Asked, problems: Iterable[FieldProblem], typed: Typed) -> list[Says]:
    """The problems of a topic, in the order of the form."""
    known = {*typed.values, *typed.lists, "reviewed"}
    said = [_says(asked, problem, typed, known) for problem in problems]
    order = {name: place for place, name in enumerate(known_in_order(typed))}
    unique = dict.fromkeys(said)
    return sorted(unique, key=lambda one: (order.get(one.field, -1), not one.is_error))


def by_field(said: Iterable[Says]) -> Mapping[str, list[Says]]:
    """What each field says; "" holds the rest."""
    found: dict[str, list[Says]] = {}
    for one in said:
        found.setdefault(one.field, []).append(one)
    return found


def known_in_order(typed: Typed) -> list[str]:
    """The fields of the form as they stand on the page."""
    texts = [name for name in typed.values if name.split(".")[0] not in MESSAGES]
    messages = [name for name in typed.values if name.split(".")[0] in MESSAGES]
    lists = sorted(typed.lists, reverse=True)
    return [*texts, *lists, "reviewed", *messages]


def _says(asked: Asked, problem: FieldProblem, typed: Typed, known: set[str]) -> Says:
    sentence = problem.sentences[asked.language]
    sentence = sentence[:1].upper() + sentence[1:]
    name = form_field(problem.field or "", typed)
    head, _, line = name.rpartition(".")
    if head in known and line.isdigit():
        number = int(line) + 1
        if head.split(".")[0] in MESSAGES:
            lines = typed.values[head].split("\n")
            quoted = lines[int(line)] if int(line) < len(lines) else ""
            sentence = asked.word("content.at_line", n=number, line=quoted, sentence=sentence)
        name = head
    is_error = problem.level == "ERROR"
    if name in known:
        return Says(name, sentence, is_error)
    return Says("", sentence, is_error, f"{problem.path}:{problem.line}")
