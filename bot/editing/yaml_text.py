"""Writes values as staff write them in YAML: plain where that reads back, in quotes otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from bot.content.yaml_files import StaffLoader

_OTHERS_READ_AS_TRUTH = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|~")
_PLAIN_START = re.compile(r"[^\W_]|[«“(•/+]")
_ESCAPED = re.compile(r'["\\]')


def load(text: str) -> Any:
    """What YAML holds, read as the check and the bot read it. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=StaffLoader)  # noqa: S506 - it is a safe loader


def line(value: str, *, is_in_flow: bool = False) -> str:
    """A value of one line."""
    if _is_plain(value, is_in_flow=is_in_flow):
        return value
    return double_quoted(value) if "'" in value else f"'{value}'"


def double_quoted(value: str) -> str:
    """A value of one line in straight double quotes."""
    return '"' + _ESCAPED.sub(r"\\\g<0>", value) + '"'


def flow(values: Sequence[str]) -> str:
    """A list in brackets."""
    return f"[{', '.join(line(value, is_in_flow=True) for value in values)}]"


def block(value: str, indent: int, header: str = "|-") -> str:
    """A text of lines under a key; each line is indented by so many blanks."""
    lines = (f"{' ' * indent}{each}" if each else "" for each in value.split("\n"))
    return "\n".join([header, *lines]) if value else header


def _is_plain(value: str, *, is_in_flow: bool) -> bool:
    """Whether it stands without quotes; only what is read back as itself does."""
    if not _PLAIN_START.match(value) or _OTHERS_READ_AS_TRUTH.fullmatch(value):
        return False
    try:
        if load(f"key: {value}\n") != {"key": value}:
            return False
        return not is_in_flow or bool(
            load(f"[{value}, {{key: {value}}}]\n") == [value, {"key": value}]
        )
    except yaml.YAMLError:
        return False
