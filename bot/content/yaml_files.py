"""Reads the YAML that staff write, as they mean it: `on`, `off`, `yes` and `no` are words."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


class StaffLoader(yaml.SafeLoader):
    """PyYAML's safe loader with the booleans of YAML 1.2, and no key given twice."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """A value; what looks like a date or a number and is none is an error with its place."""
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(
                None, None, str(error), node.start_mark
            ) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping; a key that stands twice is an error, not a silent loss."""
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable) or key in seen:
                what = "stands here twice" if isinstance(key, Hashable) else "cannot be a key"
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key!r} {what}", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


StaffLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
StaffLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def read_yaml(path: Path) -> Any:
    """The content of a file.

    Raises:
        yaml.YAMLError: it is not valid YAML; the error's mark says where.
    """
    return yaml.load(path.read_text("utf-8"), Loader=StaffLoader)  # noqa: S506 - it is a safe loader


def line_of(path: Path, *keys: str | int) -> int:
    """The line, from 1, where a key or list item stands; of its nearest parent if it is missing."""
    return _find(path, keys)[1]


def lines_of_items(path: Path, *keys: str | int) -> list[int]:
    """The line, from 1, of each item of a list that stands under a nested key."""
    node, _ = _find(path, keys)
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    return [item.start_mark.line + 1 for item in items]


def _find(path: Path, keys: Sequence[str | int]) -> tuple[yaml.Node | None, int]:
    """The node under the keys, None if there is none, and the line of what was found last."""
    file = path.resolve() if path.is_symlink() else path
    node = _compose(file, file.stat().st_mtime_ns)
    line = 1
    for key in keys:
        node, mark = _below(node, key)
        if mark is None:
            return None, line
        line = mark.line + 1
    return node, line


def _below(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node | None, yaml.Mark | None]:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        item = node.value[key]
        return item, item.start_mark
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return value, name.start_mark
    return None, None


@lru_cache(maxsize=512)
def _compose(path: Path, changed_at: int) -> Any:
    """The file's nodes with their marks, composed once for each version of the file."""
    return yaml.compose(path.read_text("utf-8"), Loader=StaffLoader)
