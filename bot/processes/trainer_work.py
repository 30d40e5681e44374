"""One training or judging, in a child that may crash or be cancelled without harm."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from typing import Any

from bot.content.jobs import Job, Jobs
from bot.processes.children import Child, start_child
from bot.processes.trainer_words import sentence

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.3
TICK = 1.0
FIRST_PROBLEMS = 3
"""How many are told in the sentence; the result holds more."""


async def work(jobs: Jobs, job: Job) -> None:
    """Do a job and note how far it is, until it is done, failed or cancelled."""
    command = [sys.executable, "-m", "bot", "train", "--root", str(job.root)]
    command += ["--judge"] if job.kind == "judge" else []
    with tempfile.TemporaryDirectory(prefix="train-") as folder:  # Rasa's, if it is killed
        child = await start_child(
            "train",
            command,
            {**os.environ, "TMPDIR": folder},
            death_signal=signal.SIGKILL,
            stdout=asyncio.subprocess.PIPE,
        )
        watch = asyncio.create_task(_kill_when_cancelled(jobs, job, child))
        try:
            job, outcome = await _follow(jobs, job, child)
            _end(jobs, job, outcome, await child.process.wait())
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
    clock = _Clock()
    output = child.process.stdout
    assert output is not None  # noqa: S101 - it was asked for
    while True:
        try:
            line = await asyncio.wait_for(output.readline(), TICK)
        except asyncio.TimeoutError:
            if clock.is_running:
                job = jobs.note(job, done=clock.done, total=clock.total, sentence=clock.sentence)
            continue
        if not line:
            return job, outcome
        said = json.loads(line)
        if "phase" not in said:
            outcome = said
            continue
        clock.start(said.get("seconds", 0))
        job = jobs.note(
            job,
            phase=said["phase"],
            done=said.get("done", 0),
            total=said.get("total", 0),
            sentence=sentence("read" if "read" in said else said["phase"]),
        )


class _Clock:
    """Guesses how far a step is that cannot say so itself, from how long it took last time."""

    def __init__(self) -> None:
        self._began = 0.0
        self.total = 0
        """Seconds."""

    def start(self, seconds: float) -> None:
        """Take the seconds of the step that begins; 0 for one that says itself how far it is."""
        self._began = time.monotonic()
        self.total = round(seconds)

    @property
    def is_running(self) -> bool:
        """Whether a step takes so long that a guess is wanted."""
        return self.total > 0

    @property
    def done(self) -> int:
        """Seconds gone; it never says that all is done."""
        return min(int(time.monotonic() - self._began), self.total - 1)

    @property
    def sentence(self) -> dict[str, str]:
        """How many minutes are left, about."""
        minutes = max(1, round((self.total - self.done) / 60))
        return sentence("minutes_left", minutes=minutes)


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
    while not jobs.is_cancelled(job.id):  # noqa: ASYNC110 - another process says so
        await asyncio.sleep(LOOK_EVERY)
    child.kill()
