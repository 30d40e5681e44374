"""`python -m bot evaluate`: scores per language on held-out questions."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.content.checks.files import HELD_OUT, LANGUAGES, Example, held_out
from bot.conversation.hearing import hear
from bot.conversation.messages import IncomingMessage, as_language
from bot.conversation.ports import Claim, ConversationRecord, JsonObject
from bot.conversation.turn import Parts, run_turn
from bot.engine.evaluation import report
from bot.engine.evaluation.scores import (
    CRISIS,
    FALLBACK,
    OUT_OF_SCOPE,
    Judged,
    confusions,
    right_by_intent,
    score,
)
from bot.engine.models import current_archive
from bot.engine.progress import progress
from bot.processes.engine_parts import build_parts
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


PUBLISHED = Path("docs/evaluation.json")
"""Figures of the model that was last published, kept with the content that made it."""
SAYS = "usage: python -m bot evaluate [--publish] [folder of held-out files]\n"


def main(arguments: list[str]) -> int:
    """Judge every held-out message; print figures, write JSON and a page into the data folder.

    Exit 1 when distress is recognised less often than by the published model.
    """
    folders = [word for word in arguments if not word.startswith("-")]
    if len(folders) > 1 or set(arguments) - {"--publish", *folders}:
        sys.stderr.write(SAYS)
        return 2
    settings = read_settings(os.environ)
    root = settings.content_dir
    messages = held_out(root, Path(folders[0]) if folders else HELD_OUT)
    if not messages:
        sys.stderr.write("There is no held-out message to judge.\n")
        return 2
    parts = asyncio.run(build_parts(root, current_archive(settings.models_dir)))
    judged = asyncio.run(judge(messages, parts))
    summary = summarise(judged)
    published = None if folders else report.read_summary(root / PUBLISHED)
    sys.stdout.write(report.as_text(summary, published) + "\n")
    (settings.data_dir / "evaluation.json").write_text(report.as_json(summary, judged), "utf-8")
    page = settings.data_dir / "evaluation.html"
    report.write_page(page, summary, judged, published)
    sys.stdout.write(f"\nEvery mistake: {page}\n")
    if "--publish" in arguments and not folders:
        (root / PUBLISHED).write_text(report.summary_json(summary), "utf-8")
        sys.stdout.write(f"These figures are now the published ones: {PUBLISHED}\n")
        return 0
    return 1 if report.distress_fell(summary, published) else 0


def summarise(judged: Sequence[Judged]) -> report.Summary:
    """The figures and the right answers per intent of each language."""
    topics = frozenset(
        one.expected
        for one in judged
        if one.expected not in (*FUNCTIONAL, *OUT_OF_SCOPE) and not one.expected.startswith(CRISIS)
    )
    by_language = {
        language: [one for one in judged if one.language == language] for language in LANGUAGES
    }
    return report.Summary(
        scores={language: score(some, topics) for language, some in by_language.items()},
        right={language: right_by_intent(some) for language, some in by_language.items()},
        confusions=confusions(judged, 100),
    )


async def judge(messages: Sequence[Example], parts: Parts) -> list[Judged]:
    """What each message gets as the first one of a conversation, by a whole turn."""
    show = progress("Understanding")
    judged = []
    for done, message in enumerate(messages, 1):
        judged.append(await _judge_one(message, parts))
        show(done, len(messages))
    return judged


async def _judge_one(message: Example, parts: Parts) -> Judged:
    said = IncomingMessage(
        "0" * 32, "web", "1", 0.0, text=message.text, language_hint=as_language(message.language)
    )
    turn = await run_turn(Claim(said, ConversationRecord(), token="", attempts=1), parts)
    assert turn.delivery is not None  # noqa: S101 - a text is always answered
    reply = turn.delivery.replies[0]
    understanding = await parts.dialogue.understand(hear(said, parts.library).text)
    return Judged(
        language=message.language,
        text=message.text,
        expected=message.intent,
        given=_acted_on(turn.journal[0]) or reply.answer,
        confidence=understanding.confidence,
        ranking=tuple(name for name, _ in understanding.ranking if name != FALLBACK),
        offered=tuple(button.answer for button in reply.buttons if button.answer),
    )


def _acted_on(event: JsonObject) -> str | None:
    return event["answer"] if event["kind"] == "alert" else event.get("intent")
