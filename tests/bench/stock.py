"""Stock Rasa: trained once for each content, served over its REST channel with Redis stores."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bot.processes.valkey import EmbeddedValkey, free_port
from tests.bench.children import FOLDER, ROOT, resident_megabytes, run, start
from tests.bench.load import ANSWER_WITHIN, Service
from tests.bench.stock_project import FALLBACK, write_project

NAME = "stock"
PYTHON = ROOT / ".venv" / "stock" / "bin" / "python"
ENVIRON = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
LOADED_WITHIN = 300.0


async def train() -> dict[str, Any]:
    """How long training took, now or in an earlier run over just the same content.

    The result names the project and the model that belong to it.
    """
    project = FOLDER / "stock" / "project"
    fingerprint = write_project(project)
    kept = FOLDER / "stock" / fingerprint
    record = kept / "training.json"
    if record.exists():
        return json.loads(record.read_text("utf-8")) | {"from_earlier_run": True}
    load_before = os.getloadavg()[0]
    command = [PYTHON, "-m", "rasa", "train", "--fixed-model-name", "model"]
    spent = await run("stock-train", command, folder=project, environ=ENVIRON)
    kept.mkdir(parents=True, exist_ok=True)
    shutil.move(project / "models" / "model.tar.gz", kept / "model.tar.gz")
    trained = {
        **asdict(spent),
        "model": str(kept / "model.tar.gz"),
        "trained_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "niceness": os.nice(0),
        "load_before": round(load_before, 2),
    }
    record.write_text(json.dumps(trained, indent=1), "utf-8")
    return trained | {"from_earlier_run": False}


class Stock(Service):
    """A running `rasa run` with REST channel, RedisTrackerStore and RedisLockStore."""

    name = NAME

    async def start(self) -> None:
        """See `Service.start`."""
        model = (await train())["model"]
        folder = self.make_folder()
        valkey = EmbeddedValkey(folder / "valkey")
        self.stops.append(valkey.stop)
        await valkey.start()
        _write(folder / "endpoints.yml", _endpoints(valkey))
        _write(folder / "credentials.yml", {"rest": None})
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        command = [
            *(PYTHON, "-m", "rasa", "run", "--model", model, "--enable-api"),
            *("--endpoints", folder / "endpoints.yml"),
            *("--credentials", folder / "credentials.yml"),
            *("--interface", "127.0.0.1", "--port", str(port)),
        ]
        began = time.monotonic()
        self.engine = await start("stock-run", command, folder=folder, environ=ENVIRON)
        self.stops.append(self.engine.stop)
        await self.wait_for_first_answer(LOADED_WITHIN)
        self.seconds_to_load = round(time.monotonic() - began, 1)
        self.megabytes = resident_megabytes(self.engine)

    async def ask(self, conversation: str, text: str) -> bool:
        """See `Service.ask`."""
        body = {"sender": conversation, "message": text}
        async with self.client.post(
            f"{self.address}/webhooks/rest/webhook", json=body, timeout=ANSWER_WITHIN
        ) as answer:
            return answer.status == 200 and bool(await answer.json())
