"""Checks a conversation test before it is written: its form, and that nobody's data is in it."""

from __future__ import annotations

from pathlib import Path

from bot.content.checks.answers import is_id
from bot.content.conversation_tests import FOLDER, problems_of, read_conversation
from bot.editing import yaml_text
from bot.editing.refusals import ConversationTestRefused, IdRefused
from bot.safety.personal_data.content_check import KINDS
from bot.safety.personal_data.screen import load_personal_data


def test_path(name: str) -> str:
    """Where a conversation test stands. Raises IdRefused."""
    if not is_id(name):
        raise IdRefused(name, "Name a test with small letters, digits and `_`, a letter first.")
    return f"{FOLDER}/{name}.yml"


def check_conversation_test(root: Path, name: str, text: str) -> None:
    """Refuse what is no conversation of answers there are, or holds personal data.

    A name counts too: whoever writes a test can take it out.

    Raises:
        ConversationTestRefused: with a sentence for each problem.
    """
    answers = {path.stem: None for path in (root / "stories/answers").glob("*.yml")}
    problems = [sentence for _, sentence in problems_of(yaml_text.load(text), answers)]
    if not problems:
        personal_data = load_personal_data(root)
        for n, turn in enumerate(read_conversation(text).turns, 1):
            kinds = sorted({span.kind for span in personal_data.find(turn.sent)})
            problems += [f"turn {n} holds {KINDS[kind]}: take it out." for kind in kinds]
    if problems:
        raise ConversationTestRefused(name, problems)
