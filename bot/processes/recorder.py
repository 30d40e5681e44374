"""The recorder's process: journal to SQL."""

from __future__ import annotations

import asyncio
import logging
import os
import signal

from bot.content.library import load_library
from bot.processes import logs
from bot.processes.alive import sign_of_life
from bot.recorder.board import map_words
from bot.recorder.handing_over import HandingOver
from bot.recorder.publisher import Publisher
from bot.recorder.recorder import Recorder
from bot.safety.abuse import load_abuse_scores
from bot.settings import Settings, read_settings
from bot.store.redis.board import RedisBoards
from bot.store.redis.client import Connection
from bot.store.redis.files import RedisFiles
from bot.store.redis.store import RedisIntake, RedisJournal, wait_for_redis
from bot.store.sql.handovers import HandOvers
from bot.store.sql.record import Record, Retention, open_database
from bot.store.sql.views import Views
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
    root = settings.content_dir
    intake = RedisIntake(connection, vault)
    publisher = Publisher(
        Views(engine, vault),
        intake=intake,
        files=RedisFiles(connection, vault),
        boards=RedisBoards(connection, vault),
        words=map_words(load_library(root)),
        identity_key=vault.identity_key,
        handing_over=HandingOver(
            HandOvers(engine, vault), intake, seconds=60.0 * settings.handover_minutes
        ),
        forget=connection.rewrite_log,
        results_every=60.0 * settings.results_minutes,
    )
    recorder = Recorder(
        RedisJournal(connection, vault),
        Record(engine, vault, load_abuse_scores(root).score),
        name="recorder-0",
        kept=Retention(
            transcripts_days=settings.transcript_days,
            rejected_days=settings.rejected_days,
            views_days=settings.views_days,
        ),
        publisher=publisher,
        show_life=sign_of_life(settings, "recorder", "recording"),
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, recorder.stop)
    logger.info("Recorder ready.")
    await recorder.run()
    engine.dispose()
    await connection.close()
