"""The preview: a worker that speaks the draft to staff, beside the live engine."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from bot.content.fingerprints import content_fingerprint
from bot.content.jobs import Job, Jobs
from bot.content.library import load_library
from bot.content.manifests import Manifest
from bot.content.releases import find_model, live
from bot.errors import ContentInvalid
from bot.processes.engine_child import EngineChild, start_engine_child
from bot.processes.trainer_words import sentence
from bot.processes.worker_order import WorkerOrder, draft_order
from bot.settings import Settings
from bot.store.redis.keys import PREVIEW

logger = logging.getLogger(__name__)

IDLE_SECONDS = 600.0
READY_WITHIN = 120.0


class Previews:
    """Keeps at most one preview."""

    def __init__(self, settings: Settings, jobs: Jobs) -> None:
        self._models = settings.models_dir
        self._jobs = jobs
        self._serving: EngineChild | None = None

    async def do(self, job: Job) -> None:
        """Start a preview of the job's draft with the best model there is, or stop it."""
        if job.kind == "preview_stop":
            await self.stop()
            self._jobs.note(job, state="done", sentence=sentence("preview_stopped"))
            return
        job = self._jobs.note(job, state="running", phase="preview", sentence=sentence("preview"))
        try:  # a preview that runs already goes on with the last words that it could read
            await asyncio.to_thread(load_library, job.root)
        except ContentInvalid as error:
            self._fail(job, "preview_failed", str(error))
            return
        fitting = await asyncio.to_thread(
            lambda: find_model(self._models, content_fingerprint(job.root))
        )
        model = fitting or live(self._models)
        if model is None:
            self._fail(job, "no_model", "")
            return
        order = replace(
            draft_order(self._models, model, job.root, PREVIEW), idle_seconds=IDLE_SECONDS
        )
        trouble = await self._serve(order)
        if trouble:
            self._fail(job, "preview_failed", trouble)
        else:
            self._succeed(job, model, is_fitting=fitting is not None)

    async def stop(self) -> None:
        """Stop it, if it runs."""
        serving, self._serving = self._serving, None
        if serving is not None:
            await serving.stop()

    async def _serve(self, order: WorkerOrder) -> str:
        """Let a worker serve; what kept it from that, or nothing."""
        serving = self._serving
        if serving is not None and serving.is_running and serving.order == order:
            return ""
        await self.stop()
        child = self._serving = await start_engine_child(order)
        done, _ = await asyncio.wait([child.told], timeout=READY_WITHIN)
        told = child.told.result() if done else None
        if told is not None and told.is_ready:
            return ""
        await child.kill()
        self._serving = None
        logger.error("A preview could not start.")
        return told.why if told is not None else "ended" if done else "late"

    def _succeed(self, job: Job, model: Manifest, *, is_fitting: bool) -> None:
        words = "preview_ready" if is_fitting else "preview_old_model"
        result = {"archive": model.archive, "is_fitting": is_fitting}
        self._jobs.note(job, state="done", sentence=sentence(words), result=result)

    def _fail(self, job: Job, why: str, detail: str) -> None:
        first = " ".join(detail.splitlines()[:3])
        result = {"why": why, "detail": detail}
        self._jobs.note(job, state="failed", sentence=sentence(why, detail=first), result=result)
