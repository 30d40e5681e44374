"""Two people changed one topic: which of both texts stands, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.console.asked import Asked
from bot.console.content.typed import BUTTONS, LANGUAGES, Typed
from bot.editing.records import FieldConflict

CHOICE = "choice:"
THEIRS = "theirs"


@dataclass(frozen=True)
class Merge:
    """What is to be shown after a save that met another."""

    typed: Typed
    """The form, with their text where only they had changed a field."""
    fields: Mapping[str, FieldConflict]
    """What both changed, by field of the form."""
    whole: tuple[FieldConflict, ...] = ()
    """Files that cannot be compared field by field."""


def merge(typed: Typed, conflicts: Iterable[FieldConflict]) -> Merge:
    """Take theirs where only they changed something; what both changed is left to the reader."""
    values, lists = dict(typed.values), dict(typed.lists)
    fields: dict[str, FieldConflict] = {}
    whole = []
    for conflict in conflicts:
        name = form_field(conflict.field, typed)
        if not name:
            whole.append(conflict)
        elif conflict.base is not None and conflict.base == conflict.yours:
            if name in values:
                values[name] = conflict.theirs
            elif name in lists:
                lists[name] = tuple(filter(None, conflict.theirs.split("\n")))
        elif conflict.base != conflict.theirs:
            fields[name] = conflict
    return Merge(replace(typed, values=values, lists=lists), fields, tuple(whole))


def form_field(field: str, typed: Typed) -> str:
    """The field of the form that shows a field of the topic."""
    is_shared = field.endswith(f".{BUTTONS}") and BUTTONS in typed.lists
    return BUTTONS if is_shared else field


def taken_from_them(asked: Asked) -> set[str]:
    """The fields of the topic for which the reader chose the other's text."""
    chosen = {
        name.removeprefix(CHOICE)
        for name, value in asked.form.items()
        if name.startswith(CHOICE) and value == THEIRS
    }
    if BUTTONS in chosen:
        chosen |= {f"{language}.{BUTTONS}" for language in LANGUAGES}
    return chosen
