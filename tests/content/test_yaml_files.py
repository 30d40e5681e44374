"""The YAML that staff write, read as they mean it, with the line of everything."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.content.yaml_files import line_of, lines_of_items, read_yaml


def file_with(folder: Path, text: str) -> Path:
    path = folder / "file.yml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on: yes", {"on": "yes"}),
        ("a: {by: me, on: 2026-01-31}", {"a": {"by": "me", "on": date(2026, 1, 31)}}),
        ("[off, no, Y, n, No, ON]", ["off", "no", "Y", "n", "No", "ON"]),
        ("[true, True, false, FALSE]", [True, True, False, False]),
        ("[tRUE, trueish]", ["tRUE", "trueish"]),
        ("no", "no"),
        ("[null, 3, 1.5, ~]", [None, 3, 1.5, None]),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ("texte: « é »", {"texte": "« é »"}),
        ("", None),
    ],
)
def test_values_are_read_as_they_are_meant(tmp_path: Path, text: str, value: Any) -> None:
    assert read_yaml(file_with(tmp_path, text)) == value


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "'a' stands here twice"),
        ("a:\n  b: 1\n  c: 2\n  b: 1\n", 4, "'b' stands here twice"),
        ("1: x\n1: y\n", 2, "1 stands here twice"),
        ("{a: 1, a: 1}", 1, "'a' stands here twice"),
        ("a: 1\n? [b, c]\n: 2\n", 2, "cannot be a key"),
        ("a: 1\n? {b: c}\n: 2\n", 2, "cannot be a key"),
        ("a: 1\non: 2026-02-30\n", 2, "day is out of range for month"),
        ("a:\n- 2026-13-01\n", 2, "month must be in 1..12"),
    ],
)
def test_mistake_is_an_error_with_its_line(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    with pytest.raises(yaml.MarkedYAMLError) as caught:
        read_yaml(file_with(tmp_path, text))
    assert caught.value.problem_mark is not None
    assert caught.value.problem_mark.line + 1 == line
    assert words in str(caught.value.problem)


@pytest.mark.parametrize("text", ["a: [", "\tb: 1", "a: b: c", "a: !!python/object:os.system x"])
def test_what_is_no_yaml_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        read_yaml(file_with(tmp_path, text))


NESTED = "top: 1\nfr:\n  title: x\n  text: |-\n    one\n    two\n  buttons: [a]\nen:\n  title: y\n"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ((), 1),
        (("top",), 1),
        (("fr",), 2),
        (("fr", "title"), 3),
        (("fr", "buttons"), 7),
        (("en", "title"), 9),
        (("en", "missing"), 8),
        (("missing",), 1),
        (("fr", "title", "deeper"), 3),
    ],
    ids=str,
)
def test_line_of_a_key_or_of_its_nearest_parent(
    tmp_path: Path, keys: tuple[str, ...], line: int
) -> None:
    assert line_of(file_with(tmp_path, NESTED), *keys) == line


def test_lines_follow_a_change_of_the_file(tmp_path: Path) -> None:
    path = file_with(tmp_path, "a: 1\n")
    assert line_of(path, "a") == 1
    path.write_text("# new\n\na: 1\n", "utf-8")
    assert line_of(path, "a") == 3


def test_items_have_their_own_lines(tmp_path: Path) -> None:
    path = file_with(
        tmp_path, "a: x\nlist:\n  # first\n  - one\n\n  - >-\n    two\n    more\n  - 3\n"
    )
    assert lines_of_items(path, "list") == [4, 6, 9]
    assert lines_of_items(path, "other") == []
