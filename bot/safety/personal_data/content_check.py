"""Checks of `make check`: personal data in what staff collected, and the lists it is found with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from bot.content.checks.files import LANGUAGES, Content
from bot.content.checks.problem import Problem
from bot.content.yaml_files import read_yaml
from bot.safety.personal_data.lists import KNOWN_NAMES, ORDINARY_WORDS
from bot.safety.personal_data.public import PUBLIC_NAMES, PUBLIC_NUMBERS
from bot.safety.personal_data.screen import MARKS, load_personal_data

KINDS = {
    "address": "an address",
    "birth_date": "a date of birth",
    "card": "a payment card number",
    "email": "an e-mail address",
    "handle": "the name of an account",
    "health_card": "a health card number",
    "id_number": "an identity number",
    "ip": "an IP address",
    "link_token": "a link with a secret in it",
    "name": "a name",
    "phone": "a phone number",
    "postal_code": "a postal code",
    "sin": "a social insurance number",
}
_KEYS = {
    KNOWN_NAMES: ("first_names", "last_names"),
    ORDINARY_WORDS: ("words",),
    PUBLIC_NAMES: ("known_by_one_name", "handles", "addresses"),
    PUBLIC_NUMBERS: ("phones", "postal_codes", "ip_addresses"),
    MARKS: tuple(KINDS),
}


def check_personal_data(content: Content) -> Iterator[Problem]:
    """No example and no held-out message holds personal data, and the lists can be read.

    A name is only a warning: most in examples are made up.
    """
    problems = list(_check_lists(content))
    yield from problems
    if problems or not content.is_readable(MARKS):
        return
    personal_data = load_personal_data(content.root)
    for messages, what in ((content.examples, "example"), (content.held_out, "held-out message")):
        for message in messages:
            for kind in {span.kind for span in personal_data.find(message.text)}:
                sentence = f"this {what} holds {KINDS[kind]}: take it out."
                if kind == "name":
                    sentence = f"this {what} holds a name: take it out unless it is made up."
                    yield Problem(message.path, message.line, sentence, "WARNING")
                else:
                    yield Problem(message.path, message.line, sentence)


def _check_lists(content: Content) -> Iterator[Problem]:
    for path, keys in _KEYS.items():
        if not content.is_readable(path):
            continue
        try:
            data = read_yaml(content.root / path)
        except FileNotFoundError:
            yield Problem(path, 1, "this file is missing.")
            continue
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            yield Problem(path, mark.line + 1 if mark else 1, "this is not valid YAML.")
            continue
        entries = data if isinstance(data, dict) else {}
        for key in keys:
            if key not in entries:
                yield Problem(path, 1, f"`{key}` is missing.")
        yield from _check_values(content, path, entries)


def _check_values(content: Content, path: str, entries: Mapping[str, Any]) -> Iterator[Problem]:
    for key, value in entries.items():
        line = content.line(path, str(key))
        if path == MARKS:
            sides = [value.get(side) if isinstance(value, dict) else None for side in LANGUAGES]
            if not all(_is_mark(side) for side in sides):
                sentence = f"write `{key}: {{fr: ..., en: ...}}` with square brackets."
                yield Problem(path, line, sentence)
        elif not _is_list(value, is_text=path in (KNOWN_NAMES, ORDINARY_WORDS)):
            yield Problem(path, line, f"`{key}` is not written like the others.")


def _is_mark(value: object) -> bool:
    return isinstance(value, str) and len(value) > 2 and value[0] + value[-1] == "[]"


def _is_list(value: object, *, is_text: bool) -> bool:
    """Whether it is words in a text, or groups of such; otherwise whether it is a list of words."""
    if is_text:
        parts = value.values() if isinstance(value, dict) else [value]
        return all(isinstance(part, str) for part in parts)
    return isinstance(value, list) and all(isinstance(one, str | int | float) for one in value)
