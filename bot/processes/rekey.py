"""`python -m bot rekey`: encrypts the whole record with the newest key of the key file.

Until then the older keys must stay in the key file. It may be interrupted and begun again.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.settings import read_settings
from bot.store.sql.database import open_database
from bot.store.sql.rekeying import Progress, rekey
from bot.store.vault import Vault, open_vault

USAGE = """\
Usage: python -m bot rekey

Encrypts every text of the record with the newest key: the first one of the key file's list. Put the
new key first in the list and start every process anew before; take old keys out only afterwards.
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
    sys.stderr.write(
        f"{renewed:,} of {seen:,} texts were encrypted anew; "
        "the others had the newest key already.\n"
    )
    return 0


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
