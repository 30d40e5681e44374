"""The console's process: pages for moderators and campaign staff."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from contextlib import suppress
from pathlib import Path

import uvicorn

from bot.console.parts import Parts, live_library, make_parts
from bot.console.rooms import open_console
from bot.console.sign_in.openid import OpenId
from bot.editing.first_history import begin_history
from bot.editing.refusals import EditingRefused
from bot.processes import logs
from bot.safety.personal_data import load_personal_data
from bot.settings import Settings, read_settings
from bot.store.redis.client import Connection
from bot.store.sql.database import open_database
from bot.store.vault import open_vault

logger = logging.getLogger(__name__)


def main(arguments: list[str]) -> int:
    """Run the console."""
    logs.set_up("console")
    asyncio.run(_run(read_settings(os.environ)))
    return 0


async def _run(settings: Settings) -> None:
    root = Path.cwd()
    vault = open_vault(settings.key_file)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url, settings.data_dir)
    connection = Connection(settings.redis_url) if settings.redis_url else None
    parts = make_parts(
        engine,
        vault,
        live_library(settings.models_dir, settings.content_dir),
        load_personal_data(root),
        home=settings.content_dir,
        data_dir=settings.data_dir,
        redis=connection,
        openid=OpenId(settings.openid) if settings.openid else None,
        public_url=settings.console_public_url,
        handover_minutes=settings.handover_minutes,
    )
    config = uvicorn.Config(
        open_console(parts),
        host=settings.console_host,
        port=settings.console_port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    threading.Thread(target=_open_draft, args=[parts], name="draft", daemon=True).start()
    logger.info("Console listens on port %d.", settings.console_port)
    await uvicorn.Server(config).serve()
    engine.dispose()
    if connection is not None:
        await connection.close()


def _open_draft(parts: Parts) -> None:
    """Beside the pages: a first clone takes seconds. What is wrong, the content pages say."""
    with suppress(EditingRefused):
        begin_history(parts.home)
    parts.desk.start_checking()
