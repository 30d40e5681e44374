"""Turns a draft into a candidate: checks it, trains it, judges it against what is live.

Runs in a process of its own, started by the trainer; says each step as a line of JSON.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TextIO

from bot.content import releases
from bot.content.check import check_content
from bot.content.checks.files import HELD_OUT, held_out, read_content
from bot.content.manifests import Manifest
from bot.content.smoke import load_smoke
from bot.conversation.turn import Parts
from bot.engine.evaluation import report
from bot.engine.evaluation.comparing import compare
from bot.engine.models import archive_of
from bot.engine.progress import listen
from bot.engine.smoke import run_smoke
from bot.engine.training import train_candidate
from bot.errors import BotError, ContentInvalid
from bot.processes.engine_parts import build_parts
from bot.processes.evaluate import PUBLISHED, judge, summarise
from bot.safety.personal_data.content_check import check_personal_data
from bot.settings import Settings

SAFETY = "stories/safety"
TOLD_EVERY = 0.3
GUESSED_SECONDS = 300.0
"""How long a training takes where none has been done yet."""
KINDER = 10
"""How much a training gives way to those who answer people."""

MOST_DETAIL = 4_000
Say = Callable[..., None]
FAILED_AT = {"check": "problems", "train": "training", "judge": "training", "smoke": "smoke"}
"""What is said of a failure, by the phase it came in."""


def run(settings: Settings, root: Path, *, is_judged: bool) -> int:
    """Do all of it.

    Args:
        settings: where models and the content that staff keep lie.
        root: the draft.
        is_judged: judge it even where the live model serves it.

    Returns:
        0, also for a draft that failed: the last line says so.
    """
    os.nice(KINDER)
    say = _Sayer()
    try:
        say(result=make(settings, root, say, is_judged=is_judged))
    except BotError as error:
        say(failed={"why": FAILED_AT[say.phase], "detail": str(error)[:MOST_DETAIL]})
    return 0


def make(settings: Settings, root: Path, say: Say, *, is_judged: bool) -> dict[str, Any]:
    """Check, train, judge and prove a draft; for the rest see `run`.

    Returns:
        `archive` and `content` of its model, `is_same_model` where that is live already, and where
        it was judged what `compare` tells, with `compared_with`: `release`, `published` or None.

    Raises:
        ContentInvalid: a step did not go well.
    """
    say(phase="check")
    _check(root)
    live = releases.live(settings.models_dir)
    say(phase="train", seconds=live.seconds if live else GUESSED_SECONDS)
    listen(_reader(say, live.seconds if live else GUESSED_SECONDS))
    model, _ = train_candidate(root, settings.models_dir)
    is_same = live is not None and live.archive == model.archive
    result: dict[str, Any] = {
        "archive": model.archive,
        "content": model.content,
        "is_same_model": is_same,
    }
    archive = archive_of(settings.models_dir, model)
    parts = asyncio.run(build_parts(root, archive))
    if is_judged or not is_same or not _has_same_safety(settings, live, root):
        say(phase="judge")
        listen(_counter(say, "judge"))
        result |= _judge(settings, root, model, live, parts)
    say(phase="smoke")
    failures = asyncio.run(run_smoke(load_smoke(root), parts, _counter(say, "smoke")))
    if failures:
        raise ContentInvalid([f"[ERROR] smoke: {failure}" for failure in failures])
    return result


def _check(root: Path) -> None:
    today = datetime.now(timezone.utc).date()
    problems = check_content(read_content(root, today), check_personal_data)
    errors = [str(problem) for problem in problems if problem.level == "ERROR"]
    if errors:
        raise ContentInvalid(errors)


def _judge(
    settings: Settings, root: Path, model: Manifest, live: Manifest | None, parts: Parts
) -> dict[str, Any]:
    before, compared_with = None, None
    if live is not None:
        before = report.read_summary(releases.scores_file(settings.models_dir, live))
        compared_with = "release"
    if before is None:
        before = report.read_summary(settings.content_dir / PUBLISHED)
        compared_with = "published" if before is not None else None
    messages = held_out(root, HELD_OUT)
    summary = summarise(asyncio.run(judge(messages, parts)))
    path = releases.scores_file(settings.models_dir, model)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(report.summary_json(summary), "utf-8")
    return compare(summary, before) | {"compared_with": compared_with}


def _has_same_safety(settings: Settings, live: Manifest | None, root: Path) -> bool:
    """Whether distress is looked for just as it is now; else the figures may fall."""
    if live is None:
        return False
    content = releases.content_of(settings.models_dir, live, settings.content_dir)
    return _digest(content / SAFETY) == _digest(root / SAFETY)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yml")):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class _Sayer:
    """Says lines on the real standard output; what libraries print goes to the log instead."""

    def __init__(self) -> None:
        self.phase = "check"
        self._output: TextIO = os.fdopen(os.dup(sys.stdout.fileno()), "w", 1, "utf-8")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def __call__(self, **line: Any) -> None:
        self.phase = line.get("phase", self.phase)
        self._output.write(json.dumps(line, ensure_ascii=False) + "\n")


def _reader(say: Say, seconds: float) -> Callable[[int, int], None]:
    """Says how far the reading of new examples is, and how long the rest may take."""

    def count(done: int, total: int) -> None:
        if done < total:
            say(phase="train", read=True, done=done, total=total)
        else:
            say(phase="train", seconds=seconds)

    return count


def _counter(say: Say, phase: str) -> Callable[[int, int], None]:
    """Says how far a phase is, some times a second at most."""
    said_at = 0.0

    def count(done: int, total: int) -> None:
        nonlocal said_at
        if done < total and time.monotonic() - said_at < TOLD_EVERY:
            return
        said_at = time.monotonic()
        say(phase=phase, done=done, total=total)

    return count
