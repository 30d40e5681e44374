"""Reactions a second through the whole path: HTTP, Redis, engine, recorder, SQL; none lost.

`.venv/services/bin/python tests/bench/votes.py` prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import sys
import time
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import aiohttp

from bot.conversation.identity import conversation_id
from bot.conversation.ports import JournalEntry
from bot.safety.personal_data import load_personal_data
from bot.store.sql.record import Record, open_database
from bot.store.sql.views import Views
from bot.store.vault import open_vault
from tests.bench.children import FOLDER, ROOT
from tests.bench.ours import Ours
from tests.bench.service import Figures

PEOPLE, VIEWS = 200, 40
AT_ONCE = 24
"""Callers side by side, each waiting for its answer before it sends the next reaction."""
SEEN_WITHIN, RECORDED_WITHIN = 60.0, 120.0


async def measure(service: Ours) -> Figures:
    """Let a crowd react to everything as fast as it is answered; count what the record has."""
    ids = _publish(service.folder)
    people = [f"voter-{number}" for number in range(PEOPLE)]
    await _agree(service, people, ids)
    cast = [(person, id, random.Random(f"{person}{id}").choice("adp"))
            for id in ids for person in people]  # fmt: skip
    work = iter(cast)
    seconds: list[float] = []
    failed = 0

    async def caller() -> None:
        nonlocal failed
        for person, id, letter in work:
            began = time.perf_counter()
            answer = await _press(service, person, f"v:{id}:{letter}")
            seconds.append(time.perf_counter() - began)
            failed += answer not in ("view_vote", "view_vote_done")

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    answered = time.perf_counter() - began
    recorded = await _count(service.folder, len(cast))
    everything = time.perf_counter() - began
    rows = _rows(service.folder, "select conversation, view, value from votes")
    key = open_vault(service.folder / "key.json").identity_key
    values = {"a": 1, "p": 0, "d": -1}
    expected = {
        (conversation_id(key, "web", person, ""), id, values[letter]) for person, id, letter in cast
    }
    return {
        "reactions": len(cast),
        "a_second_answered": round(len(cast) / answered, 1),
        "a_second_recorded": round(recorded / everything, 1),
        "median_milliseconds": round(1000 * median(seconds), 1),
        "95th_percentile_milliseconds": round(1000 * quantiles(seconds, n=20)[-1], 1),
        "failed": failed,
        "lost": len(expected - set(rows)),
        "doubled_or_wrong": len(rows) - len(expected & set(rows)),
    }


def _publish(folder: Path) -> list[str]:
    """Approve some views straight in the record; the recorder puts them on the board."""
    engine = open_database("", folder)
    vault = open_vault(folder / "key.json")
    views = Views(engine, vault, personal_data=load_personal_data(ROOT))
    ids = [f"bench{number:03}" for number in range(VIEWS)]
    for number, id in enumerate(ids):
        event = {
            "kind": "view", "id": id, "receipt": f"B{number:03}-XXXX",
            "conversation": f"{number:032x}", "platform": "web",
            "at": time.time(), "language": "en", "theme": "impact",
            "text": f"a view about {id}", "campaign": None, "return_address": {},
        }  # fmt: skip
        Record(engine, vault).write([JournalEntry(f"bench|{number}", event)])
        views.approve(id, f"une opinion sur {id}", "bench")
    engine.dispose()
    return ids


async def _agree(service: Ours, people: list[str], ids: list[str]) -> None:
    """Let everybody say that they are 14 or over, once the board is there."""
    deadline = time.monotonic() + SEEN_WITHIN
    while await _press(service, "first", f"v:{ids[0]}:a") != "view_vote_start":
        assert time.monotonic() < deadline
    for person in people:
        while await _press(service, person, "f:view_vote_start:over", last=True) != "view_vote":
            assert time.monotonic() < deadline, "the board never came"
            await asyncio.sleep(0.2)


async def _press(service: Ours, conversation: str, button: str, *, last: bool = False) -> str:
    body = {"conversation": conversation, "button": button}
    try:
        async with service.client.post(f"{service.address}/api/chat", json=body) as answer:
            replies = (await answer.json()).get("replies") or [{"answer": str(answer.status)}]
            return str(replies[-1 if last else 0]["answer"])
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__


async def _count(folder: Path, expected: int) -> int:
    """How many reactions the record has, once it has them all or does not get on."""
    deadline = time.monotonic() + RECORDED_WITHIN
    while True:
        ((count,),) = _rows(folder, "select count(*) from votes")
        if count >= expected or time.monotonic() > deadline:
            return int(count)
        await asyncio.sleep(0.1)


def _rows(folder: Path, query: str) -> list[tuple]:  # type: ignore[type-arg]
    with sqlite3.connect(folder / "record.sqlite") as connection:
        return connection.execute(query).fetchall()


async def main() -> None:
    """Start our bot, measure, print."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with Ours() as service:
        print(json.dumps(await measure(service)))


if __name__ == "__main__":
    asyncio.run(main())
