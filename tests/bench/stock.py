"""Stock Rasa: trained once for each content, served over its REST channel with Redis stores."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.content.checks.files import Example
from bot.processes.valkey import EmbeddedValkey, free_port
from tests.bench.children import FOLDER, ROOT, run
from tests.bench.service import Figures, Service
from tests.bench.stock_project import EPOCHS, FALLBACK, write_project

NAME = "stock"
MODELS = FOLDER / "stock"
TRAINED_WITHIN = 4 * 3600.0
PYTHON = ROOT / ".venv" / "stock" / "bin" / "python"
ENVIRON = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


async def train() -> Figures:
    """How long training took, now or in an earlier run over just the same content."""
    MODELS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=MODELS) as folder:
        project = Path(folder)
        kept = MODELS / write_project(project)
        async with _alone(MODELS / ".lock"):
            record = kept / "training.json"
            if record.exists():
                return {**json.loads(record.read_text("utf-8")), "is_from_earlier_run": True}
            trained = await _train(project, kept)
            record.write_text(json.dumps(trained, indent=1), "utf-8")
    return {**trained, "is_from_earlier_run": False}


async def _train(project: Path, kept: Path) -> Figures:
    load = os.getloadavg()[0]
    command = [str(PYTHON), "-m", "rasa", "train", "--fixed-model-name", "model"]
    async with asyncio.timeout(TRAINED_WITHIN):
        spent = await run("stock-train", command, folder=project, environ=ENVIRON)
    model = kept / "model.tar.gz"
    os.renames(project / "models" / model.name, model)
    return {
        **asdict(spent),
        "model": str(model.relative_to(ROOT)),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "epochs": EPOCHS,
        "load_average_before": round(load, 2),
        "niceness": os.nice(0),
    }


@contextlib.asynccontextmanager
async def _alone(path: Path) -> AsyncIterator[None]:
    """Let one bench train at a time; the next waits and then finds the model."""
    with path.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(1)
        yield


class Stock(Service):
    """A running `rasa run`."""

    name = NAME

    async def start(self) -> None:
        """See `Service.start`."""
        model = ROOT / (await train())["model"]
        valkey = EmbeddedValkey(self.folder / "valkey")
        self.exits.push_async_callback(valkey.stop)
        await valkey.start()
        endpoints, credentials = self.folder / "endpoints.yml", self.folder / "credentials.yml"
        endpoints.write_text(yaml.safe_dump(_endpoints(valkey.url)), "utf-8")
        credentials.write_text("rest:\n", "utf-8")
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        command = [
            *(PYTHON, "-m", "rasa", "run", "--model", model, "--enable-api"),
            *("--endpoints", endpoints, "--credentials", credentials),
            *("--interface", "127.0.0.1", "--port", str(port)),
        ]
        await self.start_engine("stock-run", command, ENVIRON)

    async def ask(self, conversation: str, text: str) -> bool:
        """See `Service.ask`."""
        address = f"{self.address}/webhooks/rest/webhook"
        body = {"sender": conversation, "message": text}
        async with self.client.post(address, json=body) as answer:
            return answer.status == 200 and bool(await answer.json())

    async def accuracy(self, questions: Sequence[Example]) -> Figures:
        """See `Service.accuracy`; asks Rasa's own parse endpoint."""
        judged: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
        for question in questions:
            given, likeliest = await self._understand(question.text)
            judged[question.language].append(
                (given == question.intent, likeliest == question.intent)
            )
        return {
            language: {
                "questions": len(pairs),
                "right": sum(acted for acted, _ in pairs) / len(pairs),
                "right_without_fallback": sum(top for _, top in pairs) / len(pairs),
            }
            for language, pairs in judged.items()
        }

    async def _understand(self, text: str) -> tuple[str, str]:
        """The intent acted on, and the likeliest one whether or not Rasa falls back."""
        async with self.client.post(f"{self.address}/model/parse", json={"text": text}) as answer:
            answer.raise_for_status()
            parsed = await answer.json()
        ranking = [item["name"] for item in parsed["intent_ranking"] if item["name"] != FALLBACK]
        return parsed["intent"]["name"], ranking[0]


def _endpoints(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    redis = {"type": "redis", "url": parts.hostname, "port": parts.port, "password": parts.password}
    return {"tracker_store": {**redis, "db": 0}, "lock_store": {**redis, "db": 1}}
