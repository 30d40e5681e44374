"""The recorder's process: journal to SQL."""

from __future__ import annotations

import asyncio
import logging
import os
import signal

from bot.processes import logs
from bot.processes.alive import sign_of_life
from bot.recorder.recorder import Recorder
from bot.settings import Settings, read_settings
from bot.store.redis.client import Connection
from bot.store.redis.store import RedisJournal, wait_for_redis
from bot.store.sql.record import Record, open_database
from bot.store.vault import open_vault

logger = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Run the recorder."""
    logs.set_up("recorder")
    asyncio.run(_run(read_settings(os.environ)))
    return 0


async def _run(settings: Settings) -> None:
    connection = Connection(settings.require_redis())
    vault = open_vault(settings.key_file)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url, settings.data_dir)
    await wait_for_redis(connection, seconds=60)
    recorder = Recorder(
        RedisJournal(connection, vault),
        Record(engine, vault),
        name="recorder-0",
        days_kept=settings.transcript_days,
        show_life=sign_of_life(settings, "recorder", "recording"),
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, recorder.stop)
    logger.info("Recorder ready.")
    await recorder.run()
    engine.dispose()
    await connection.close()
