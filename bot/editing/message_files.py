"""Files of examples and of held-out messages, read and changed line by line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

import yaml

from bot.editing import yaml_surgery, yaml_text
from bot.editing.refusals import NotByFields
from bot.editing.typed import clean_items, clean_line

NEW_EXAMPLES = 'version: "3.1"\nnlu:\n- intent: {id}\n  examples: |\n'
NEW_HELD_OUT = "intent: {id}\nmessages:\n"
_DASH = re.compile(r"- *")


def read_examples(path: str, text: str) -> tuple[str, ...]:
    """The examples, one a line of the file. Raises NotByFields."""
    data = _read(path, text)
    blocks = data.get("nlu")
    if not isinstance(blocks, list) or len(blocks) != 1 or not isinstance(blocks[0], dict):
        raise NotByFields(path)
    listed = blocks[0].get("examples")
    if listed is not None and not isinstance(listed, str):
        raise NotByFields(path)
    lines = (line.strip() for line in (listed or "").splitlines())
    return tuple(filter(None, (_DASH.sub("", line, count=1) for line in lines if line)))


def change_examples(path: str, text: str, examples: Sequence[str]) -> str:
    """The file with these examples. Raises NotByFields."""
    wanted = clean_items(examples)
    if wanted == clean_items(read_examples(path, text)):
        return text
    place = yaml_surgery.find(text, "nlu", 0, "examples")
    if place is None:
        raise NotByFields(path)
    lines = "\n".join(f"- {example}" for example in wanted)
    text = yaml_surgery.put(text, place, yaml_text.block(lines, place.key_column + 2, "|"))
    return _checked(path, text, wanted, read_examples(path, text))


def read_held_out(path: str, text: str) -> tuple[str, ...]:
    """The held-out messages. Raises NotByFields."""
    messages = _read(path, text).get("messages")
    if messages is not None and not isinstance(messages, list):
        raise NotByFields(path)
    return tuple(str(message) for message in messages or ())


def change_held_out(path: str, text: str, messages: Sequence[str]) -> str:
    """The file with these held-out messages; lines of others stay as they are. NotByFields."""
    wanted = clean_items(messages)
    old = tuple(map(clean_line, read_held_out(path, text)))
    if wanted == tuple(filter(None, old)):
        return text
    place = yaml_surgery.find(text, "messages")
    if place is None or (old and not yaml_surgery.is_block(place.node)):
        raise NotByFields(path)
    lines = _lines(text, place, old, wanted)
    text = yaml_surgery.put(text, place, "\n".join(["", *lines]) if wanted else "")
    return _checked(path, text, wanted, read_held_out(path, text))


def _lines(
    text: str, place: yaml_surgery.Place, old: Sequence[str], wanted: Sequence[str]
) -> list[str]:
    """The lines of the list; what stands between items stays with the item before it."""
    nodes = yaml_surgery.items(place)
    body = text[place.start : place.end].split("\n")[1:]
    first = text.count("\n", 0, place.start) + 1
    starts = [node.start_mark.line - first for node in nodes]
    kept = [body[start:end] for start, end in zip(starts, [*starts[1:], len(body)])]
    indent = len(body[starts[0]]) - len(body[starts[0]].lstrip()) if starts else 2
    lines = body[: starts[0]] if starts else []
    matcher = SequenceMatcher(None, old, wanted, autojunk=False)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            lines += [line for item in kept[start:end] for line in item]
        else:
            new = wanted[new_start:new_end]
            lines += [f"{' ' * indent}- {yaml_text.double_quoted(each)}" for each in new]
    return lines


def _read(path: str, text: str) -> dict[str, Any]:
    try:
        data = yaml_text.load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise NotByFields(path) from error
    if not isinstance(data, dict):
        raise NotByFields(path)
    return data


def _checked(path: str, text: str, wanted: Sequence[str], got: Sequence[str]) -> str:
    if tuple(wanted) != tuple(map(clean_line, got)):
        raise NotByFields(path)
    return text
