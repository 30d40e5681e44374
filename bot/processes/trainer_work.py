"""One training or judging, in a child that may crash or be cancelled without harm."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from contextlib import suppress
from typing import Any

from bot.content.jobs import Job, Jobs
from bot.processes.children import Child, start_child
from bot.processes.trainer_words import sentence

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.3
FIRST_PROBLEMS = 3
"""How many are told in the sentence; the result holds more."""


async def work(jobs: Jobs, job: Job) -> None:
    """Do a job and note how far it is, until it is done, failed or cancelled."""
    command = [sys.executable, "-m", "bot", "train", "--root", str(job.root)]
    command += ["--judge"] if job.kind == "judge" else []
    child = await start_child(
        "train", command, death_signal=signal.SIGKILL, stdout=asyncio.subprocess.PIPE
    )
    watch = asyncio.create_task(_kill_when_cancelled(jobs, job, child))
    try:
        job, outcome = await _follow(jobs, job, child)
        code = await child.process.wait()
        _end(jobs, job, outcome, code)
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        child.kill()
        await child.stop()


async def _follow(jobs: Jobs, job: Job, child: Child) -> tuple[Job, dict[str, Any]]:
    """Note each step that the child says; its last word is the outcome."""
    job = jobs.note(job, state="running", phase="check", sentence=sentence("check"))
    outcome: dict[str, Any] = {}
    assert child.process.stdout is not None  # noqa: S101 - it was asked for
    while line := await child.process.stdout.readline():
        said = json.loads(line)
        if "phase" not in said:
            outcome = said
            continue
        job = jobs.note(
            job,
            phase=said["phase"],
            done=said.get("done", 0),
            total=said.get("total", 0),
            sentence=sentence(said["phase"]),
        )
    return job, outcome


def _end(jobs: Jobs, job: Job, outcome: dict[str, Any], code: int) -> None:
    if "result" in outcome:
        result = outcome["result"]
        words = "same_model" if result["is_same_model"] else "done"
        jobs.note(job, state="done", sentence=sentence(words), result=result)
    elif jobs.is_cancelled(job.id):
        jobs.note(job, state="cancelled", sentence=sentence("cancelled"), result={})
    else:
        failed = outcome.get("failed", {"why": "ended", "detail": str(code)})
        if "failed" not in outcome:
            logger.error("A training ended by itself with %s.", code)
        first = " ".join(failed["detail"].splitlines()[:FIRST_PROBLEMS])
        key = "smoke_failed" if failed["why"] == "smoke" else failed["why"]
        jobs.note(job, state="failed", sentence=sentence(key, detail=first), result=failed)


async def _kill_when_cancelled(jobs: Jobs, job: Job, child: Child) -> None:
    while not jobs.is_cancelled(job.id):
        await asyncio.sleep(LOOK_EVERY)
    child.kill()
