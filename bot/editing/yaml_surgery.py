"""Changes one value in a YAML text and no other character: comments, order and look stay.

A parser that writes the whole file anew would fold and quote in its own way. Here the place of the
value is found by the parser's marks, and only that place is cut out and written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from bot.content.yaml_files import StaffLoader
from bot.editing import yaml_text

Key = str | int


@dataclass(frozen=True)
class Place:
    """Where the value of a key stands, the colon before it not included."""

    node: yaml.Node
    key_column: int
    key_start: int
    start: int
    """Right behind the colon."""
    end: int
    """Behind the last character that says something."""


def compose(text: str) -> yaml.Node | None:
    """The nodes of a text with their marks. Raises yaml.YAMLError."""
    node: yaml.Node | None = yaml.compose(text, Loader=StaffLoader)
    return node


def find(text: str, *keys: Key) -> Place | None:
    """Where a nested key's value stands."""
    node, place = compose(text), None
    for key in keys:
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            node = node.value[key] if key < len(node.value) else None
            continue
        pairs = node.value if isinstance(node, yaml.MappingNode) else []
        pair = next((pair for pair in pairs if pair[0].value == key), None)
        if pair is None:
            return None
        node, place = pair[1], _place(text, *pair)
    return place


def items(place: Place) -> list[yaml.Node]:
    """The items of a list, none where no list stands."""
    return list(place.node.value) if isinstance(place.node, yaml.SequenceNode) else []


def end_of(text: str, node: yaml.Node) -> int:
    """Behind the last character of a node, without the comments and blank lines that follow."""
    last = node
    while is_block(last) and last.value:
        child = last.value[-1]
        last = child[1] if isinstance(child, tuple) else child
    stretch = text[node.start_mark.index : last.end_mark.index]
    return int(node.start_mark.index) + len(stretch.rstrip())


def put(text: str, place: Place, value: str) -> str:
    """Write another value there; a comment at the line's end stays there."""
    head, tail = text[: place.start], text[place.end :]
    first, *rest = value.split("\n")
    if rest:
        comment, _, tail = tail.partition("\n")
        first = f"{first}{comment.rstrip()}"
        tail = f"\n{tail}"
    written = "\n".join([f" {first}" if first else "", *rest])
    return head + written + tail


def column_of(text: str, parents: Sequence[Key], keys: Sequence[str]) -> int:
    """How far the keys of a mapping are indented."""
    places = (find(text, *parents, key) for key in keys)
    return next((place.key_column for place in places if place), 0)


def add(text: str, keys: Sequence[Key], value: str, order: Sequence[str]) -> str:
    """Write a key that is missing, behind those that come before it; its parent is a mapping.

    `order` names the parent's keys in the order in which they stand.
    """
    *parents, key = keys
    column, at = column_of(text, parents, order), 0
    before = order[: order.index(str(key))]
    for sibling in order:
        place = find(text, *parents, sibling)
        if place is None:
            continue
        if sibling in before:
            at = _line_end(text, place.end)
        elif not at:
            at = text.rfind("\n", 0, place.key_start) + 1
    return _insert(text, at, f"{' ' * column}{key}:{' ' if value else ''}{value}")


def remove(text: str, place: Place) -> str:
    """Take a key and its value out, with their lines."""
    start = text.rfind("\n", 0, place.key_start) + 1
    return text[:start] + text[_line_end(text, place.end) :]


def is_block(node: yaml.Node) -> bool:
    """Whether its items or keys stand one under the other."""
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def is_block_mapping(node: yaml.Node | None) -> bool:
    """Whether its keys stand one under the other."""
    return isinstance(node, yaml.MappingNode) and is_block(node) and bool(node.value)


def is_inline(node: yaml.Node) -> bool:
    """Whether it is a text that stands behind its key: plain or in quotes."""
    is_text = isinstance(node, yaml.ScalarNode) and node.style not in ("|", ">")
    return is_text and bool(node.value)


def line_value(node: yaml.Node, value: str, indent: int) -> str:
    """A text in the look of the one it replaces, if it fits on a line, else in lines below."""
    if is_inline(node) and "\n" not in value and value:
        return yaml_text.line(value)
    return yaml_text.block(value, indent)


def _place(text: str, key: yaml.Node, value: yaml.Node) -> Place:
    start = text.index(":", key.end_mark.index) + 1
    end = max(start, end_of(text, value))
    return Place(value, key.start_mark.column, key.start_mark.index, start, end)


def _line_end(text: str, at: int) -> int:
    """The beginning of the next line."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _insert(text: str, at: int, lines: str) -> str:
    before = text[:at]
    if before and not before.endswith("\n"):
        before += "\n"
    return f"{before}{lines}\n{text[at:]}"
