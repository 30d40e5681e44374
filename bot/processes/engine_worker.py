"""One engine worker: loads what it was ordered to serve, proves it, then answers from Redis."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.content.smoke import load_smoke
from bot.conversation.ports import Claim, Turn
from bot.conversation.turn import Parts
from bot.engine.models import archive_of
from bot.engine.smoke import run_smoke
from bot.engine.worker import Worker
from bot.errors import ContentInvalid, ModelRefused
from bot.processes import logs
from bot.processes.alive import sign_of_life
from bot.processes.engine_parts import FollowedDraft, build_parts
from bot.processes.worker_order import WorkerOrder, tell
from bot.settings import Settings
from bot.store.redis.board import RedisBoards
from bot.store.redis.client import Connection
from bot.store.redis.keys import Keys
from bot.store.redis.store import RedisHealth, RedisTurns, wait_for_redis
from bot.store.vault import open_vault

logger = logging.getLogger(__name__)


def work(settings: Settings, order: WorkerOrder) -> int:
    """Serve until stopped.

    Returns:
        The process's exit code: 1 where the release could not be served.
    """
    logs.set_up("preview" if order.is_preview else "engine")
    return asyncio.run(_run(settings, order))


async def _run(settings: Settings, order: WorkerOrder) -> int:
    started = time.monotonic()
    connection = Connection(settings.require_redis())
    vault = open_vault(settings.key_file)
    await wait_for_redis(connection, seconds=60)
    try:
        parts = await _load(order, RedisBoards(connection, vault))
    except (ModelRefused, ContentInvalid) as error:
        tell(order, state="failed", why=f"refused: {error}")
        sys.stderr.write(f"engine: {error}\n")
        return 1
    failures = await _smoke(order, parts)
    if failures and order.is_gated:
        tell(order, state="failed", why=f"smoke: {failures}")
        return 1
    keys = Keys(order.prefix)
    turns = RedisTurns(connection, vault, keys)
    health = RedisHealth(connection, keys)
    life = _Life(settings, order, health)
    followed = FollowedDraft(Path(order.content)) if order.is_preview else None
    worker = (
        Worker(_Unrecorded(turns, life.note_claim), parts, life.show, followed.refresh)
        if followed
        else Worker(turns, parts, life.show)
    )
    life.on_idle = worker.stop
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, worker.stop)
    logger.info("Engine ready after %.1f s.", time.monotonic() - started)
    await life.show()
    tell(order, state="ready", why=f"smoke: {failures}" if failures else "")
    await worker.run()
    await health.leave(life.name)
    await connection.close()
    sys.stderr.flush()
    return 0


async def _load(order: WorkerOrder, boards: RedisBoards) -> Parts:
    archive = archive_of(Path(order.models), order.manifest)
    try:
        return await build_parts(Path(order.content), archive, boards)
    except (ModelRefused, ContentInvalid):
        raise
    except Exception as error:
        # Rasa raises anything for a model that it cannot use.
        raise ModelRefused(str(archive), f"{type(error).__name__}: {error}") from error


async def _smoke(order: WorkerOrder, parts: Parts) -> str:
    """What went wrong, in one line; empty where nothing did. A draft need not pass."""
    if order.is_preview:
        return ""
    try:
        failures = await run_smoke(load_smoke(Path(order.content)), parts)
        told = "; ".join(str(failure) for failure in failures)
    except ContentInvalid as error:
        told = str(error)
    if told:
        logger.error("Smoke conversations failed: %s", told)
    return told


class _Life:
    """Shows that this worker lives, and stops one that nobody needs any more."""

    def __init__(self, settings: Settings, order: WorkerOrder, health: RedisHealth) -> None:
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}@{order.release}"
        self.on_idle: Callable[[], None] = lambda: None
        self._health = health
        self._idle_seconds = order.idle_seconds
        self._claimed_at = time.monotonic()
        self._show_here: Callable[[], None] = lambda: None
        if not order.is_preview:
            self._show_here = sign_of_life(settings, "engine", "answering")

    def note_claim(self) -> None:
        """Somebody said something."""
        self._claimed_at = time.monotonic()

    async def show(self) -> None:
        """Called every other second."""
        if self._idle_seconds and time.monotonic() - self._claimed_at > self._idle_seconds:
            self.on_idle()
        await self._health.show_life(self.name)
        self._show_here()


class _Unrecorded:
    """The port `Turns` without a journal: what staff say to a draft is no event."""

    def __init__(self, turns: RedisTurns, on_claim: Callable[[], None]) -> None:
        self._turns = turns
        self._on_claim = on_claim

    async def claim(self, *, wait: float) -> Claim | None:
        """See `ports.Turns.claim`."""
        claim = await self._turns.claim(wait=wait)
        if claim is not None:
            self._on_claim()
        return claim

    async def commit(self, claim: Claim, turn: Turn) -> bool:
        """See `ports.Turns.commit`."""
        return await self._turns.commit(claim, replace(turn, journal=()))

    async def renew(self, claim: Claim) -> bool:
        """See `ports.Turns.renew`."""
        return await self._turns.renew(claim)

    async def release(self, claim: Claim) -> None:
        """See `ports.Turns.release`."""
        await self._turns.release(claim)
