"""A small content folder under git, and the workshop that edits its draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing.records import Author
from bot.editing.workshop import Workshop
from tests.content.content_tree import make_tree, write
from tests.contract.editing.folders import commit_all, git

RULES = """\
# Rules of the small tree.
version: "3.1"
rules:
- rule: greet first
  steps:
  - intent: parks
  - action: action_answer

- rule: something else
  steps:
  - intent: other
  - action: action_other
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """HOME with two topics, a rule, and code beside the content."""
    root = make_tree(tmp_path / "home")
    write(root, "stories/rules/conversation.yml", RULES)
    write(root, "config.yml", "recipe: default.v1\n")
    write(root, "bot/code.py", "one = 1\n")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit_all(root, "Begin")
    return root


@pytest.fixture
def workshop(home: Path, tmp_path: Path) -> Workshop:
    """An open workshop."""
    workshop = Workshop(home, tmp_path / "data" / "draft")
    workshop.open()
    return workshop


@pytest.fixture
def ana() -> Author:
    """An editor."""
    return Author("Ana Côté", "ana@example.org")


@pytest.fixture
def ben() -> Author:
    """Another editor."""
    return Author("Ben", "ben@example.org")
