"""Everything that is noted in the audit has a sentence, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.console.words import load_words

ROOT = Path(__file__).resolve().parents[3] / "bot"
ROOMS = ("console", "processes", "store/sql")
ACTION = "action"


def trees() -> Iterator[ast.Module]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield ast.parse(path.read_text(encoding="utf-8"))


def places_of_actions() -> dict[str, set[int]]:
    """The functions that take an action, by name, and where among their arguments it stands."""
    found: dict[str, set[int]] = {}
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [each.arg for each in node.args.args if each.arg != "self"]
                keywords = [each.arg for each in node.args.kwonlyargs]
                if ACTION in names:
                    found.setdefault(node.name, set()).add(names.index(ACTION))
                elif ACTION in keywords:
                    found.setdefault(node.name, set())
    return found


def constants(node: ast.expr, named: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in named:
        yield named[node.id]
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body, named)
        yield from constants(node.orelse, named)


def named_in(tree: ast.Module) -> dict[str, str]:
    """A module's constants that are texts."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def actions_in_code() -> set[str]:
    places, found = places_of_actions(), set[str]()
    for tree in trees():
        named = named_in(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == ACTION for target in node.targets
            ):
                found |= set(constants(node.value, named))
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else None
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called not in places:
                continue
            for keyword in node.keywords:
                if keyword.arg == ACTION:
                    found |= set(constants(keyword.value, named))
            for place in places[called]:
                if place < len(node.args):
                    found |= set(constants(node.args[place], named))
    return found


def test_every_action_that_is_noted_has_words() -> None:
    words = load_words()
    noted = actions_in_code()
    assert {"exported", "audit_checked", "read_conversation"} <= noted, "the code is read"
    missing = sorted(each for each in noted if not words.has(f"audit.action_{each}"))
    assert missing == []
