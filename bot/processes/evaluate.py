"""`python -m bot evaluate`: scores per language on held-out questions."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from bot.content.checks.files import Example, read_content
from bot.conversation.ports import Dialogue
from bot.conversation.text import clean
from bot.conversation.turn import Parts
from bot.engine.evaluation import report
from bot.engine.evaluation.scores import CRISIS, FALLBACK, OUT_OF_SCOPE, Judged, score
from bot.engine.progress import progress
from bot.processes.engine import build_parts
from bot.settings import read_settings

FUNCTIONAL = frozenset(
    [
        "affirm",
        "cancel",
        "change_language",
        "compliment",
        "delete_my_data",
        "deny",
        "goodbye",
        "greet",
        "help",
        "insult",
        "joke",
        "my_data",
        "report_problem",
        "see_views",
        "share_view",
        "stop_messages",
        "talk_to_human",
        "tell_more",
        "thanks",
        "withdraw_view",
    ]
)


def main(arguments: list[str]) -> int:
    """Judge every held-out message; print figures, write JSON and a page into the data folder."""
    settings = read_settings(os.environ)
    root = Path.cwd()
    content = read_content(root, datetime.now(timezone.utc).date())
    parts = asyncio.run(build_parts(settings, root))
    judged = asyncio.run(judge(content.held_out, parts))
    topics = frozenset(
        one.expected
        for one in judged
        if one.expected not in (*FUNCTIONAL, *OUT_OF_SCOPE) and not one.expected.startswith(CRISIS)
    )
    by_language = {
        language: score([one for one in judged if one.language == language], topics)
        for language in ("fr", "en")
    }
    path = settings.data_dir / "evaluation.json"
    before = json.loads(path.read_text("utf-8"))["scores"] if path.exists() else None
    sys.stdout.write(report.as_text(by_language, before) + "\n\nCommonest confusions:\n")
    sys.stdout.write(report.confusion_lines(judged) + "\n\n")
    path.write_text(report.as_json(by_language, judged), "utf-8")
    page = settings.data_dir / "evaluation.html"
    report.write_page(page, by_language, judged)
    sys.stdout.write(f"Every mistake: {page} and {path}\n")
    return 0


async def judge(messages: Sequence[Example], parts: Parts) -> list[Judged]:
    """What each message is acted on as, by the same screens as in a real turn."""
    show = progress("Understanding")
    judged = []
    for done, message in enumerate(messages, 1):
        judged.append(await _judge_one(message, parts, parts.dialogue))
        show(done, len(messages))
    return judged


async def _judge_one(message: Example, parts: Parts, dialogue: Dialogue) -> Judged:
    text = clean(message.text)
    understanding = await dialogue.understand(text)
    crisis = parts.crisis.find(text, understanding.ranking)
    return Judged(
        language=message.language,
        text=message.text,
        expected=message.intent,
        given=crisis or understanding.intent,
        confidence=understanding.confidence,
        ranking=tuple(name for name, _ in understanding.ranking if name != FALLBACK),
    )
