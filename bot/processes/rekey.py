"""`python -m bot rekey`: encrypts the record and what Redis keeps for long with the newest key.

Until then the older keys must stay in the key file. It may be interrupted and begun again.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.settings import Settings, read_settings
from bot.store.redis.client import Connection
from bot.store.redis.rekeying import rekey as rekey_redis
from bot.store.sql.database import open_database
from bot.store.sql.rekeying import Progress, rekey
from bot.store.vault import Vault, open_vault

USAGE = """\
Usage: python -m bot rekey

Encrypts every text of the record, and what people gave in Redis, with the newest key: the first one
of the key file's list. Put the new key first in the list and start every process anew before; take
old keys out thirty days afterwards.
"""


def main(arguments: list[str]) -> int:
    """Go through the record, and say how far it is and how many texts changed their key."""
    if arguments:
        sys.stderr.write(USAGE)
        return 2
    settings = read_settings(os.environ)
    vault = open_vault(settings.key_file)
    newest = _with_newest_key(settings.key_file, vault)
    engine = open_database(settings.database_url, settings.data_dir)
    try:
        seen, renewed = _report(rekey(engine, vault, newest))
    finally:
        engine.dispose()
    _tell(seen, renewed, "texts of the record")
    if settings.redis_url:
        _tell(*asyncio.run(_rekey_redis(settings, vault, newest)), "values in Redis")
    else:
        sys.stderr.write("BOT_REDIS_URL is not set: what rests in Redis keeps its key.\n")
    return 0


async def _rekey_redis(settings: Settings, vault: Vault, newest: Vault) -> tuple[int, int]:
    connection = Connection(settings.require_redis())
    try:
        return await rekey_redis(connection, vault, newest)
    finally:
        await connection.close()


def _tell(seen: int, renewed: int, what: str) -> None:
    sys.stderr.write(
        f"{renewed:,} of {seen:,} {what} were encrypted anew; "
        "the others had the newest key already.\n"
    )


def _with_newest_key(key_file: Path, vault: Vault) -> Vault:
    """A vault that opens only what the first key of the file encrypted."""
    keys = json.loads(key_file.read_text("utf-8"))["encryption"]
    return Vault(vault.identity_key, keys[:1])


def _report(steps: Iterable[Progress]) -> tuple[int, int]:
    """Show progress; returns how many texts there are, and how many have changed their key."""
    latest: dict[str, Progress] = {}
    for step in steps:
        latest[step.column] = step
        sys.stderr.write(
            f"{step.column}: {step.seen:,} of {step.total:,} seen, {step.renewed:,} anew\n"
        )
        sys.stderr.flush()
    return sum(step.seen for step in latest.values()), sum(step.renewed for step in latest.values())
