"""How fast the console's pages come, with 100,000 turns and 5,000 views in the record.

`.venv/services/bin/python tests/bench/console.py` prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import httpx
from sqlalchemy import update

from bot.console.gate import COOKIE
from bot.processes.valkey import free_port
from bot.safety.abuse import load_abuse_scores
from bot.store.sql.accounts import Accounts
from bot.store.sql.record import Record, open_database
from bot.store.sql.sessions import Sessions
from bot.store.sql.tables import turns, views
from bot.store.vault import open_vault
from tests.bench import children
from tests.bench.children import FOLDER, ROOT
from tests.bench.service import Figures
from tests.simulated_record import fill

TURNS, VIEWS, DAYS, PENDING = 100_000, 5_000, 28, 300
TIMES = 30
READY_WITHIN = 180.0
PAGES = {
    "queue": "/console/queue",
    "conversations": "/console/conversations",
    "conversations_filtered": "/console/conversations?platform=telegram&language=fr",
    "search": "/console/conversations?q=gouvernement+ouvert",
    "search_rare": "/console/conversations?q=wampum",
    "transcript": "/console/conversations/{conversation}",
    "views": "/console/views",
    "view": "/console/views/{view}",
    "insight": "/console/insight",
    "content": "/console/content",
    "audit": "/console/audit",
}


async def measure() -> Figures:
    """Fill a record, start the console over it, ask for each page again and again."""
    folder = FOLDER / "console"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began = time.perf_counter()
    token, conversation, view = await asyncio.to_thread(_fill, folder)
    filled = time.perf_counter() - began
    port = free_port()
    environ = {
        "BOT_DATA_DIR": str(folder),
        "BOT_KEY_FILE": str(folder / "key.json"),
        "BOT_CONSOLE_PORT": str(port),
        "BOT_REDIS_URL": "",
        "BOT_DATABASE_URL": "",
    }
    child = await children.start(
        "console", [sys.executable, "-m", "bot", "console"], environ=environ
    )
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", cookies={COOKIE: token}, timeout=60
        ) as client:
            ready = await _wait(client)
            pages = {
                name: await _time(client, path.format(conversation=conversation, view=view))
                for name, path in PAGES.items()
            }
    finally:
        await child.stop()
    return {
        "turns": TURNS,
        "views": VIEWS,
        "seconds_to_fill_the_record": round(filled, 1),
        "seconds_until_the_search_has_read_all": round(ready, 1),
        "median_milliseconds": {name: row["median"] for name, row in pages.items()},
        "slowest_milliseconds": {name: row["slowest"] for name, row in pages.items()},
        "kilobytes": {name: row["kilobytes"] for name, row in pages.items()},
    }


def _fill(folder: Path) -> tuple[str, str, str]:
    """Make the record; returns an admin's cookie, a conversation and a view to open."""
    vault = open_vault(folder / "key.json", create=True)
    engine = open_database("", folder)
    record = Record(engine, vault, load_abuse_scores(ROOT).score)
    fill(record, ROOT, turns=TURNS, views=VIEWS, until=time.time(), days=DAYS)
    with engine.begin() as connection:
        decided = {"status": "approved", "decided_at": time.time()}
        later = views.c.id >= f"{PENDING:08x}"
        connection.execute(update(views).where(later).values(**decided))
        conversation = connection.scalar(turns.select().with_only_columns(turns.c.conversation))
    account = Accounts(engine, vault).add(email="bench@example.org", role="admin")
    token = Sessions(engine, vault).open(account.id)
    engine.dispose()
    return token, str(conversation), f"{0:08x}"


async def _wait(client: httpx.AsyncClient) -> float:
    """Until the page no longer says that the search is still reading; in seconds."""
    began = time.perf_counter()
    while time.perf_counter() - began < READY_WITHIN:
        try:
            page = (await client.get("/console/conversations?q=wampum")).text
            if 'id="search-filling"' not in page:
                return time.perf_counter() - began
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.5)
    raise RuntimeError("The search never finished reading.")


async def _time(client: httpx.AsyncClient, path: str) -> dict[str, float]:
    taken, size = [], 0
    for _ in range(TIMES):
        began = time.perf_counter()
        answer = await client.get(path)
        taken.append(1000 * (time.perf_counter() - began))
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        size = len(answer.content)
    return {
        "median": round(median(taken), 1),
        "slowest": round(max(taken), 1),
        "kilobytes": round(size / 1000, 1),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
