"""Our bot: trained from nothing and again with its cache, then run as `make run` runs it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import aiohttp

from bot.content.checks.files import Example
from bot.processes.valkey import EmbeddedValkey, free_port
from bot.store.vault import open_vault
from tests.bench.children import FOLDER, ROOT, run
from tests.bench.service import Figures, Service

NAME = "ours"
PYTHON = ROOT / ".venv" / "engine" / "bin" / "python"
DATA = FOLDER / "ours"
BOT = (str(PYTHON), "-m", "bot")
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
"""As `bot/processes/run.py` sets them."""
FALLBACK = "nlu_fallback"
WEB_WITHIN = 30.0


async def train() -> Figures:
    """How long training takes in an empty data folder, and again with the vectors kept there."""
    shutil.rmtree(DATA, ignore_errors=True)
    environ = {**ONE_THREAD, "BOT_DATA_DIR": str(DATA)}
    fresh = await run("ours-train", [*BOT, "train"], environ=environ)
    again = await run("ours-train-again", [*BOT, "train"], environ=environ)
    return {**asdict(fresh), "again": asdict(again)}


class Ours(Service):
    """Valkey, recorder, web and one engine."""

    name = NAME

    async def start(self) -> None:
        """See `Service.start`."""
        environ = {**ONE_THREAD, "BOT_DATA_DIR": str(DATA)}
        await run("ours-train", [*BOT, "train", "--if-changed"], environ=environ)
        (self.folder / "models").symlink_to(DATA / "models")
        open_vault(self.folder / "key.json", create=True)
        valkey = EmbeddedValkey(self.folder / "valkey")
        self.exits.push_async_callback(valkey.stop)
        await valkey.start()
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._environ = {
            **ONE_THREAD,
            "BOT_DATA_DIR": str(self.folder),
            "BOT_KEY_FILE": str(self.folder / "key.json"),
            "BOT_REDIS_URL": valkey.url,
            "BOT_DATABASE_URL": "",
            "BOT_HTTP_HOST": "127.0.0.1",
            "BOT_HTTP_PORT": str(port),
            "TELEGRAM_BOT_TOKEN": "",
            "DISCORD_BOT_TOKEN": "",
        }
        for verb in ("recorder", "web"):
            command = [sys.executable, "-m", "bot", verb]
            await self.start_process(f"ours-{verb}", command, self._environ)
        await self._wait_for_web()
        await self.start_engine("ours-engine", [*BOT, "engine"], self._environ)

    async def _wait_for_web(self) -> None:
        """Until the web process takes messages; nobody answers them yet."""
        async with asyncio.timeout(WEB_WITHIN):
            while True:
                with contextlib.suppress(aiohttp.ClientConnectionError):
                    async with self.client.get(f"{self.address}/healthz"):
                        return
                await asyncio.sleep(0.05)

    async def ask(self, conversation: str, text: str) -> bool:
        """See `Service.ask`."""
        body = {"conversation": conversation, "text": text}
        async with self.client.post(f"{self.address}/api/chat", json=body) as answer:
            if answer.status != 200:
                return False
            replies = (await answer.json())["replies"]
            return bool(replies) and replies[0]["answer"] != "unavailable"

    async def accuracy(self, questions: Sequence[Example]) -> Figures:
        """See `Service.accuracy`; `python -m bot evaluate` judges the same questions."""
        await run("ours-evaluate", [*BOT, "evaluate"], environ=self._environ)
        report = json.loads((self.folder / "evaluation.json").read_text("utf-8"))
        offered = Counter(
            mistake["language"]
            for mistake in report["mistakes"]
            if mistake["given"] == FALLBACK and mistake["ranking"][0] == mistake["expected"]
        )
        asked = Counter(question.language for question in questions)
        return {
            language: {
                "questions": scores["messages"],
                "right": scores["accuracy"],
                "right_without_fallback": scores["accuracy"] + offered[language] / asked[language],
            }
            for language, scores in report["scores"].items()
        }
