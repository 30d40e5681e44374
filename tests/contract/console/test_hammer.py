"""Two moderators and a script hammer the same queue: each item is decided once, and all know it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Barrier

import httpx
import pytest
from sqlalchemy import Engine, select

from bot.console.gate import COOKIE
from bot.console.parts import Parts
from bot.store.sql.record import Record
from bot.store.sql.tables import decisions, settled
from tests.contract.console.conftest import account_of
from tests.contract.console.queue_data import alert, views
from tests.contract.stores import conversation

ROOT = Path(__file__).resolve().parents[3]
VIEWS = [f"view{number:04}" for number in range(1, 101)]
ALERTS = [f"plv:{{03}}:journal|{number}-0" for number in range(40)]
PATIENCE = 150
SCRIPT = """
import json, sys
from pathlib import Path
from bot.store.sql.database import open_database
from bot.store.sql.refusals import AlreadyDecided
from bot.store.sql.views import Views
from bot.store.vault import open_vault

data_dir, ids = Path(sys.argv[1]), json.loads(sys.argv[2])
views = Views(open_database("", data_dir), open_vault(data_dir / "key.json"))
print("ready", flush=True)
sys.stdin.readline()
won, first = [], {}
for id in ids:
    try:
        views.reject(id, "spam", "Script")
        won.append(id)
    except AlreadyDecided as refused:
        first[id] = refused.by
print(json.dumps([won, first]))
"""


class Moderator:
    """Somebody who sends the page's forms as fast as the console takes them."""

    def __init__(self, parts: Parts, address: str, name: str) -> None:
        token = parts.sessions.open(account_of(parts, "moderator", name).id)
        session = parts.sessions.find(token)
        assert session is not None
        self._csrf = session.csrf
        self._http = httpx.Client(
            base_url=address,
            cookies={COOKIE: token},
            headers={"accept": "application/json"},
            timeout=PATIENCE,
        )
        self.name = name
        self.won: list[str] = []
        self.told: dict[str, str] = {}

    def send(self, item: str, path: str, **fields: str) -> None:
        answer = self._http.post(f"/console{path}", data={"csrf": self._csrf, **fields})
        if answer.status_code == 200:
            self.won.append(item)
        else:
            assert answer.status_code == 409, answer.text
            self.told[item] = answer.json()["problem"]

    def decide(self, id: str) -> None:
        """Approve every other view, and reject the rest."""
        if int(id[4:]) % 2:
            self.send(id, f"/views/{id}/approve", other=f"A text for {id}.", reviewed="1")
        else:
            self.send(id, f"/views/{id}/reject", reason="unclear")

    def close(self) -> None:
        self._http.close()


@pytest.mark.timeout(300)
def test_each_view_is_decided_once(
    parts: Parts, address: str, engine: Engine, record: Record, tmp_path: Path
) -> None:
    record.write(views(100, at=1.0))
    script = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path), json.dumps(_shuffled(VIEWS, 3))],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    moderators = [Moderator(parts, address, name) for name in ("Ana", "Leo")]
    barrier = Barrier(2)
    try:
        assert script.stdout is not None
        assert script.stdout.readline() == "ready\n"

        def work(moderator: Moderator, seed: int) -> None:
            barrier.wait(PATIENCE)
            if seed == 1:
                assert script.stdin is not None
                script.stdin.write("go\n")
                script.stdin.flush()
            for id in _shuffled(VIEWS, seed):
                moderator.decide(id)

        with ThreadPoolExecutor(2) as pool:
            for task in [pool.submit(work, each, seed) for seed, each in enumerate(moderators, 1)]:
                task.result()
        output, _ = script.communicate(timeout=PATIENCE)
    finally:
        script.kill()
        script.wait()
        for moderator in moderators:
            moderator.close()
    script_won, script_told = json.loads(output)
    made = _rows(engine)
    assert Counter(view for view, _ in made) == Counter(VIEWS), "each has exactly one decision"
    by = dict(made)
    won = {moderator.name: moderator.won for moderator in moderators} | {"Script": script_won}
    assert {id: name for name, ids in won.items() for id in ids} == by
    assert sum(map(len, won.values())) == 100
    for moderator in moderators:
        assert len(moderator.won) + len(moderator.told) == 100
        assert all(sentence.startswith(by[id]) for id, sentence in moderator.told.items())
    assert script_told == {id: name for id, name in by.items() if name != "Script"}
    noted = Counter(one.subject for one in parts.audit.read(most=500) if "view_" in one.action)
    assert noted == Counter(f"view {id}" for id, name in made if name != "Script")
    assert parts.audit.verify().broken_at is None


@pytest.mark.timeout(300)
def test_each_alert_is_settled_once(
    parts: Parts, address: str, engine: Engine, record: Record
) -> None:
    record.write(
        [
            alert(position, 1.0, "crisis_suicide", of=conversation(number))
            for number, position in enumerate(ALERTS)
        ]
    )
    moderators = [Moderator(parts, address, name) for name in ("Ana", "Leo")]
    barrier = Barrier(2)

    def work(moderator: Moderator) -> None:
        barrier.wait(PATIENCE)
        for position in ALERTS:
            moderator.send(position, "/queue/alerts/settle", alert=position, outcome="looked_at")

    with ThreadPoolExecutor(2) as pool:
        for task in [pool.submit(work, each) for each in moderators]:
            task.result()
    for moderator in moderators:
        moderator.close()
    with engine.connect() as connection:
        by = {row.subject: row.by for row in connection.execute(select(settled))}
    assert sorted(by) == sorted(ALERTS)
    assert {item: each.name for each in moderators for item in each.won} == by
    for moderator in moderators:
        assert len(moderator.won) + len(moderator.told) == len(ALERTS)
        assert all(sentence.startswith(by[item]) for item, sentence in moderator.told.items())
    assert len(parts.audit.read(action="alert_settled")) == len(ALERTS)


def _shuffled(ids: list[str], seed: int) -> list[str]:
    """Another order for each, in which they meet again and again."""
    return Random(seed).sample(ids, len(ids))


def _rows(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        rows = connection.execute(select(decisions.c.view, decisions.c.decided_by))
        return [(row.view, row.decided_by) for row in rows]
