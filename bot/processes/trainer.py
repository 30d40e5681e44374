"""`python -m bot trainer`: trains, judges and previews drafts when the console asks.

Rests cheaply until then. Work runs in a child, so that neither a crash nor a cancelled training
harms anything; one training runs at a time, and a preview beside it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from bot.content.jobs import Job, Jobs
from bot.processes import logs
from bot.processes.alive import sign_of_life
from bot.processes.stopping import run_until_signal
from bot.processes.trainer_preview import Previews
from bot.processes.trainer_words import sentence
from bot.processes.trainer_work import work
from bot.settings import Settings, read_settings

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5


def main(arguments: list[str]) -> int:
    """Wait for jobs and do them until stopped."""
    if arguments:
        sys.stderr.write("Usage: python -m bot trainer\n")
        return 2
    settings = read_settings(os.environ)
    logs.set_up("trainer")
    asyncio.run(_run(settings))
    return 0


async def _run(settings: Settings) -> None:
    settings.require_redis()
    await run_until_signal(Trainer(settings).run())


class Trainer:
    """Takes jobs, oldest first: those of previews at once, the others one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._jobs = Jobs(settings.data_dir / "jobs")
        self._previews = Previews(settings, self._jobs)
        self._show_life = sign_of_life(settings, "trainer", "waiting")
        self._lanes: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Work until cancelled; what is under way then is marked as interrupted."""
        self._mark_leftovers()
        self._jobs.drop_old()
        try:
            while True:
                self._begin()
                self._show_life()
                await asyncio.sleep(LOOK_EVERY)
        finally:
            for task in self._lanes.values():
                task.cancel()
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)
            await self._previews.stop()
            self._mark_leftovers()

    def _begin(self) -> None:
        for job in self._jobs.waiting():
            is_preview = job.kind in ("preview_start", "preview_stop")
            lane = "preview" if is_preview else "work"
            if lane in self._lanes and not self._lanes[lane].done():
                continue
            self._jobs.note(job, state="running")
            self._lanes[lane] = asyncio.create_task(self._do(job, is_preview=is_preview))

    async def _do(self, job: Job, *, is_preview: bool) -> None:
        try:
            await (self._previews.do(job) if is_preview else work(self._jobs, job))
        except Exception as error:
            name = type(error).__name__
            logger.error("A job failed: %s", name)
            result = {"why": "ended", "detail": name}
            self._jobs.note(
                job, state="failed", sentence=sentence("ended", detail=name), result=result
            )
        self._jobs.drop_old()  # or every look of the console would take longer than the last

    def _mark_leftovers(self) -> None:
        for job in self._jobs.all():
            if job.state == "running":
                self._jobs.note(
                    job, state="failed", sentence=sentence("stopped"), result={"why": "stopped"}
                )
