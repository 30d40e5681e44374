"""The engine's process: loads the current model, then answers from Redis until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import sys
import time
from pathlib import Path

from bot.content.library import load_library
from bot.conversation.board import NoBoard
from bot.conversation.ports import Boards
from bot.conversation.turn import Parts
from bot.engine import rasa_runtime
from bot.engine.models import current_archive
from bot.engine.worker import Worker
from bot.processes import logs
from bot.processes.alive import sign_of_life
from bot.safety.crisis import load_crisis_check
from bot.safety.personal_data import load_personal_data
from bot.safety.places import load_places
from bot.settings import Settings, read_settings
from bot.store.redis.board import RedisBoards
from bot.store.redis.client import Connection
from bot.store.redis.store import RedisHealth, RedisTurns, wait_for_redis
from bot.store.vault import open_vault

logger = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Run one engine worker."""
    settings = read_settings(os.environ)
    logs.set_up("engine")
    asyncio.run(_run(settings))
    return 0


async def build_parts(settings: Settings, root: Path, boards: Boards | None = None) -> Parts:
    """Load content, model and detector, and warm them up."""
    rasa_runtime.prepare()
    from bot.engine.language_detection import LinguaDetector
    from bot.engine.rasa_dialogue import RasaDialogue

    parts = Parts(
        library=load_library(root),
        dialogue=RasaDialogue(current_archive(settings.models_dir)),
        detector=LinguaDetector(),
        crisis=load_crisis_check(root),
        places=load_places(root),
        personal_data=load_personal_data(root),
        boards=boards or NoBoard(),
    )
    await parts.dialogue.understand("bonjour hello")
    return parts


async def _run(settings: Settings) -> None:
    started = time.monotonic()
    connection = Connection(settings.require_redis())
    vault = open_vault(settings.key_file)
    await wait_for_redis(connection, seconds=60)
    parts = await build_parts(settings, Path.cwd(), RedisBoards(connection, vault))
    health = RedisHealth(connection)
    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    show_here = sign_of_life(settings, "engine", "answering")

    async def show_life() -> None:
        await health.show_life(name)
        show_here()

    worker = Worker(RedisTurns(connection, vault), parts, show_life)
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, worker.stop)
    logger.info("Engine ready after %.1f s.", time.monotonic() - started)
    await worker.run()
    await health.leave(name)
    await connection.close()
    sys.stderr.flush()
