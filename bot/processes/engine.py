"""The engine's process: serves the live release, and the next one as soon as it is proven.

The work is done by a child (`engine_worker.py`). When another release becomes live, a second child
loads it and runs the smoke conversations; only then does it take turns, and the first one finishes
its own and leaves. A release that fails changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from bot.content import releases
from bot.content.manifests import LIVE, Manifest, read_manifest
from bot.errors import ModelRefused, StoreUnavailable
from bot.processes import logs
from bot.processes.engine_child import EngineChild, Told, start_engine_child
from bot.processes.stopping import run_until_signal
from bot.processes.worker_order import WorkerOrder, order_for
from bot.settings import Settings, read_settings
from bot.store.redis.client import Connection
from bot.store.redis.store import RedisHealth

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5
READY_WITHIN = 120.0


def main(arguments: list[str]) -> int:
    """Run one engine."""
    settings = read_settings(os.environ)
    if arguments[:1] == ["--worker"] and len(arguments) == 2:
        from bot.processes.engine_worker import work

        return work(settings, WorkerOrder.from_json(arguments[1]))
    if arguments:
        sys.stderr.write("Usage: python -m bot engine\n")
        return 2
    logs.set_up("engine")
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    connection = Connection(settings.require_redis())
    keeper = Keeper(settings.models_dir, settings.content_dir, RedisHealth(connection))
    try:
        await run_until_signal(keeper.run())
    finally:
        await connection.close()
    return keeper.exit_code


class LiveRelease:
    """Tells when another release was made live."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._seen: tuple[int, ...] = ()

    @property
    def has_changed(self) -> bool:
        """Whether it was written since it was last taken."""
        return self._look() != self._seen

    def take(self) -> Manifest | None:
        """The live release as it stands now."""
        self._seen = self._look()
        return read_manifest(self._models)

    def _look(self) -> tuple[int, ...]:
        try:
            status = (self._models / LIVE).stat()
        except OSError:
            return ()
        return status.st_ino, status.st_mtime_ns, status.st_size


class Keeper:
    """Keeps one worker serving, and lets the next one take over."""

    def __init__(self, models: Path, home: Path, health: RedisHealth) -> None:
        self.exit_code = 0
        self._models = models
        self._home = home
        self._health = health
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._live = LiveRelease(models)
        self._children: list[EngineChild] = []

    async def run(self) -> None:
        """Serve until the worker ends by itself, for whoever started us to see."""
        try:
            serving = await self._first()
            while serving is not None and serving.is_running:
                await asyncio.sleep(LOOK_EVERY)
                if self._live.has_changed:
                    serving = await self._follow(serving)
            self.exit_code = 1
        finally:
            await asyncio.gather(*(child.stop() for child in self._children))

    async def _first(self) -> EngineChild | None:
        """The live release; where it cannot be served, the one before it."""
        manifest = self._live.take()
        if manifest is None:
            raise ModelRefused(str(self._models), "no trained model is recorded there")
        before = releases.previous(self._models)
        child, told = await self._start(manifest, is_gated=before is not None, within=None)
        if told is None or told.is_ready or before is None:
            return child
        logger.error("Serving the release before it: %s", before.release)
        return (await self._start(before, is_gated=False, within=None))[0]

    async def _follow(self, serving: EngineChild) -> EngineChild:
        """Let the release that is live now take over."""
        manifest = self._live.take()
        if manifest is None:
            return serving
        if order_for(self._models, manifest, self._home) == replace(serving.order, is_gated=False):
            await self._note(manifest, "live")
            return serving
        child, told = await self._start(manifest, is_gated=True, within=READY_WITHIN)
        if child is None or told is None or not told.is_ready:
            return serving
        self._children.remove(serving)
        await serving.stop()
        return child

    async def _start(
        self, manifest: Manifest, *, is_gated: bool, within: float | None
    ) -> tuple[EngineChild | None, Told | None]:
        """Start a worker and wait until it serves; one that does not is gone afterwards."""
        await self._note(manifest, "starting")
        order = order_for(self._models, manifest, self._home)
        child = await start_engine_child(replace(order, is_gated=is_gated))
        self._children.append(child)
        told = await self._hear(child, within)
        if told is not None and told.is_ready:
            logger.info("Release %s is live.", manifest.release)
            await self._note(manifest, "live", told.why)
            return child, told
        self._children.remove(child)
        await child.kill()
        why = "ended" if told is None else told.why
        logger.error("Release %s was not taken: %s", manifest.release, why)
        await self._note(manifest, "failed", why)
        return None, told

    async def _hear(self, child: EngineChild, within: float | None) -> Told | None:
        """What a worker tells; or that it is late, or was overtaken by yet another release."""
        began = asyncio.get_running_loop().time()
        while True:
            done, _ = await asyncio.wait([child.told], timeout=LOOK_EVERY)
            if done:
                return child.told.result()
            if within is None:
                continue
            if self._live.has_changed:
                return Told(False, "overtaken by another release")
            if asyncio.get_running_loop().time() - began > within:
                return Told(False, f"late: not ready after {within:g} s")

    async def _note(self, manifest: Manifest, state: str, why: str = "") -> None:
        with suppress(StoreUnavailable):  # only the console misses it
            await self._health.note_release(manifest.release, self._name, state, why)
